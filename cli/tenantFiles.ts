import { existsSync } from "node:fs";
import { join } from "node:path";
import { ConfigError, formatDiagnostics, loadCatalogue, stackSettingsOf } from "../config/index.ts";
import { CODEOWNERS_FILE, codeOwners } from "../config/repository.ts";
import { alertFiles, GENERATED } from "./alerts/files.ts";

/**
 * The text of CODEOWNERS as the tenants and the key `github` of a stack make it; undefined when no stack has that key.
 *
 * @param root folder that holds tenants/ and the others
 * @throws ConfigError with everything that is wrong in them
 */
export function codeOwnersText(root: string): string | undefined {
  const result = loadCatalogue(root);
  if (!result.ok) {
    throw new ConfigError("The owners cannot be told", formatDiagnostics(result.diagnostics).split("\n"));
  }
  const github = [...stackSettingsOf(root).values()].find((settings) => settings.github !== undefined)?.github;
  if (github === undefined) return undefined;
  return codeOwners(
    github,
    [...result.catalogue.tenants.values()].map(({ id, owner }) => ({ id, owner })),
  );
}

/**
 * What is made from the tenants' files, and stands in the repository beside them: texts by their paths from the root. Who
 * changes a tenant by a program writes them too, since `npm run check` compares.
 *
 * @throws ConfigError with everything that is wrong in what they are made from
 */
export function filesOfTenants(root: string): ReadonlyMap<string, string> {
  const files = new Map(existsSync(join(root, GENERATED)) ? alertFiles(root) : []);
  const owners = codeOwnersText(root);
  if (owners !== undefined) files.set(CODEOWNERS_FILE, owners);
  return files;
}
