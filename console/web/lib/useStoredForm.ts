import { useEffect, useState } from "react";
import { useForm } from "react-hook-form";
import type { DefaultValues, FieldValues } from "react-hook-form";

/**
 * A form whose content survives a reload and a new log-in, in this tab.
 *
 * @param key of the content; another one is needed when the form's fields change
 */
export function useStoredForm<Values extends FieldValues>(key: string, initial: DefaultValues<Values>) {
  const [defaultValues] = useState(() => stored<Values>(key) ?? initial);
  const form = useForm<Values>({ defaultValues });
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

/** What {@link useStoredForm} has written. */
function stored<Values extends FieldValues>(key: string): DefaultValues<Values> | undefined {
  const text = sessionStorage.getItem(key);
  return text === null ? undefined : (JSON.parse(text) as DefaultValues<Values>);
}
