import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { alertFiles, GENERATED } from "../../features/alerts/files.ts";
import { ALERTS_PAGE } from "../../features/alerts/table.ts";
import { parseCommand, PROJECT, runCommand } from "../command.ts";
import { textOf } from "../../lib/textOf.ts";

const USAGE = `usage: npm run alerts [-- --check]

Writes alerts/generated/, which is not committed, from tenants/, Pulumi.<stack>.yaml and alerts/settings.yaml, and the table of
docs/alerts.md from alerts/rules/. Exit status: 0 fine, 1 the page differs or a file is wrong, 2 wrong usage.

  --check     writes nothing: reads all that it is made from, and compares the page
  --root DIR  the folder that holds tenants/ and the others; default: this project`;

function main(args: readonly string[]): boolean {
  const { values } = parseCommand(args, { check: { type: "boolean" }, root: { type: "string", default: PROJECT } });
  const { root } = values;
  const files = alertFiles(root);
  const differing = [...files].filter(([file, text]) => textOf(join(root, file)) !== text);
  if (values.check === true) {
    if (!differing.some(([file]) => file === ALERTS_PAGE)) return true;
    console.error(`${ALERTS_PAGE}: is not up to date, expected it after: npm run alerts`);
    return false;
  }
  for (const [file, text] of differing) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
    console.log(`wrote ${file}`);
  }
  for (const file of filesBelow(root, GENERATED).filter((name) => !files.has(name))) {
    rmSync(join(root, file));
    console.log(`removed ${file}`);
  }
  return true;
}

function filesBelow(root: string, folder: string): string[] {
  try {
    return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name)));
  } catch {
    return [];
  }
}

await runCommand(USAGE, main);
