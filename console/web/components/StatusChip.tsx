import Attested from "@mui/icons-material/VerifiedOutlined";
import Archive from "@mui/icons-material/Inventory2Outlined";
import CheckCircle from "@mui/icons-material/CheckCircleOutlined";
import Declared from "@mui/icons-material/EditNoteOutlined";
import Merge from "@mui/icons-material/CallMergeOutlined";
import Pause from "@mui/icons-material/PauseCircleOutlined";
import Promoted from "@mui/icons-material/PublishOutlined";
import Resume from "@mui/icons-material/PlayCircleOutlined";
import Delete from "@mui/icons-material/AutoDeleteOutlined";
import Science from "@mui/icons-material/ScienceOutlined";
import Layers from "@mui/icons-material/LayersOutlined";
import Chip from "@mui/material/Chip";
import Tooltip from "@mui/material/Tooltip";
import type { ElementType } from "react";
import type { Status } from "../../api/tenants.ts";
import { calendarDay, capital } from "../lib/format.ts";
import { STATUS_MEANINGS } from "../lib/tenantSearch.ts";

const LOOKS: Readonly<Record<Status, { readonly icon: ElementType; readonly color: string }>> = {
  declared: { icon: Declared, color: "info.main" },
  merged: { icon: Merge, color: "info.main" },
  "in sandbox": { icon: Science, color: "info.main" },
  "in staging": { icon: Layers, color: "info.main" },
  attested: { icon: Attested, color: "info.main" },
  promoted: { icon: Promoted, color: "info.main" },
  "in prod": { icon: CheckCircle, color: "success.main" },
  pausing: { icon: Pause, color: "info.main" },
  paused: { icon: Pause, color: "warning.main" },
  resuming: { icon: Resume, color: "info.main" },
  decommissioning: { icon: Delete, color: "error.main" },
  archived: { icon: Archive, color: "text.secondary" },
};

interface Props {
  readonly status: Status;
  /** Why it is so; hovering shows it. */
  readonly reason?: string;
  /** End of the hold of a tenant that is being decommissioned. */
  readonly holdUntil?: string | undefined;
}

/** A tenant's status as icon and word. */
export function StatusChip({ status, reason = STATUS_MEANINGS[status], holdUntil }: Props) {
  const { icon: Icon, color } = LOOKS[status];
  return (
    <Tooltip title={reason}>
      <Chip
        variant="outlined"
        icon={<Icon aria-hidden />}
        label={
          status === "decommissioning" && holdUntil !== undefined
            ? `Decommissioning until ${calendarDay(holdUntil)}`
            : capital(status)
        }
        sx={{ "& .MuiChip-icon": { color }, borderColor: "divider", bgcolor: "background.paper" }}
      />
    </Tooltip>
  );
}
