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
  readonly help?: string;
  readonly type?: "text" | "email";
}

/** A line of text of the tenant's form. */
export function FormText({ name, label, path, help, type = "text" }: Props) {
  const { control } = useFormContext<TenantDraft>();
  const problems = useProblems(path);
  return (
    <Controller
      control={control}
      name={name}
      render={({ field }) => (
        <TextField
          {...field}
          inputRef={field.ref}
          ref={null}
          type={type}
          label={label}
          error={problems !== undefined}
          helperText={problems ?? help}
          autoComplete="off"
        />
      )}
    />
  );
}
