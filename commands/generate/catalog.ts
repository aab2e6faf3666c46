import { UserError } from "../../lib/userError.ts";
import { formatDiagnostics, loadCatalogue } from "../../config/index.ts";
import type { Catalogue } from "../../config/index.ts";
import { buildCatalog } from "../../features/modules/catalog/build.ts";
import { catalogPage } from "../../features/modules/catalog/page.ts";
import { parseCommand, PROJECT, runCommand } from "../command.ts";
import { writeOrCheck } from "../../lib/generatedFiles.ts";

const USAGE = `usage: npm run catalog [-- --check] [--root DIR]

Writes the catalogue of modules from bundles/ and modules/index.json: modules/catalog.json for programs, docs/catalog.md for
people. With --check it only compares. Exit status: 0 fine, 1 a file differs or cannot be used, 2 wrong usage.`;

/** The catalogue's files by path from the project's root. */
export function catalogFiles(catalogue: Pick<Catalogue, "bundles" | "tables">): ReadonlyMap<string, string> {
  const catalog = buildCatalog(catalogue);
  return new Map([
    ["modules/catalog.json", `${JSON.stringify(catalog, null, 1)}\n`],
    ["docs/catalog.md", catalogPage(catalog)],
  ]);
}

function main(args: readonly string[]): boolean {
  const { values } = parseCommand(args, {
    check: { type: "boolean", default: false },
    root: { type: "string", default: PROJECT },
  });
  const result = loadCatalogue(values.root);
  if (!result.ok) throw new UserError(formatDiagnostics(result.diagnostics));
  const files = catalogFiles(result.catalogue);
  return writeOrCheck(values.root, { files, from: "bundles/ and the index", command: "npm run catalog" }, values.check);
}

if (import.meta.main) await runCommand(USAGE, main);
