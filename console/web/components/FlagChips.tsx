import Drifted from "@mui/icons-material/CompareArrowsOutlined";
import Unwatched from "@mui/icons-material/VisibilityOffOutlined";
import Box from "@mui/material/Box";
import Chip from "@mui/material/Chip";
import Tooltip from "@mui/material/Tooltip";
import type { TenantRow } from "../../api/tenants.ts";
import { capital } from "../lib/format.ts";

const ICONS = { drifted: Drifted, unwatched: Unwatched } as const;

/** What is true of a tenant beside its status; hovering shows why. Nothing where nothing is. */
export function FlagChips({ flags }: { readonly flags: TenantRow["flags"] }) {
  return flags.map(({ flag, reason }) => {
    const Icon = ICONS[flag];
    return (
      <Tooltip key={flag} title={reason}>
        <Box component="span" sx={{ display: "inline-flex" }}>
          <Chip
            variant="outlined"
            icon={<Icon aria-hidden />}
            label={capital(flag)}
            sx={{
              "& .MuiChip-icon": { color: "warning.main" },
              borderColor: "warning.main",
              bgcolor: "background.paper",
            }}
          />
        </Box>
      </Tooltip>
    );
  });
}
