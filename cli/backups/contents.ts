import { createHash } from "node:crypto";
import { createReadStream, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { BackupError } from "./errors.ts";

/** What a table holds. */
export interface TableContents {
  readonly rows: number;
  /** SHA-256 of the rows in sorted order. */
  readonly checksum: string;
}

/** What a database holds, by table; sequences and large objects are one more entry. */
export type DatabaseContents = ReadonlyMap<string, TableContents>;

/** Reads what `rows.awk` wrote. @throws BackupError when a line is not of its form, or there is none. */
export function parseRows(text: string): DatabaseContents {
  const contents = new Map<string, TableContents>();
  for (const line of text.split("\n").slice(0, -1)) {
    const [, table, rows, checksum] = /^([^\t]+)\t(\d+)\t([0-9a-f]{64})$/.exec(line) ?? [];
    if (table === undefined || rows === undefined || checksum === undefined) {
      throw new BackupError(
        `The list of tables has the line ${JSON.stringify(line)}, expected name, rows and checksum`,
      );
    }
    contents.set(table, { rows: Number(rows), checksum });
  }
  if (contents.size === 0) throw new BackupError("The list of tables is empty, expected a line for each table");
  return contents;
}

/** One checksum over all tables: equal when every table's rows and every sequence are. */
export function checksumOf(contents: DatabaseContents): string {
  const lines = [...contents].map(([table, { rows, checksum }]) => `${table}\t${rows}\t${checksum}\n`);
  return createHash("sha256").update(lines.sort().join("")).digest("hex");
}

/** What differs between a database as it was backed up and as it was restored; a line a table, none when they are equal. */
export function compareContents(expected: DatabaseContents, found: DatabaseContents): string[] {
  const problems: string[] = [];
  for (const table of new Set([...expected.keys(), ...found.keys()])) {
    const [then, now] = [expected.get(table), found.get(table)];
    if (then === undefined || now === undefined) {
      problems.push(`${table}: ${now === undefined ? "missing after the restore" : "not in the backup's list"}`);
    } else if (then.rows !== now.rows) {
      problems.push(`${table}: ${now.rows} rows, expected ${then.rows}`);
    } else if (then.checksum !== now.checksum) {
      problems.push(`${table}: ${now.rows} rows as expected, but not the same (their checksum differs)`);
    }
  }
  return problems;
}

/** The files that a backup lists, by path in the filestore, with their SHA-1. @throws BackupError */
export function parseFiles(text: string): ReadonlyMap<string, string> {
  return new Map(
    text
      .split("\n")
      .slice(0, -1)
      .map((line): [string, string] => {
        const [, checksum, path] = /^([0-9a-f]{40}) [ *]\.\/(.+)$/.exec(line) ?? [];
        if (checksum === undefined || path === undefined || path.split("/").includes("..")) {
          throw new BackupError(`The list of files has the line ${JSON.stringify(line)}, expected checksum and path`);
        }
        return [path, checksum];
      }),
  );
}

/** What is wrong with a restored filestore; a line a file, none when every listed file is there and unchanged. */
export async function compareFiles(expected: ReadonlyMap<string, string>, folder: string): Promise<string[]> {
  const problems: string[] = [];
  for (const [path, checksum] of expected) {
    const file = join(folder, path);
    if (!existsSync(file)) {
      problems.push(`${path}: missing from the filestore`);
      continue;
    }
    const hash = createHash("sha1");
    await pipeline(createReadStream(file), hash);
    if (hash.digest("hex") !== checksum) problems.push(`${path}: not the file that was backed up (its SHA-1 differs)`);
  }
  return problems;
}

/** Reads a text file that a snapshot must have. @throws BackupError */
export function readPart(folder: string, name: string): string {
  try {
    return readFileSync(join(folder, name), "utf8");
  } catch {
    throw new BackupError(`The snapshot has no ${name}, expected one that backup.sh made`, "restore");
  }
}
