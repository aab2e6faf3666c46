import Cancel from "@mui/icons-material/CancelOutlined";
import CheckCircle from "@mui/icons-material/CheckCircleOutlined";
import Hourglass from "@mui/icons-material/HourglassEmptyOutlined";
import Person from "@mui/icons-material/HowToRegOutlined";
import Sync from "@mui/icons-material/SyncOutlined";
import Timer from "@mui/icons-material/TimerOffOutlined";
import Chip from "@mui/material/Chip";
import type { ElementType } from "react";
import { REQUEST_STATE_WORDS } from "../lib/requestWords.ts";
import type { RequestStateName } from "../lib/requestWords.ts";

const GOOD = { icon: CheckCircle, color: "success.main" };
const BAD = { icon: Cancel, color: "error.main" };
const BUSY = { icon: Sync, color: "info.main" };

const LOOKS: Readonly<Record<RequestStateName, { readonly icon: ElementType; readonly color: string }>> = {
  received: { icon: Hourglass, color: "info.main" },
  opened: BUSY,
  checked: BUSY,
  waiting: { icon: Person, color: "warning.main" },
  merging: BUSY,
  deploying: BUSY,
  done: GOOD,
  refused: BAD,
  failed: BAD,
  rejected: BAD,
  expired: { icon: Timer, color: "text.secondary" },
};

/** A request's state as icon and words. */
export function RequestState({ state }: { readonly state: RequestStateName }) {
  const { icon: Icon, color } = LOOKS[state];
  return (
    <Chip
      variant="outlined"
      icon={<Icon aria-hidden />}
      label={REQUEST_STATE_WORDS[state]}
      sx={{ "& .MuiChip-icon": { color }, borderColor: "divider", bgcolor: "background.paper" }}
    />
  );
}
