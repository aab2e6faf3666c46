import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { parseArgs } from "node:util";
import { alertFiles, GENERATED } from "./alerts/files.ts";
import { ConfigError } from "../config/index.ts";

const USAGE = `usage: npm run alerts [-- --check]

Writes alerts/generated/ from tenants/, Pulumi.<stack>.yaml and alerts/settings.yaml, and the table of docs/alerts.md from
alerts/rules/. With --check it only compares. Exit status: 0 fine, 1 a file differs or is wrong, 2 wrong usage.

  --check     writes nothing
  --root DIR  the folder that holds tenants/ and the others; default: this project`;

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
  let files;
  try {
    files = alertFiles(root);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    return 1;
  }
  const superfluous = filesBelow(root, GENERATED).filter((file) => !files.has(file));
  const differing = [...files].filter(([file, text]) => textOf(join(root, file)) !== text);
  if (options.check === true) {
    for (const [file] of differing) console.error(`${file}: is not up to date, expected it after: npm run alerts`);
    for (const file of superfluous) console.error(`${file}: is of no stack, expected it gone after: npm run alerts`);
    return differing.length + superfluous.length > 0 ? 1 : 0;
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
  return 0;
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

process.exitCode = main(process.argv.slice(2));
