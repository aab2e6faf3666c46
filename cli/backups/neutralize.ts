import type pg from "pg";
import { BackupError } from "./errors.ts";
import { NEUTRALIZATIONS } from "./neutralizations.ts";
import type { Neutralization } from "./neutralizations.ts";

/** What became of one kind of thing that would reach the world. */
export interface Neutralized {
  readonly name: string;
  /** `not installed` when the database has no such table: its module is not there. */
  readonly result: "done" | "not installed";
  /** Rows that were changed. */
  readonly rows: number;
}

/** What a copy is told of the place that it is in. */
export interface CopyPlace {
  /** Address of the copy, `web.base.url`. */
  readonly url: string;
}

/**
 * Makes a copy of a production database harmless in one transaction: as Odoo's own `neutralize` for base, mail and
 * payments, and beyond it what identifies the original or opens it. Then asks the database whether it is so.
 *
 * @param client connected to the copy as its owner
 * @returns what was done, an entry a kind of thing
 * @throws BackupError when the database is no Odoo database, or something is still live afterwards; nothing is changed then.
 */
export async function neutralize(client: pg.Client, place: CopyPlace): Promise<Neutralized[]> {
  await client.query("BEGIN");
  try {
    await client.query("SET LOCAL search_path = public");
    const columns = await columnsOf(client);
    const all: Neutralized[] = [];
    for (const neutralization of NEUTRALIZATIONS) all.push(await apply(client, neutralization, columns, place));
    const live: string[] = [];
    for (const { name, table, check } of NEUTRALIZATIONS) {
      if (!columns.has(table)) continue;
      const { rows } = await client.query<{ live: number }>(
        `SELECT count(*)::int AS live FROM ${table} WHERE ${check(columns.get(table) ?? new Set())}`,
      );
      const count = rows[0]?.live ?? 0;
      if (count > 0) live.push(`${name}: ${count} still live`);
    }
    if (live.length > 0) throw new BackupError(`The copy is not neutral:\n  ${live.join("\n  ")}`, "restore");
    await client.query("COMMIT");
    return all;
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  }
}

type Columns = ReadonlyMap<string, ReadonlySet<string>>;

async function columnsOf(client: pg.Client): Promise<Columns> {
  const { rows } = await client.query<{ table: string; columns: string[] }>(
    "SELECT table_name AS \"table\", array_agg(column_name::text) AS columns FROM information_schema.columns WHERE table_schema = 'public' GROUP BY 1",
  );
  return new Map(rows.map(({ table, columns }) => [table, new Set(columns)]));
}

async function apply(
  client: pg.Client,
  { name, table, base, statements }: Neutralization,
  columns: Columns,
  place: CopyPlace,
): Promise<Neutralized> {
  const own = columns.get(table);
  if (own === undefined) {
    if (!base) return { name, result: "not installed", rows: 0 };
    throw new BackupError(`The copy has no table ${table}, expected a database that Odoo has installed`, "restore");
  }
  let rows = 0;
  for (const { text, values } of statements(own, place)) {
    rows += (await client.query(text, [...(values ?? [])])).rowCount ?? 0;
  }
  return { name, result: "done", rows };
}
