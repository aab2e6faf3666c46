import Archive from "@mui/icons-material/Inventory2Outlined";
import CheckCircle from "@mui/icons-material/CheckCircleOutlined";
import Merge from "@mui/icons-material/CallMergeOutlined";
import Pause from "@mui/icons-material/PauseCircleOutlined";
import Delete from "@mui/icons-material/AutoDeleteOutlined";
import Science from "@mui/icons-material/ScienceOutlined";
import Layers from "@mui/icons-material/LayersOutlined";
import Chip from "@mui/material/Chip";
import Tooltip from "@mui/material/Tooltip";
import type { ElementType } from "react";
import type { Status } from "../../api/tenants.ts";
import { capital } from "../lib/format.ts";
import { STATUS_MEANINGS } from "../lib/tenantSearch.ts";

const LOOKS: Readonly<Record<Status, { readonly icon: ElementType; readonly color: string }>> = {
  merged: { icon: Merge, color: "info.main" },
  "in sandbox": { icon: Science, color: "info.main" },
  "in staging": { icon: Layers, color: "info.main" },
  "in prod": { icon: CheckCircle, color: "success.main" },
  paused: { icon: Pause, color: "warning.main" },
  decommissioning: { icon: Delete, color: "error.main" },
  archived: { icon: Archive, color: "text.secondary" },
};

interface Props {
  readonly status: Status;
  /** Why it is so; hovering shows it. */
  readonly reason?: string;
}

/** A tenant's status as icon and word. */
export function StatusChip({ status, reason = STATUS_MEANINGS[status] }: Props) {
  const { icon: Icon, color } = LOOKS[status];
  return (
    <Tooltip title={reason}>
      <Chip
        variant="outlined"
        icon={<Icon aria-hidden />}
        label={capital(status)}
        sx={{ "& .MuiChip-icon": { color }, borderColor: "divider", bgcolor: "background.paper" }}
      />
    </Tooltip>
  );
}
