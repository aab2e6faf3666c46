import Autocomplete from "@mui/material/Autocomplete";
import TextField from "@mui/material/TextField";
import { Controller, useFormContext } from "react-hook-form";
import { useProblems } from "../../lib/diagnostics.ts";
import type { Options } from "../../lib/options.ts";
import type { TenantDraft } from "../../lib/tenantDraft.ts";

/** As many options as a list shows at once; typing finds the others. */
const SHOWN = 100;

interface Props {
  readonly name: "addModules" | "removeModules";
  readonly label: string;
  readonly path: string;
  readonly modules: Options["modules"];
  readonly help: string;
}

/** Modules by name or title. */
export function ModuleChoice({ name, label, path, modules, help }: Props) {
  const { control } = useFormContext<TenantDraft>();
  const problems = useProblems(path);
  const titles = new Map(modules.map((module) => [module.name, module.title]));
  return (
    <Controller
      control={control}
      name={name}
      render={({ field }) => (
        <Autocomplete
          multiple
          filterSelectedOptions
          options={modules.map((module) => module.name)}
          value={[...field.value]}
          onChange={(_event, value) => field.onChange(value)}
          onBlur={field.onBlur}
          filterOptions={(all, { inputValue }) => {
            const words = inputValue.toLowerCase();
            return all
              .filter((module) => `${module} ${titles.get(module) ?? ""}`.toLowerCase().includes(words))
              .slice(0, SHOWN);
          }}
          renderOption={({ key, ...props }, module) => (
            <li key={key} {...props}>
              <code>{module}</code>&nbsp; {titles.get(module)}
            </li>
          )}
          renderInput={(params) => (
            <TextField {...params} label={label} error={problems !== undefined} helperText={problems ?? help} />
          )}
        />
      )}
    />
  );
}
