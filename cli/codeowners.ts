import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { formatDiagnostics, loadCatalogue, stackSettingsOf } from "../config/index.ts";
import { CODEOWNERS_FILE, codeOwners } from "../config/repository.ts";

const USAGE = `usage: npm run codeowners [-- [--check] [--root DIR]]

Writes ${CODEOWNERS_FILE} from the tenants' owner.team and the key github of the prod stack's configuration. With --check it
only compares. Exit status: 0 fine, 1 the file differs or the files are wrong, 2 wrong usage.

  --root DIR  the folder that holds tenants/ and the others; default: this project`;

function main(args: string[]): number {
  let options;
  try {
    options = parseArgs({ args, options: { check: { type: "boolean" }, root: { type: "string" } } }).values;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
  const root = options.root ?? join(import.meta.dirname, "..");
  const result = loadCatalogue(root);
  if (!result.ok) {
    console.error(formatDiagnostics(result.diagnostics));
    return 1;
  }
  const github = [...stackSettingsOf(root).values()].find((settings) => settings.github !== undefined)?.github;
  if (github === undefined) {
    console.log(`no Pulumi.<stack>.yaml has the key odoo-saas:github: there is no ${CODEOWNERS_FILE} to make`);
    return 0;
  }
  const expected = codeOwners(
    github,
    [...result.catalogue.tenants.values()].map(({ id, owner }) => ({ id, owner })),
  );
  const path = join(root, CODEOWNERS_FILE);
  if (textOf(path) === expected) return 0;
  if (options.check === true) {
    console.error(
      `${CODEOWNERS_FILE}: is not what tenants/*.yaml and odoo-saas:github make, expected it after: npm run codeowners\n` +
        "  Why: docs/github.md",
    );
    return 1;
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, expected);
  console.log(`wrote ${CODEOWNERS_FILE}`);
  return 0;
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

process.exitCode = main(process.argv.slice(2));
