import { readFileSync } from "node:fs";

/** A file's text; undefined when it cannot be read, as when it is not there. */
export function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
