import { createHash } from "node:crypto";
import { createReadStream, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { BackupError } from "./backupError.ts";

/** What a table holds. */
export interface TableContents {
  readonly rows: number;
  /** SHA-256 of the rows in sorted order. */
  readonly checksum: string;
}

/**
 * What a database holds, by table; sequences and large objects are one more entry. A table's name is as `rows.awk` writes it:
 * one line, with backslashes, tabs and ends of lines escaped.
 */
export type DatabaseContents = ReadonlyMap<string, TableContents>;

/** Whether names of tables and files are escaped: not in backups of format 1. */
export type BackupFormat = 1 | 2;

/**
 * Reads what `rows.awk` wrote.
 *
 * @throws BackupError when a line is not of its form or a table has two, or there is none.
 */
export function parseRows(text: string, format: BackupFormat = 2): DatabaseContents {
  const contents = new Map<string, TableContents>();
  for (const line of text.split("\n").slice(0, -1)) {
    const [, name, rows, checksum] = /^([^]+)\t(\d+)\t([0-9a-f]{64})$/.exec(line) ?? [];
    const table = name === undefined || format === 2 ? name : escaped(name);
    if (table === undefined || rows === undefined || checksum === undefined || table.includes("\t")) {
      throw new BackupError(
        `The list of tables has the line ${JSON.stringify(line)}, expected name, rows and checksum`,
      );
    }
    if (contents.has(table))
      throw new BackupError(`The list of tables has ${table} twice, expected a line for each table`);
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

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };

/** A name as one line, as `rows.awk` and sha1sum escape it. */
function escaped(name: string): string {
  return name.replaceAll(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? character);
}

/** @throws BackupError for an escape that sha1sum does not write. */
function unescaped(name: string): string {
  return name.replaceAll(/\\([^]?)/g, (escape) => {
    const [character] = Object.entries(ESCAPES).find(([, known]) => known === escape) ?? [];
    if (character !== undefined) return character;
    throw new BackupError(`The list of files has the name ${JSON.stringify(name)}, expected sha1sum's escapes`);
  });
}

/**
 * The files that a backup lists, by path in the filestore, with their SHA-1. sha1sum begins a line with a backslash when it
 * has escaped the name.
 *
 * @throws BackupError
 */
export function parseFiles(text: string): ReadonlyMap<string, string> {
  return new Map(
    text
      .split("\n")
      .slice(0, -1)
      .map((line): [string, string] => {
        const [, escapes, checksum, name] = /^(\\?)([0-9a-f]{40}) [ *]\.\/([^]+)$/.exec(line) ?? [];
        const path = escapes === "" || name === undefined ? name : unescaped(name);
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
      problems.push(`${escaped(path)}: missing from the filestore`);
      continue;
    }
    const hash = createHash("sha1");
    await pipeline(createReadStream(file), hash);
    if (hash.digest("hex") !== checksum)
      problems.push(`${escaped(path)}: not the file that was backed up (its SHA-1 differs)`);
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
