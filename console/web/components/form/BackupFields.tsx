import Box from "@mui/material/Box";
import { FormText } from "./FormText.tsx";

/** When backups are made, and how many are kept. */
export function BackupFields() {
  return (
    <Box
      sx={{
        display: "grid",
        gap: 2.5,
        gridTemplateColumns: { xs: "minmax(0, 1fr)", sm: "minmax(0, 2fr) repeat(3, minmax(0, 1fr))" },
      }}
    >
      <FormText
        name="schedule"
        label="Schedule (cron, UTC)"
        path="backup.schedule"
        help="Five fields, such as 0 2 * * * for every night at two"
      />
      <FormText name="daily" label="Daily kept" path="backup.keep.daily" help="Default 7" />
      <FormText name="weekly" label="Weekly kept" path="backup.keep.weekly" help="Default 4" />
      <FormText name="monthly" label="Monthly kept" path="backup.keep.monthly" help="Default 3" />
    </Box>
  );
}
