import CheckCircle from "@mui/icons-material/CheckCircleOutlined";
import HelpOutline from "@mui/icons-material/HelpOutlineOutlined";
import Late from "@mui/icons-material/ScheduleOutlined";
import Box from "@mui/material/Box";
import type { TenantData } from "../../api/tenants.ts";

const LOOKS = {
  "in time": { icon: CheckCircle, color: "success.main", word: "In time" },
  late: { icon: Late, color: "warning.main", word: "Late" },
  unknown: { icon: HelpOutline, color: "text.secondary", word: "None on record" },
} as const;

/** Whether something was done when it should have been, as icon and word. */
export function Punctuality({ of }: { readonly of: TenantData["places"][number]["backup"]["state"] }) {
  const { icon: Icon, color, word } = LOOKS[of];
  return (
    <Box component="span" sx={{ display: "inline-flex", alignItems: "center", gap: 0.75, whiteSpace: "nowrap" }}>
      <Icon aria-hidden fontSize="small" sx={{ color }} />
      {word}
    </Box>
  );
}
