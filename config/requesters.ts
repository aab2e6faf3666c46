import { isSameLogin } from "./approvers.ts";
import type { Diagnostic } from "./diagnostics.ts";
import { requestersSchema } from "./schemas/requesters.ts";
import type { Requesters } from "./schemas/requesters.ts";
import { readSettingsFile } from "./settingsFile.ts";

/** The file's path from the project's root. */
export const REQUESTERS_FILE = "requesters.yaml";

/**
 * Reads who may ask for changes of tenants.
 *
 * @param root the project's root
 * @returns public keys by GitHub login, or what is wrong with the file.
 */
export function readRequesters(
  root: string,
): { readonly requesters: Requesters } | { readonly diagnostics: readonly Diagnostic[] } {
  const result = readSettingsFile(root, REQUESTERS_FILE, requestersSchema);
  return result.ok ? result.data : result;
}

/** The public keys of a person, whatever the case of the login; none for somebody who may not ask. */
export function keysOf(requesters: Requesters, login: string): readonly string[] {
  return Object.entries(requesters).find(([known]) => isSameLogin(known, login))?.[1] ?? [];
}
