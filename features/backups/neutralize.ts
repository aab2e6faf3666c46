import type pg from "pg";
import type { PostgresLogin } from "../../lib/postgresLogin.ts";
import { connected } from "./database.ts";
import { BackupError } from "./backupError.ts";
import { NEUTRALIZATIONS, NO_WEBHOOK } from "./neutralizations.ts";
import type { Neutralization } from "./neutralizations.ts";
import { neutralizeColumns } from "./neutralizeColumns.ts";
import type { OdooNeutralize } from "./odooNeutralize.ts";

/** What became of one kind of thing that would reach the world. */
export interface Neutralized {
  readonly name: string;
  /** `not installed` when the database has no such table: its module is not there. */
  readonly result: "done" | "not installed";
  /** Rows that were changed. */
  readonly rows: number;
}

/** What a copy learns about its new place. */
export interface CopyPlace {
  /** Address of the copy, `web.base.url`. */
  readonly url: string;
}

/** Parameter by which `odoo neutralize` says that it has run. */
const IS_NEUTRALIZED = "database.is_neutralized";

/**
 * Makes a copy of a production database harmless: Odoo's own `neutralize` first, which knows what each module needs, then
 * what this platform knows beyond it.
 *
 * @param login the copy as its owner
 * @returns what was done beyond Odoo's own, an entry a kind of thing
 * @throws BackupError when Odoo's own did not run, the database is no Odoo database, or something is still live afterwards
 */
export async function neutralizeCopy(
  login: PostgresLogin,
  odoo: OdooNeutralize,
  place: CopyPlace,
): Promise<Neutralized[]> {
  await connected(login, async (client) => {
    assertOdoo(await columnsOf(client));
    // A copy of what once was a copy must not pass for neutralised.
    await client.query("DELETE FROM public.ir_config_parameter WHERE key = $1", [IS_NEUTRALIZED]);
  });
  await odoo(login);
  return connected(login, (client) => neutralize(client, place));
}

/**
 * The platform's part, in one transaction: what identifies the original, opens it, or reaches the world. Then asks the
 * database whether it is so.
 *
 * @param client connected to the copy as its owner
 * @throws BackupError; nothing is changed then
 */
export async function neutralize(client: pg.Client, place: CopyPlace): Promise<Neutralized[]> {
  await client.query("BEGIN");
  try {
    await client.query("SET LOCAL search_path = public");
    const columns = await columnsOf(client);
    assertOdoo(columns);
    await assertNeutralizedByOdoo(client);
    const all: Neutralized[] = [];
    for (const neutralization of NEUTRALIZATIONS) all.push(await apply(client, neutralization, columns, place));
    const { swept, live } = await neutralizeColumns(client, NO_WEBHOOK);
    for (const { name, rows } of swept) all.push({ name, result: "done", rows });
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

async function assertNeutralizedByOdoo(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ value: string }>("SELECT value FROM ir_config_parameter WHERE key = $1", [
    IS_NEUTRALIZED,
  ]);
  const value = rows[0]?.value;
  if (value === "true") return;
  throw new BackupError(
    `Odoo's own neutralisation has not run on the copy: its parameter ${IS_NEUTRALIZED} is ${value === undefined ? "missing" : JSON.stringify(value)}, expected "true", which "odoo neutralize" sets. ` +
      "A cluster that only simulates pods runs nothing: name an Odoo on this machine with --odoo",
    "restore",
  );
}

function assertOdoo(columns: Columns): void {
  const missing = NEUTRALIZATIONS.find(({ base, table }) => base === true && !columns.has(table));
  if (missing === undefined) return;
  throw new BackupError(
    `The copy has no table ${missing.table}, expected a database that Odoo has installed`,
    "restore",
  );
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
  { name, table, statements }: Neutralization,
  columns: Columns,
  place: CopyPlace,
): Promise<Neutralized> {
  const own = columns.get(table);
  if (own === undefined) return { name, result: "not installed", rows: 0 };
  let rows = 0;
  for (const { text, values } of statements(own, place)) {
    rows += (await client.query(text, [...(values ?? [])])).rowCount ?? 0;
  }
  return { name, result: "done", rows };
}
