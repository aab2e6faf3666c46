import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { UserError } from "../../../lib/userError.ts";
import { formatDiagnostics, loadProjectFiles } from "../../../config/index.ts";
import type { ProjectFiles } from "../../../config/index.ts";
import { textsAt } from "../../../lib/git.ts";

/** What the project files is read from. */
const PATHS = [
  "tenants",
  "archive",
  "bundles",
  "modules",
  "releases",
  "plans.yaml",
  "zones.yaml",
  "companies.yaml",
  "prices",
  "sql/tenant",
];

/**
 * The catalogue as a commit has it.
 *
 * @param root the project's root
 * @param ref branch, tag or commit
 * @throws GitError when the commit cannot be read, UserError when this version of the program refuses its files.
 */
export function projectFilesAt(root: string, ref: string): ProjectFiles {
  const folder = mkdtempSync(join(tmpdir(), "odoo-saas-base-"));
  try {
    for (const [path, text] of textsAt(root, ref, PATHS)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const result = loadProjectFiles(folder);
    if (result.ok) return result.projectFiles;
    throw new UserError(
      `The files of ${ref} cannot be compared, since this version refuses them:\n${formatDiagnostics(result.diagnostics)}`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
