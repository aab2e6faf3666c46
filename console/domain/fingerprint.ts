import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { STACK_FILE } from "../../config/names.ts";

/** What a project's files are made of, beside the settings of stacks. */
const READ = [
  "tenants",
  "archive",
  "bundles",
  "releases",
  "modules",
  "sql",
  "plans.yaml",
  "zones.yaml",
  "companies.yaml",
  "prices",
  "alerts",
  "Pulumi.yaml",
];

/** What tenants' files are read and made into rows by, with the versions of the libraries. */
const READER = ["config", "lib", "modules/odoo.json", "console/collector", "console/domain", "package.json"];

/**
 * What changes when a file does: names, sizes and times of some files, and of all files in some folders.
 *
 * @param names of files and folders; one that is missing is left out
 */
export function fingerprint(root: string, names: readonly string[]): string {
  const hash = createHash("sha256");
  for (const name of names) {
    const path = join(root, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) continue;
    const files = stat.isDirectory() ? readdirSync(path, { recursive: true, encoding: "utf8" }).sort() : [""];
    for (const file of files) {
      // A file may go while folders are read.
      const { mtimeMs, ctimeMs, size } = statSync(join(path, file), { throwIfNoEntry: false }) ?? {};
      hash.update(`${name}\0${file}\0${mtimeMs ?? ""} ${ctimeMs ?? ""} ${size ?? ""}\n`);
    }
  }
  return hash.digest("hex");
}

/** What changes when a file of a project does that its tenants are read from. @param root the project's root */
export function projectFingerprint(root: string): string {
  const stacks = existsSync(root) ? readdirSync(root).filter((name) => STACK_FILE.test(name)) : [];
  return fingerprint(root, [...READ, ...stacks]);
}

/**
 * What changes when the program that reads tenants' files does: another version may read the same text differently. It is of
 * the contents, so that a copy of the program is the same version.
 *
 * @param root folder of the program
 */
export function readerVersion(root: string): string {
  const hash = createHash("sha256");
  for (const name of READER) {
    const path = join(root, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) continue;
    const files = stat.isDirectory()
      ? readdirSync(path, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name))
          .sort()
      : [path];
    for (const file of files)
      hash
        .update(`${relative(root, file)}\0`)
        .update(readFileSync(file))
        .update("\0");
  }
  return hash.digest("hex");
}
