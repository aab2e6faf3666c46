import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { loadCatalogue } from "../../config/index.ts";
import type { Catalogue, Diagnostic } from "../../config/index.ts";
import { textsAt } from "../git.ts";

/** What the catalogue is read from. */
const PATHS = ["tenants", "archive", "bundles", "modules", "releases", "plans.yaml", "sql/tenant"];

/** A commit's catalogue, or why it cannot be read by this version of the program. */
export type BaseCatalogue = { readonly catalogue: Catalogue } | { readonly diagnostics: readonly Diagnostic[] };

/**
 * The catalogue as a commit has it.
 *
 * @param root the project's root
 * @param ref branch, tag or commit
 * @throws GitError when the commit cannot be read.
 */
export function catalogueAt(root: string, ref: string): BaseCatalogue {
  const folder = mkdtempSync(join(tmpdir(), "odoo-saas-base-"));
  try {
    for (const [path, text] of textsAt(root, ref, PATHS)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const result = loadCatalogue(folder);
    return result.ok ? { catalogue: result.catalogue } : { diagnostics: result.diagnostics };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
