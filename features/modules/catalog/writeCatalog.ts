import { formatDiagnostics, loadProjectFiles } from "../../../config/index.ts";
import type { ProjectFiles } from "../../../config/index.ts";
import { writeOrCheck } from "../../../lib/generatedFiles.ts";
import { UserError } from "../../../lib/userError.ts";
import { buildCatalog } from "./build.ts";
import { catalogPage } from "./page.ts";

/** The catalog's files by path from the project's root. */
export function catalogFiles(projectFiles: Pick<ProjectFiles, "bundles" | "tables">): ReadonlyMap<string, string> {
  const catalog = buildCatalog(projectFiles);
  return new Map([
    ["modules/catalog.json", `${JSON.stringify(catalog, null, 1)}\n`],
    ["docs/catalog.md", catalogPage(catalog)],
  ]);
}

/**
 * Writes the catalog's files, or only compares them.
 *
 * @returns whether they are current
 * @throws UserError with everything that is wrong in the files that it is made from
 */
export function writeCatalog(root: string, check: boolean): boolean {
  const result = loadProjectFiles(root);
  if (!result.ok) throw new UserError(formatDiagnostics(result.diagnostics));
  const files = catalogFiles(result.projectFiles);
  return writeOrCheck(
    root,
    { files, from: "bundles/ and the index", command: "npx odoo-saas generate catalog" },
    check,
  );
}
