import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { PROJECT_ROOT } from "./projectRoot.ts";

const SQL_ROOT = join(PROJECT_ROOT, "sql");

/** A file below `sql/`. */
export interface SqlFile {
  /** Path from the repository's root, such as `sql/tenant/core/v1/010_companies.sql`. */
  readonly path: string;
  readonly text: string;
  /** SHA-256 of the text, in hexadecimal. */
  readonly checksum: string;
}

const read = new Map<string, readonly SqlFile[]>();

/** The `NNN_*.sql` files of a folder below `sql/`, in the order of their numbers; read once in a process. */
export function sqlFiles(folder: string): readonly SqlFile[] {
  const known = read.get(folder);
  if (known !== undefined) return known;
  const files = readdirSync(join(SQL_ROOT, folder))
    .filter((name) => /^\d{3}_\w+\.sql$/.test(name))
    .sort()
    .map((name) => {
      const text = readFileSync(join(SQL_ROOT, folder, name), "utf8");
      return { path: `sql/${folder}/${name}`, text, checksum: createHash("sha256").update(text).digest("hex") };
    });
  read.set(folder, files);
  return files;
}

/** Reporting models that have SQL, as `<model>/<version>`, sorted. */
export function availableModels(): string[] {
  const folders = (path: string): string[] =>
    readdirSync(join(SQL_ROOT, path), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  return folders("tenant")
    .flatMap((model) => folders(`tenant/${model}`).map((version) => `${model}/${version}`))
    .filter((model) => existsSync(join(SQL_ROOT, "analytics", model)))
    .sort();
}

/**
 * Names of the views that a model has on both sides: each file `NNN_<view>.sql` of the tenant's side makes one, or
 * replaces one that an earlier file has made.
 */
export function viewNames(models: readonly string[]): string[] {
  const names = models.flatMap((model) =>
    sqlFiles(`tenant/${model}`).map(({ path }) => path.replace(/^.*\/\d{3}_(\w+)\.sql$/, "$1")),
  );
  return [...new Set(names)];
}

/** One checksum for a set of files, the same whatever their order. */
export function combinedChecksum(files: readonly Pick<SqlFile, "path" | "checksum">[]): string {
  const lines = files.map(({ path, checksum }) => `${checksum} ${path}\n`).sort();
  return createHash("sha256").update(lines.join("")).digest("hex");
}

/**
 * Puts values into SQL where psql's variables stand: `:"name"` becomes a quoted identifier, `:'name'` a quoted literal; unlike
 * with psql, also in the bodies of functions.
 *
 * @throws when the text names a value that is not given.
 */
export function renderSql(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/:(["'])([a-z_]+)\1/g, (_, quote: string, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`SQL asks for :${quote}${name}${quote}, which has no value`);
    return quote === '"' ? pg.escapeIdentifier(value) : pg.escapeLiteral(value);
  });
}
