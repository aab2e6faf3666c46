import { readFileSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import { z } from "zod";
import { isPassword } from "../../features/delivery/smoke/passlib.ts";

/** What a real Odoo's databases were seen to hold; written by `npx odoo-saas test odoo --record`. */
export const RECORDING_FILE = join(import.meta.dirname, "recording.json");

/** Parameters whose values are the same wherever they are found; of all others the key alone is recorded. */
const VALUES = [
  "auth_signup.invitation_scope",
  "auth_signup.reset_password",
  "odoo_saas.company",
  "web.base.url.freeze",
] as const;

/** The people that Odoo's own data make. */
const PEOPLE = ["__system__", "admin", "default", "portaltemplate", "public"];

const databaseFacts = z.strictObject({
  /** Modules that are installed. */
  modules: z.array(z.string()),
  /** Parameters by key; null where the value is the database's own. */
  parameters: z.record(z.string(), z.string().nullable()),
  /** People of Odoo's own data: whether they may log in, and whether their password is the one that everybody knows. */
  users: z.array(
    z.strictObject({ login: z.string(), active: z.boolean(), share: z.boolean(), knownPassword: z.boolean() }),
  ),
  /** Who may vouch for people, by name, and whether that is switched on. */
  providers: z.record(z.string(), z.boolean()),
  /** Types by table and column, of those that the stand-in has. */
  columns: z.record(z.string(), z.record(z.string(), z.string())),
});

/** What a database says of itself, in the parts that the stand-in has too. */
export type DatabaseFacts = z.output<typeof databaseFacts>;

const recordingSchema = z.strictObject({
  /** Version of the Odoo that the databases were made by, such as 18.0-20250506. */
  odoo: z.string(),
  /** A database that only `odoo --init` has made: before the platform's settings. */
  fresh: z.strictObject({ asked: z.array(z.string()), facts: databaseFacts }),
  /** The tenants' databases after the init Job, by tenant. */
  tenants: z.record(
    z.string(),
    z.strictObject({ asked: z.array(z.string()), country: z.string().optional(), facts: databaseFacts }),
  ),
});

/** All that was recorded. */
export type Recording = z.output<typeof recordingSchema>;

/** Reads what was recorded. @throws ZodError when the file is not of the form */
export function readRecording(): Recording {
  return recordingSchema.parse(JSON.parse(readFileSync(RECORDING_FILE, "utf8")));
}

/** Types by table and column of the stand-in's tables, which are in SQL files beside this one. */
export type Columns = DatabaseFacts["columns"];

/** Types by table and column of all tables of schema public. */
export async function readColumns(client: pg.ClientBase): Promise<Columns> {
  const { rows } = await client.query<{ table: string; column: string; type: string }>(`
    SELECT c.relname AS table, a.attname AS column, format_type(a.atttypid, a.atttypmod) AS type
    FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY 1, 2`);
  const columns: Columns = {};
  for (const { table, column, type } of rows) (columns[table] ??= {})[column] = type;
  return columns;
}

/**
 * Reads what a database says of itself.
 *
 * @param client connected to a database that Odoo or the stand-in has filled
 * @param wanted tables and columns to tell of
 */
export async function describeDatabase(client: pg.ClientBase, wanted: Columns): Promise<DatabaseFacts> {
  const modules = await client.query<{ name: string }>(
    `SELECT name FROM ir_module_module WHERE state = 'installed' ORDER BY name COLLATE "C"`,
  );
  const parameters = await client.query<{ key: string; value: string | null }>(
    `SELECT key, CASE WHEN key = ANY ($1) THEN value END AS value FROM ir_config_parameter ORDER BY key COLLATE "C"`,
    [VALUES],
  );
  const users = await client.query<{ login: string; active: boolean; share: boolean; password: string | null }>(
    `SELECT login, active, coalesce(share, false) AS share, password FROM res_users WHERE login = ANY ($1) ORDER BY login COLLATE "C"`,
    [PEOPLE],
  );
  const providers = await client.query<{ name: string; enabled: boolean }>(
    `SELECT to_jsonb(p) ->> 'name' AS name, coalesce(enabled, false) AS enabled FROM auth_oauth_provider AS p ORDER BY id`,
  );
  const found = await readColumns(client);
  return {
    modules: modules.rows.map(({ name }) => name),
    parameters: Object.fromEntries(parameters.rows.map(({ key, value }) => [key, value])),
    users: await Promise.all(
      users.rows.map(async ({ password, ...user }) => ({
        ...user,
        knownPassword: password !== null && (await isPassword(user.login, password)),
      })),
    ),
    providers: Object.fromEntries(providers.rows.map(({ name, enabled }) => [name, enabled])),
    columns: Object.fromEntries(
      Object.entries(wanted).flatMap(([table, columns]) => {
        const own = found[table];
        if (own === undefined) return [];
        return [[table, Object.fromEntries(Object.entries(own).filter(([column]) => column in columns))]];
      }),
    ),
  };
}
