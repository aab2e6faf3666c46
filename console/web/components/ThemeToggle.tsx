import BrightnessAuto from "@mui/icons-material/BrightnessAutoOutlined";
import DarkMode from "@mui/icons-material/DarkModeOutlined";
import LightMode from "@mui/icons-material/LightModeOutlined";
import IconButton from "@mui/material/IconButton";
import Tooltip from "@mui/material/Tooltip";
import { useColorScheme } from "@mui/material/styles";

const MODES = {
  system: { icon: BrightnessAuto, word: "as the system's", next: "light" },
  light: { icon: LightMode, word: "light", next: "dark" },
  dark: { icon: DarkMode, word: "dark", next: "system" },
} as const;

/** Chooses between the system's, the light and the dark theme. */
export function ThemeToggle() {
  const { mode = "system", setMode } = useColorScheme();
  const { icon: Icon, word, next } = MODES[mode];
  const label = `Theme: ${word}. Change to ${MODES[next].word}`;
  return (
    <Tooltip title={label} describeChild={false}>
      <IconButton color="inherit" aria-label={label} onClick={() => setMode(next)}>
        <Icon fontSize="small" />
      </IconButton>
    </Tooltip>
  );
}
