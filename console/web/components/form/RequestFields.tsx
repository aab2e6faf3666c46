import Box from "@mui/material/Box";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import { Controller, useFormContext } from "react-hook-form";
import type { RequestDraft } from "../../lib/requestDraft.ts";

/** Who approves, and why it is asked for. */
export function RequestFields({ approvers }: { readonly approvers: readonly string[] }) {
  const {
    control,
    formState: { errors },
  } = useFormContext<RequestDraft>();
  return (
    <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2.5 }}>
      <Controller
        control={control}
        name="approver"
        rules={{ required: "Choose who approves" }}
        render={({ field: { ref, ...field } }) => (
          <TextField
            {...field}
            inputRef={ref}
            select
            label="Approver"
            error={errors.approver !== undefined}
            helperText={
              errors.approver?.message ??
              (approvers.length === 0
                ? "Nobody but you may approve: add a person to approvers.yaml."
                : "Another person than you, who reviews the pull request")
            }
          >
            {approvers.map((login) => (
              <MenuItem key={login} value={login}>
                {login}
              </MenuItem>
            ))}
          </TextField>
        )}
      />
      <Controller
        control={control}
        name="reason"
        rules={{
          validate: (value) => value.trim() !== "" || "Say why: the approver and readers of the history see it",
        }}
        render={({ field: { ref, ...field } }) => (
          <TextField
            {...field}
            inputRef={ref}
            label="Reason"
            error={errors.reason !== undefined}
            helperText={
              errors.reason?.message ??
              `A sentence for the approver and the history; ${200 - field.value.length} characters left`
            }
            slotProps={{ htmlInput: { maxLength: 200 } }}
          />
        )}
      />
    </Box>
  );
}
