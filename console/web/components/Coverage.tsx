import CheckCircle from "@mui/icons-material/CheckCircleOutlined";
import Circle from "@mui/icons-material/RemoveCircleOutlineOutlined";
import Contrast from "@mui/icons-material/ContrastOutlined";
import Box from "@mui/material/Box";
import { capital } from "../lib/format.ts";

/** How far Community modules replace an Enterprise feature, as icon and word. */
export function Coverage({ of }: { readonly of: string }) {
  const [Icon, color] =
    of === "full"
      ? ([CheckCircle, "success.main"] as const)
      : of === "partial"
        ? ([Contrast, "warning.main"] as const)
        : ([Circle, "text.secondary"] as const);
  return (
    <Box
      component="span"
      sx={{ display: "inline-flex", alignItems: "center", gap: 0.75, whiteSpace: "nowrap", verticalAlign: "middle" }}
    >
      <Icon aria-hidden fontSize="small" sx={{ color }} />
      {capital(of)}
    </Box>
  );
}
