import ErrorIcon from "@mui/icons-material/ErrorOutlined";
import Info from "@mui/icons-material/InfoOutlined";
import Warning from "@mui/icons-material/WarningAmberOutlined";
import Box from "@mui/material/Box";
import { count as formatted } from "../lib/format.ts";

const LOOKS = {
  critical: { icon: ErrorIcon, color: "error.main", word: "Critical" },
  warning: { icon: Warning, color: "warning.main", word: "Warning" },
  info: { icon: Info, color: "info.main", word: "To do" },
} as const;

interface Props {
  readonly level: keyof typeof LOOKS;
  /** How many there are; shown where it is more than one. @default 1 */
  readonly count?: number;
}

/** How urgent something is, as icon and word. */
export function Severity({ level, count = 1 }: Props) {
  const { icon: Icon, color, word } = LOOKS[level];
  return (
    <Box
      component="span"
      sx={{
        display: "inline-flex",
        alignItems: "center",
        gap: 0.75,
        color,
        fontSize: "0.75rem",
        fontWeight: 600,
        lineHeight: "22px",
      }}
    >
      <Icon aria-hidden fontSize="small" />
      {word}
      {count > 1 && ` ${formatted(count)}`}
    </Box>
  );
}
