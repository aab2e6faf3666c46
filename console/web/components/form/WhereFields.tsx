import Box from "@mui/material/Box";
import Checkbox from "@mui/material/Checkbox";
import FormControlLabel from "@mui/material/FormControlLabel";
import FormHelperText from "@mui/material/FormHelperText";
import MenuItem from "@mui/material/MenuItem";
import Paper from "@mui/material/Paper";
import TextField from "@mui/material/TextField";
import { useController, useFormContext, useWatch } from "react-hook-form";
import { DiagnosticsContext, useProblems } from "../../lib/diagnostics.ts";
import { capital } from "../../lib/format.ts";
import type { Options } from "../../lib/options.ts";
import { problemsAt } from "../../lib/tenantDraft.ts";
import type { EnvironmentDraft, TenantDraft } from "../../lib/tenantDraft.ts";
import { use } from "react";

const ABSENT: EnvironmentDraft = { isOn: false, plan: "", domains: "" };

/** Where the tenant exists, and by which hosts it is reached. */
export function WhereFields({ options }: { readonly options: Options }) {
  const { control } = useFormContext<TenantDraft>();
  const { field } = useController({ control, name: "environments" });
  const id = useWatch({ control, name: "id" });
  const whole = problemsAt([...use(DiagnosticsContext)], ["environments"]).filter(
    ({ path }) => path === "environments",
  );
  const names = new Set([...options.environments.map(({ name }) => name), ...Object.keys(field.value)]);
  return (
    <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 1.5 }}>
      {whole.map(({ message }) => (
        <FormHelperText key={message} error>
          environments {message}
        </FormHelperText>
      ))}
      {[...names].map((name) => (
        <Place
          key={name}
          name={name}
          tenant={id}
          baseDomain={options.environments.find((environment) => environment.name === name)?.baseDomain}
          plans={options.plans}
          value={field.value[name] ?? ABSENT}
          onChange={(value) => field.onChange({ ...field.value, [name]: value })}
        />
      ))}
    </Box>
  );
}

interface PlaceProps {
  readonly name: string;
  readonly tenant: string;
  readonly baseDomain: string | undefined;
  readonly plans: Options["plans"];
  readonly value: EnvironmentDraft;
  readonly onChange: (value: EnvironmentDraft) => void;
}

function Place({ name, tenant, baseDomain, plans, value, onChange }: PlaceProps) {
  const path = `environments.${name}`;
  const ofPlan = useProblems(`${path}.plan`);
  const ofDomains = useProblems(`${path}.domains`);
  return (
    <Paper variant="outlined" component="fieldset" sx={{ m: 0, px: 2, py: 1, minWidth: 0 }}>
      <Box component="legend" sx={{ px: 0.5, fontSize: "0.75rem", color: "text.secondary" }}>
        {capital(name)}
      </Box>
      <FormControlLabel
        control={<Checkbox checked={value.isOn} onChange={(_event, isOn) => onChange({ ...value, isOn })} />}
        label={
          baseDomain === undefined ? `The tenant exists in ${name}` : `In ${name}, as ${tenant || "‹id›"}.${baseDomain}`
        }
      />
      {value.isOn && (
        <Box
          sx={{
            display: "grid",
            gap: 2,
            py: 1,
            gridTemplateColumns: { xs: "minmax(0, 1fr)", sm: "minmax(0, 1fr) minmax(0, 2fr)" },
          }}
        >
          <TextField
            select
            label={`Plan in ${name}`}
            value={value.plan}
            onChange={(event) => onChange({ ...value, plan: event.target.value })}
            error={ofPlan !== undefined}
            helperText={ofPlan}
            slotProps={{ inputLabel: { shrink: true }, select: { displayEmpty: true } }}
          >
            <MenuItem value="">The tenant’s</MenuItem>
            {plans.map((plan) => (
              <MenuItem key={plan.name} value={plan.name}>
                {plan.displayName}
              </MenuItem>
            ))}
          </TextField>
          <TextField
            multiline
            label={`Own host names in ${name}`}
            value={value.domains}
            onChange={(event) => onChange({ ...value, domains: event.target.value })}
            error={ofDomains !== undefined}
            helperText={ofDomains ?? "One per line, below a zone of the owner’s team; optional"}
          />
        </Box>
      )}
    </Paper>
  );
}
