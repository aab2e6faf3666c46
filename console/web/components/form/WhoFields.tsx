import Box from "@mui/material/Box";
import { useFormContext } from "react-hook-form";
import type { Options } from "../../lib/options.ts";
import type { TenantDraft } from "../../lib/tenantDraft.ts";
import { FormChoice } from "./FormChoice.tsx";
import { FormText } from "./FormText.tsx";

interface Props {
  readonly options: Options;
  /** Whether the tenant is new: its id and company can be set then. */
  readonly isNew: boolean;
  /** Keys of the file that can be set. */
  readonly keys: readonly string[];
}

/** Who the tenant is. */
export function WhoFields({ options, isNew, keys }: Props) {
  const { setValue } = useFormContext<TenantDraft>();
  const names = new Map(options.countries.map(({ code, name }) => [code, name]));
  return (
    <Box
      sx={{ display: "grid", gap: 2.5, gridTemplateColumns: { xs: "minmax(0, 1fr)", sm: "repeat(2, minmax(0, 1fr))" } }}
    >
      {keys.includes("displayName") && <FormText name="displayName" label="Name" path="displayName" />}
      {isNew && (
        <FormText
          name="id"
          label="Id"
          path="tenant"
          help="Lower-case words joined by hyphens, such as acme-finance. It is permanent."
        />
      )}
      {keys.includes("owner") && (
        <>
          <FormChoice
            name="team"
            label="Owner’s team"
            path="owner.team"
            options={options.teams.map(({ team }) => team)}
            isFree
            help="Responsible for the tenant"
            onChosen={(chosen) => {
              const email = options.teams.find(({ team }) => team === chosen)?.email;
              if (email !== undefined) setValue("email", email, { shouldDirty: true });
            }}
          />
          <FormText name="email" label="Team’s mail address" path="owner.email" type="email" />
        </>
      )}
      {keys.includes("company") && (
        <>
          <FormChoice
            name="country"
            label="Country"
            path="company.country"
            options={options.countries.map(({ code }) => code)}
            textOf={(code) => names.get(code) ?? code}
            help="Required with accounting: Odoo installs its localisation"
          />
          <FormChoice
            name="currency"
            label="Currency"
            path="company.currency"
            options={options.currencies}
            help="Default: the country’s"
          />
          <FormChoice
            name="timezone"
            label="Time zone"
            path="company.timezone"
            options={options.timezones}
            help="Default: the country’s if it has only one"
          />
        </>
      )}
    </Box>
  );
}
