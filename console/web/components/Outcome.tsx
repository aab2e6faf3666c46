import Cancel from "@mui/icons-material/CancelOutlined";
import CheckCircle from "@mui/icons-material/CheckCircleOutlined";
import Block from "@mui/icons-material/BlockOutlined";
import Pending from "@mui/icons-material/PendingOutlined";
import Box from "@mui/material/Box";

const LOOKS = {
  succeeded: { icon: CheckCircle, color: "success.main", word: "Succeeded" },
  passed: { icon: CheckCircle, color: "success.main", word: "Passed" },
  allowed: { icon: CheckCircle, color: "success.main", word: "Allowed" },
  failed: { icon: Cancel, color: "error.main", word: "Failed" },
  denied: { icon: Block, color: "error.main", word: "Denied" },
  open: { icon: Pending, color: "info.main", word: "Open" },
  queued: { icon: Pending, color: "text.secondary", word: "Queued" },
  running: { icon: Pending, color: "info.main", word: "Running" },
} as const;

/** How something ended, as icon and word. */
export function Outcome({ of }: { readonly of: keyof typeof LOOKS }) {
  const { icon: Icon, color, word } = LOOKS[of];
  return (
    <Box
      component="span"
      sx={{ display: "inline-flex", alignItems: "center", gap: 0.75, whiteSpace: "nowrap", verticalAlign: "middle" }}
    >
      <Icon aria-hidden fontSize="small" sx={{ color }} />
      {word}
    </Box>
  );
}
