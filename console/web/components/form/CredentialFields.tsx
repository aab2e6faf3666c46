import Box from "@mui/material/Box";
import Checkbox from "@mui/material/Checkbox";
import FormControlLabel from "@mui/material/FormControlLabel";
import { useController, useFormContext } from "react-hook-form";
import { CREDENTIALS } from "../../lib/tenantDraft.ts";
import type { Credential, TenantDraft } from "../../lib/tenantDraft.ts";

const KINDS = Object.keys(CREDENTIALS).filter((key): key is Credential => key in CREDENTIALS);

/** Which passwords the next deployment replaces. */
export function CredentialFields() {
  const { control } = useFormContext<TenantDraft>();
  const { field } = useController({ control, name: "rotate" });
  return (
    <Box component="fieldset" sx={{ border: 0, m: 0, p: 0, display: "grid" }}>
      <Box component="legend" sx={{ p: 0, mb: 0.5, color: "text.secondary" }}>
        The next deployment generates new ones for:
      </Box>
      {KINDS.map((kind) => (
        <FormControlLabel
          key={kind}
          control={
            <Checkbox
              checked={field.value.includes(kind)}
              onChange={(_event, isOn) =>
                field.onChange(isOn ? [...field.value, kind] : field.value.filter((other) => other !== kind))
              }
            />
          }
          label={CREDENTIALS[kind]}
        />
      ))}
    </Box>
  );
}
