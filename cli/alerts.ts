import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { alertFiles, GENERATED } from "./alerts/files.ts";
import { parseCommand, PROJECT, runCommand } from "./command.ts";

const USAGE = `usage: npm run alerts [-- --check]

Writes alerts/generated/ from tenants/, Pulumi.<stack>.yaml and alerts/settings.yaml, and the table of docs/alerts.md from
alerts/rules/. With --check it only compares. Exit status: 0 fine, 1 a file differs or is wrong, 2 wrong usage.

  --check     writes nothing
  --root DIR  the folder that holds tenants/ and the others; default: this project`;

function main(args: readonly string[]): boolean {
  const { values } = parseCommand(args, { check: { type: "boolean" }, root: { type: "string", default: PROJECT } });
  const { root } = values;
  const files = alertFiles(root);
  const superfluous = filesBelow(root, GENERATED).filter((file) => !files.has(file));
  const differing = [...files].filter(([file, text]) => textOf(join(root, file)) !== text);
  if (values.check === true) {
    for (const [file] of differing) console.error(`${file}: is not up to date, expected it after: npm run alerts`);
    for (const file of superfluous) console.error(`${file}: is of no stack, expected it gone after: npm run alerts`);
    return differing.length + superfluous.length === 0;
  }
  for (const [file, text] of differing) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
    console.log(`wrote ${file}`);
  }
  for (const file of superfluous) {
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

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

await runCommand(USAGE, main);
