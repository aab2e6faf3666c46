import { join } from "node:path";
import { parseArgs } from "node:util";
import { formatDiagnostics, loadCatalogue } from "../config/index.ts";
import type { Catalogue } from "../config/index.ts";
import { buildCatalog } from "./catalog/build.ts";
import { catalogPage } from "./catalog/page.ts";
import { writeOrCheck } from "./generated.ts";

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

function main(args: string[]): number {
  let options;
  try {
    options = parseArgs({
      args,
      options: { check: { type: "boolean" }, root: { type: "string" }, help: { type: "boolean", short: "h" } },
    }).values;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
  if (options.help === true) {
    console.log(USAGE);
    return 0;
  }
  const root = options.root ?? join(import.meta.dirname, "..");
  const result = loadCatalogue(root);
  if (!result.ok) {
    console.error(formatDiagnostics(result.diagnostics));
    return 1;
  }
  const files = catalogFiles(result.catalogue);
  return writeOrCheck(
    root,
    { files, from: "bundles/ and the index", command: "npm run catalog" },
    options.check === true,
  );
}

if (import.meta.main) process.exitCode = main(process.argv.slice(2));
