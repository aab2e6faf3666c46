import Autocomplete from "@mui/material/Autocomplete";
import TextField from "@mui/material/TextField";
import { Controller, useFormContext } from "react-hook-form";
import type { FieldPathByValue } from "react-hook-form";
import { useProblems } from "../../lib/diagnostics.ts";
import type { TenantDraft } from "../../lib/tenantDraft.ts";

interface Props {
  readonly name: FieldPathByValue<TenantDraft, string>;
  readonly label: string;
  /** Place in the tenant's file. */
  readonly path: string;
  readonly options: readonly string[];
  /** Text of a value. */
  readonly textOf?: (value: string) => string;
  /** Whether values that are not offered can be typed. */
  readonly isFree?: boolean;
  readonly help?: string;
  readonly onChosen?: (value: string) => void;
}

/** One of many values of the tenant's form. */
export function FormChoice(props: Props) {
  const { name, label, path, options, textOf = (value: string) => value, isFree = false, help, onChosen } = props;
  const { control } = useFormContext<TenantDraft>();
  const problems = useProblems(path);
  return (
    <Controller
      control={control}
      name={name}
      render={({ field }) => {
        const choose = (value: string) => {
          field.onChange(value);
          onChosen?.(value);
        };
        return (
          <Autocomplete<string, false, false, boolean>
            options={options}
            value={field.value === "" ? null : field.value}
            getOptionLabel={textOf}
            onChange={(_event, value) => choose(value ?? "")}
            freeSolo={isFree}
            autoSelect={isFree}
            forcePopupIcon
            onBlur={field.onBlur}
            renderInput={(params) => (
              <TextField
                {...params}
                inputRef={field.ref}
                label={label}
                error={problems !== undefined}
                helperText={problems ?? help}
              />
            )}
          />
        );
      }}
    />
  );
}
