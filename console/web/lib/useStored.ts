import { useState } from "react";

/** A list of words that this browser keeps. */
export function useStored(key: string, initial: readonly string[]) {
  const [value, setValue] = useState<readonly string[]>(() => read(key) ?? initial);
  const store = (next: readonly string[]) => {
    localStorage.setItem(key, JSON.stringify(next));
    setValue(next);
  };
  return [value, store] as const;
}

function read(key: string): readonly string[] | undefined {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? "");
    return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === "string") : undefined;
  } catch {
    return undefined;
  }
}
