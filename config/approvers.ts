import { readText } from "./files.ts";
import type { Diagnostic } from "./diagnostics.ts";
import { checkDocument } from "./document.ts";
import { approversSchema } from "./schemas/approvers.ts";
import { parseYaml } from "./yaml.ts";

/** The file's path from the project's root. */
export const APPROVERS_FILE = "approvers.yaml";

/**
 * Reads who may approve requests.
 *
 * @param root the project's root
 * @returns GitHub logins as they are written, or what is wrong with the file.
 */
export function readApprovers(
  root: string,
): { readonly approvers: readonly string[] } | { readonly diagnostics: readonly Diagnostic[] } {
  const content = readText(root, APPROVERS_FILE);
  if ("diagnostics" in content) return content;
  const parsed = parseYaml(APPROVERS_FILE, content.text);
  if ("diagnostics" in parsed) return parsed;
  const result = checkDocument(parsed, approversSchema);
  return result.ok ? result.data : { diagnostics: result.problems.map(parsed.source.locate) };
}

/** Whether two GitHub logins are the same person. */
export function isSameLogin(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
