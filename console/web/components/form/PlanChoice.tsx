import Box from "@mui/material/Box";
import FormHelperText from "@mui/material/FormHelperText";
import Paper from "@mui/material/Paper";
import Radio from "@mui/material/Radio";
import { useId } from "react";
import { useController, useFormContext } from "react-hook-form";
import { useProblems } from "../../lib/diagnostics.ts";
import { count, counted, money } from "../../lib/format.ts";
import type { Options } from "../../lib/options.ts";
import type { TenantDraft } from "../../lib/tenantDraft.ts";

/** Plans side by side with what they give and cost. */
export function PlanChoice({ plans }: { readonly plans: Options["plans"] }) {
  const { control } = useFormContext<TenantDraft>();
  const { field } = useController({ control, name: "plan" });
  const problems = useProblems("plan", "storage");
  const id = useId();
  const byPrice = plans.toSorted((one, other) => (one.price?.amount ?? 0) - (other.price?.amount ?? 0));
  return (
    <Box component="fieldset" sx={{ border: 0, m: 0, p: 0, minWidth: 0 }}>
      <Box component="legend" sx={{ p: 0, mb: 1, fontWeight: 600 }}>
        Plan
      </Box>
      {problems !== undefined && (
        <FormHelperText error sx={{ mx: 0, mb: 1, whiteSpace: "pre-line" }}>
          {problems}
        </FormHelperText>
      )}
      <Box
        sx={{
          display: "grid",
          gap: 1.5,
          gridTemplateColumns: { xs: "minmax(0, 1fr)", sm: "repeat(3, minmax(0, 1fr))" },
        }}
      >
        {byPrice.map(({ name, displayName, workers, replicas, storage, databaseConnections, price }) => (
          <Paper
            key={name}
            component="label"
            variant="outlined"
            sx={{ p: 1.5, cursor: "pointer", borderColor: field.value === name ? "primary.main" : "divider" }}
          >
            <Box component="span" sx={{ display: "flex", alignItems: "center", fontWeight: 600 }}>
              <Radio
                name={id}
                value={name}
                checked={field.value === name}
                onChange={() => field.onChange(name)}
                sx={{ m: -0.5, mr: 0.5 }}
              />
              {displayName}
            </Box>
            <Box component="span" sx={{ display: "block", fontSize: "1.125rem", fontWeight: 650, mt: 0.5 }}>
              {price === undefined ? "No price" : money(price)}
              {price !== undefined && (
                <Box component="span" sx={{ fontSize: "0.8125rem", fontWeight: 400, color: "text.secondary" }}>
                  {" "}
                  per month and environment
                </Box>
              )}
            </Box>
            <Box component="span" sx={{ display: "block", color: "text.secondary", fontSize: "0.8125rem", mt: 0.5 }}>
              {counted(workers, "worker")}
              {replicas > 1 && ` in each of ${replicas} pods`}, {storage} of files, {count(databaseConnections)}{" "}
              database connections
            </Box>
          </Paper>
        ))}
      </Box>
    </Box>
  );
}
