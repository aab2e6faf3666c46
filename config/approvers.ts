import type { Diagnostic } from "./diagnostics.ts";
import { approversSchema } from "./schemas/approvers.ts";
import { readSettingsFile } from "./settingsFile.ts";

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
  const result = readSettingsFile(root, APPROVERS_FILE, approversSchema);
  return result.ok ? result.data : result;
}

/** Whether two GitHub logins are the same person. */
export function isSameLogin(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
