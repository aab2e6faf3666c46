import { renameSync, writeFileSync } from "node:fs";
import { compareText } from "../../../config/diagnostics.ts";

/** What a generated file may be: texts, and mappings whose entries get a line each. */
type GeneratedFile = Readonly<Record<string, string | Readonly<Record<string, unknown>>>>;

/**
 * The text of a generated file with a module a line, sorted: a refresh changes the lines of what changed. Absent keys stay
 * absent, so that most lines are short.
 */
export function moduleLines(file: GeneratedFile): string {
  const parts = Object.entries(file).map(([key, value]) => {
    if (typeof value !== "object") return `${JSON.stringify(key)}: ${JSON.stringify(value)}`;
    const lines = Object.entries(value)
      .sort(([a], [b]) => compareText(a, b))
      .map(([name, entry]) => `  ${JSON.stringify(name)}: ${JSON.stringify(entry)}`);
    return `${JSON.stringify(key)}: {\n${lines.join(",\n")}\n}`;
  });
  return `{\n${parts.join(",\n")}\n}\n`;
}

/** Writes a file at once: who reads it meanwhile sees the old text or the new. */
export function replaceFile(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}
