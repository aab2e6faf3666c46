import { useEffect } from "react";
import { useForm } from "react-hook-form";
import type { DefaultValues, FieldValues } from "react-hook-form";

/** A form whose content survives a reload and a new log-in, in this tab. */
export function useStoredForm<Values extends FieldValues>(key: string, initial: DefaultValues<Values>) {
  const form = useForm<Values>({ defaultValues: Object.assign(initial, stored(key)) });
  useEffect(
    () =>
      form.subscribe({
        formState: { values: true },
        callback: ({ values }) => sessionStorage.setItem(key, JSON.stringify(values)),
      }),
    [form, key],
  );
  return form;
}

/** Forgets a form's content. */
export const forgetForm = (key: string): void => sessionStorage.removeItem(key);

function stored(key: string): object {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(key) ?? "");
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
