import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import type { Diagnostic } from "./diagnostics.ts";
import { formatPath } from "./schemas/common.ts";
import { moduleIndexSchema, moduleObjectsSchema } from "./schemas/moduleIndex.ts";
import type { ModuleIndex, ModuleObjectsFile } from "./schemas/moduleIndex.ts";

/** The index of the modules there are, from the project's root. */
export const INDEX_FILE = "modules/index.json";

/** What the bundles' modules define, from the project's root. */
export const OBJECTS_FILE = "modules/objects.json";

/** The generated files, or why they cannot be used. */
export type ModuleIndexResult =
  | { readonly index: ModuleIndex; readonly objects: ModuleObjectsFile }
  | { readonly diagnostics: readonly Diagnostic[] };

/**
 * Reads the index and the objects.
 *
 * @param root the project's root
 */
export function readModuleIndex(root: string): ModuleIndexResult {
  const index = readGenerated(root, INDEX_FILE, moduleIndexSchema);
  const objects = readGenerated(root, OBJECTS_FILE, moduleObjectsSchema);
  if ("value" in index && "value" in objects) return { index: index.value, objects: objects.value };
  return { diagnostics: [index, objects].flatMap((read) => ("diagnostic" in read ? [read.diagnostic] : [])) };
}

function readGenerated<Schema extends z.ZodType>(root: string, file: string, schema: Schema) {
  const refuse = (message: string, path = ""): { diagnostic: Diagnostic } => ({
    diagnostic: { file, line: 1, column: 1, path, message: `${message} (it is generated: docs/runbooks/modules.md)` },
  });
  let text: string;
  try {
    text = readFileSync(join(root, file), "utf8");
  } catch {
    return refuse("cannot be read, expected the generated file");
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return refuse("is no JSON, expected the generated file");
  }
  const result = schema.safeParse(parsed);
  if (result.success) return { value: result.data };
  const [issue] = result.error.issues;
  const path = (issue?.path ?? []).map((part) => (typeof part === "number" ? part : String(part)));
  return refuse(issue?.message ?? "is not as its schema says, expected the generated file", formatPath(path));
}
