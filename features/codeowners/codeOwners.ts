import { join } from "node:path";
import { ConfigError, formatDiagnostics, loadProjectFiles, stackSettingsOf } from "../../config/index.ts";
import { CODEOWNERS_FILE, codeOwnerProblems, codeOwners } from "../../config/githubRepository.ts";
import { textOf } from "../../lib/textOf.ts";

/** The code owners' file as it is, and as it should be. */
export interface CodeOwners {
  /** As `npx odoo-saas generate codeowners` writes it. */
  readonly expected: string;
  /** Whether it is that. */
  readonly isCurrent: boolean;
  /** Who owns what they must not, by line; empty for a file that only lags behind. */
  readonly problems: readonly string[];
}

/**
 * Compares a checkout's code owners with its tenants.
 *
 * @returns undefined where no stack keeps the repository
 * @throws ConfigError with everything that is wrong in the tenants' files
 */
export function readCodeOwners(root: string): CodeOwners | undefined {
  const result = loadProjectFiles(root);
  if (!result.ok)
    throw new ConfigError("There are no code owners of these files", formatDiagnostics(result.diagnostics).split("\n"));
  const github = [...stackSettingsOf(root).values()].find((settings) => settings.github !== undefined)?.github;
  if (github === undefined) return undefined;
  const tenants = [...result.projectFiles.tenants.values()];
  const text = textOf(join(root, CODEOWNERS_FILE)) ?? "";
  const expected = codeOwners(github, tenants);
  return { expected, isCurrent: text === expected, problems: codeOwnerProblems(text, github, tenants) };
}
