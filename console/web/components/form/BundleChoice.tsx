import Box from "@mui/material/Box";
import Checkbox from "@mui/material/Checkbox";
import FormHelperText from "@mui/material/FormHelperText";
import Paper from "@mui/material/Paper";
import { useId } from "react";
import { useController, useFormContext } from "react-hook-form";
import { useProblems } from "../../lib/diagnostics.ts";
import { counted } from "../../lib/format.ts";
import type { Options } from "../../lib/options.ts";
import type { TenantDraft } from "../../lib/tenantDraft.ts";
import { Coverage } from "../Coverage.tsx";

type Bundle = Options["bundles"][number];

/** Bundles with how far each replaces features of Odoo Enterprise, also where it does not. */
export function BundleChoice({ bundles }: { readonly bundles: readonly Bundle[] }) {
  const { control } = useFormContext<TenantDraft>();
  const { field } = useController({ control, name: "bundles" });
  const problems = useProblems("bundles");
  const toggle = (name: string) =>
    field.onChange(field.value.includes(name) ? field.value.filter((other) => other !== name) : [...field.value, name]);
  return (
    <Box component="fieldset" sx={{ border: 0, m: 0, p: 0, minWidth: 0 }}>
      <Box component="legend" sx={{ p: 0, mb: 1, fontWeight: 600 }}>
        Bundles
      </Box>
      {problems !== undefined && (
        <FormHelperText error sx={{ mx: 0, mb: 1, whiteSpace: "pre-line" }}>
          {problems}
        </FormHelperText>
      )}
      <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 1.5 }}>
        {bundles.map((bundle) => (
          <BundleCard
            key={bundle.name}
            bundle={bundle}
            isChosen={field.value.includes(bundle.name)}
            onToggle={() => toggle(bundle.name)}
          />
        ))}
      </Box>
    </Box>
  );
}

interface CardProps {
  readonly bundle: Bundle;
  readonly isChosen: boolean;
  readonly onToggle: () => void;
}

function BundleCard({ bundle: { name, title, summary, needsCountry, features }, isChosen, onToggle }: CardProps) {
  const id = useId();
  const counts = new Map<string, number>();
  for (const { coverage } of features) counts.set(coverage, (counts.get(coverage) ?? 0) + 1);
  return (
    <Paper variant="outlined" sx={{ p: 1.5, borderColor: isChosen ? "primary.main" : "divider" }}>
      <Box component="label" htmlFor={id} sx={{ display: "flex", gap: 1, cursor: "pointer", alignItems: "flex-start" }}>
        <Checkbox
          id={id}
          checked={isChosen}
          onChange={onToggle}
          sx={{ m: -0.5 }}
          slotProps={{ input: { name: `bundle ${name}` } }}
        />
        <Box component="span" sx={{ minWidth: 0 }}>
          <Box component="span" sx={{ fontWeight: 600 }}>
            {title}
          </Box>{" "}
          <Box component="code" sx={{ color: "text.secondary" }}>
            {name}
          </Box>
          <Box component="span" sx={{ display: "block", color: "text.secondary" }}>
            {summary}
            {needsCountry && " Needs the company’s country."}
          </Box>
        </Box>
      </Box>
      {features.length > 0 && (
        <Box component="details" sx={{ mt: 1, ml: 5, "& summary": { cursor: "pointer", width: "fit-content" } }}>
          <summary>
            {counted(features.length, "feature")} of Odoo Enterprise:{" "}
            {[...counts].map(([coverage, count]) => `${count} ${coverage}`).join(", ")}
          </summary>
          <Box
            component="ul"
            sx={{
              listStyle: "none",
              m: 0,
              p: 0,
              mt: 1,
              display: "grid",
              gridTemplateColumns: "minmax(0, 1fr)",
              gap: 1,
            }}
          >
            {features.map((feature) => (
              <Box
                component="li"
                key={feature.name}
                sx={{
                  display: "grid",
                  gridTemplateColumns: "88px minmax(0, 1fr)",
                  columnGap: 1.5,
                  fontSize: "0.8125rem",
                }}
              >
                <Coverage of={feature.coverage} />
                <span>
                  {feature.name}
                  {feature.note !== undefined && (
                    <Box component="span" sx={{ display: "block", color: "text.secondary" }}>
                      {feature.note}
                    </Box>
                  )}
                </span>
              </Box>
            ))}
          </Box>
        </Box>
      )}
    </Paper>
  );
}
