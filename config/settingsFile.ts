import type { z } from "zod";
import type { Diagnostic } from "./diagnostics.ts";
import { checkDocument, fitsIn } from "./document.ts";
import { readText } from "./files.ts";
import { parseYaml } from "./yaml.ts";

/** What {@link readSettingsFile} answers: the file's value with its defaults filled in, or everything that is wrong with it. */
export type SettingsFileResult<Value> =
  { readonly ok: true; readonly data: Value } | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/**
 * Reads a YAML file of the project that stands alone, and checks it against its schema. It never throws.
 *
 * @param root the project's root, absolute
 * @param file path from the root
 */
export function readSettingsFile<Schema extends z.ZodType>(
  root: string,
  file: string,
  schema: Schema,
): SettingsFileResult<z.output<Schema>> {
  const content = readText(root, file);
  const parsed = "text" in content ? parseYaml(file, content.text, { fits: fitsIn(schema) }) : content;
  if ("diagnostics" in parsed) return { ok: false, diagnostics: parsed.diagnostics };
  const result = checkDocument(parsed, schema);
  return result.ok ? result : { ok: false, diagnostics: result.problems.map(parsed.source.locate) };
}
