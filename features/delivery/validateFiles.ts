import type { Diagnostic } from "../../config/index.ts";
import { readCodeOwners } from "../codeowners/index.ts";
import { lifecycleReport } from "../lifecycle/index.ts";
import { validateProject } from "../validation/index.ts";

/** What is wrong in the files of a checkout. */
export interface FileProblems {
  readonly diagnostics: readonly Diagnostic[];
  /** Wrong lines of the code owners' file. Empty if there are diagnostics, because the owners cannot be determined then. */
  readonly codeOwners: readonly string[];
}

/**
 * Checks all files of a checkout, as `tenant validate` does, and its code owners.
 *
 * @param base commit since which the tenants' lifecycles are checked; undefined: they are not
 * @throws GitError if the commit cannot be read
 */
export function validateFiles(root: string, base: string | undefined): FileProblems {
  const diagnostics = diagnose(root, base);
  // A team may use its zones, so a tenant that names another team must change the code owners too, which the platform's team reviews.
  return { diagnostics, codeOwners: diagnostics.length === 0 ? (readCodeOwners(root)?.problems ?? []) : [] };
}

function diagnose(root: string, base: string | undefined): readonly Diagnostic[] {
  const found = validateProject(root).diagnostics;
  return found.length > 0 || base === undefined ? found : lifecycleReport(root, base, new Date()).diagnostics;
}
