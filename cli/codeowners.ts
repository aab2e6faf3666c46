import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ExpectedError } from "../config/expected.ts";
import { formatDiagnostics, loadCatalogue, stackSettingsOf } from "../config/index.ts";
import { CODEOWNERS_FILE, codeOwners } from "../config/repository.ts";
import { parseCommand, PROJECT, runCommand } from "./command.ts";

const USAGE = `usage: npm run codeowners [-- [--check] [--root DIR]]

Writes ${CODEOWNERS_FILE} from the tenants' owner.team and the key github of the prod stack's configuration. With --check it
only compares. Exit status: 0 fine, 1 the file differs or the files are wrong, 2 wrong usage.

  --root DIR  the folder that holds tenants/ and the others; default: this project`;

function main(args: readonly string[]): boolean {
  const { values } = parseCommand(args, { check: { type: "boolean" }, root: { type: "string", default: PROJECT } });
  const { root } = values;
  const result = loadCatalogue(root);
  if (!result.ok) throw new ExpectedError(formatDiagnostics(result.diagnostics));
  const github = [...stackSettingsOf(root).values()].find((settings) => settings.github !== undefined)?.github;
  if (github === undefined) {
    console.log(`no Pulumi.<stack>.yaml has the key odoo-saas:github: there is no ${CODEOWNERS_FILE} to make`);
    return true;
  }
  const expected = codeOwners(
    github,
    [...result.catalogue.tenants.values()].map(({ id, owner }) => ({ id, owner })),
  );
  const path = join(root, CODEOWNERS_FILE);
  if (textOf(path) === expected) return true;
  if (values.check === true) {
    console.error(
      `${CODEOWNERS_FILE}: is not what tenants/*.yaml and odoo-saas:github make, expected it after: npm run codeowners\n` +
        "  Why: docs/github.md",
    );
    return false;
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, expected);
  console.log(`wrote ${CODEOWNERS_FILE}`);
  return true;
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

await runCommand(USAGE, main);
