import pg from "pg";
import type { Party } from "./setting.ts";

/** A statement of one tenant's reader against another tenant's part of the analytics server. */
export interface ReaderAttack {
  readonly what: string;
  readonly sql: (target: Party) => string;
  /** SQLSTATE. Default: insufficient privilege. */
  readonly state?: string;
  /** Who can do it: the reader to its own, or the role that owns it all. Default: the server's superuser only. */
  readonly provedBy?: "reader" | "owner";
}

const literal = pg.escapeLiteral;
const name = pg.escapeIdentifier;

/** The JSON claims of a caller of the API. */
export function claims(tenant: unknown, where = "app_metadata"): string {
  return JSON.stringify({ sub: "11111111-1111-1111-1111-111111111111", role: "authenticated", [where]: { tenant } });
}

const setting = (key: string, value: string): string => `SELECT set_config(${literal(key)}, ${literal(value)}, true)`;

/** Ways to read, write or get at the way to the tenant's database. */
export const BY_A_READER: readonly ReaderAttack[] = [
  {
    what: "SELECT from its view",
    provedBy: "reader",
    sql: ({ analytics }) => `SELECT FROM ${analytics.schema}.companies`,
  },
  {
    what: "SELECT from its status",
    provedBy: "reader",
    sql: ({ analytics }) => `SELECT FROM ${analytics.schema}.sync_status`,
  },
  {
    what: "SELECT by search_path",
    provedBy: "reader",
    // Names in a schema that one may not use are not found.
    state: "42P01",
    sql: ({ analytics }) => `${setting("search_path", analytics.schema)}; SELECT FROM companies`,
  },
  {
    what: "SELECT with its claims",
    sql: ({ id, analytics }) =>
      `${setting("request.jwt.claims", claims(id))}; SELECT FROM ${analytics.schema}.companies`,
  },
  {
    what: "SELECT with its claims in the old settings",
    sql: ({ id, analytics }) =>
      `${setting("request.jwt.claim.app_metadata", JSON.stringify({ tenant: id }))}; SELECT FROM ${analytics.schema}.companies`,
  },
  { what: "SELECT from its copies", sql: ({ analytics }) => `SELECT FROM ${analytics.dataSchema}.companies` },
  {
    what: "SELECT from its foreign tables",
    provedBy: "owner",
    sql: ({ analytics }) => `SELECT FROM ${analytics.foreignSchema}.companies`,
  },
  { what: "SELECT from its sync log", sql: ({ analytics }) => `SELECT FROM ${analytics.dataSchema}.sync_log` },
  { what: "call its refresh()", sql: ({ analytics }) => `SELECT ${analytics.dataSchema}.refresh()` },
  { what: "call its claimed_tenant()", sql: ({ analytics }) => `SELECT ${analytics.dataSchema}.claimed_tenant()` },
  { what: "LOCK its refresh", sql: ({ analytics }) => `SELECT FROM ${analytics.dataSchema}.refresh_lock FOR UPDATE` },
  { what: "LOCK TABLE", sql: ({ analytics }) => `LOCK TABLE ${analytics.dataSchema}.companies IN ACCESS SHARE MODE` },
  {
    what: "INSERT",
    sql: ({ analytics }) =>
      `INSERT INTO ${analytics.dataSchema}.sync_log (started_at, finished_at) VALUES (now(), now())`,
  },
  { what: "DELETE", sql: ({ analytics }) => `DELETE FROM ${analytics.dataSchema}.companies` },
  { what: "CREATE TABLE", sql: ({ analytics }) => `CREATE TABLE ${analytics.schema}.mine ()` },
  { what: "DROP VIEW", sql: ({ analytics }) => `DROP VIEW ${analytics.schema}.companies` },
  { what: "DROP SCHEMA", sql: ({ analytics }) => `DROP SCHEMA ${analytics.schema} CASCADE` },
  {
    what: "ALTER TABLE",
    sql: ({ analytics }) => `ALTER TABLE ${analytics.dataSchema}.companies DISABLE ROW LEVEL SECURITY`,
  },
  {
    what: "CREATE POLICY",
    sql: ({ analytics }) => `CREATE POLICY mine ON ${analytics.dataSchema}.companies USING (true)`,
  },
  { what: "GRANT its schema", sql: ({ analytics }) => `GRANT USAGE ON SCHEMA ${analytics.schema} TO PUBLIC` },
  {
    what: "ALTER DEFAULT PRIVILEGES of its owner",
    sql: ({ analytics }) => `ALTER DEFAULT PRIVILEGES FOR ROLE ${analytics.ownerRole} GRANT SELECT ON TABLES TO PUBLIC`,
  },
  { what: "SET ROLE its reader", sql: ({ analytics }) => `SET ROLE ${analytics.readerRole}` },
  { what: "SET ROLE its owner there", sql: ({ analytics }) => `SET ROLE ${analytics.ownerRole}` },
  { what: "read passwords of user mappings", sql: () => "SELECT umoptions FROM pg_user_mapping" },
  {
    what: "CREATE USER MAPPING",
    sql: ({ analytics }) => `CREATE USER MAPPING FOR CURRENT_USER SERVER ${analytics.server}`,
  },
  {
    what: "ALTER USER MAPPING",
    sql: ({ analytics }) =>
      `ALTER USER MAPPING FOR ${analytics.ownerRole} SERVER ${analytics.server} OPTIONS (SET user 'x')`,
  },
  { what: "ALTER SERVER", sql: ({ analytics }) => `ALTER SERVER ${analytics.server} OPTIONS (SET host '127.0.0.2')` },
  {
    what: "CREATE FOREIGN TABLE",
    sql: ({ analytics }) =>
      `CREATE FOREIGN TABLE pg_temp.mine (company text) SERVER ${analytics.server} OPTIONS (schema_name 'reporting', table_name 'companies')`,
  },
  {
    what: "IMPORT FOREIGN SCHEMA",
    provedBy: "owner",
    sql: ({ analytics }) =>
      `CREATE TEMP TABLE t (); IMPORT FOREIGN SCHEMA reporting LIMIT TO (companies) FROM SERVER ${analytics.server} INTO pg_temp`,
  },
  {
    what: "CREATE SERVER to its database",
    sql: ({ id }) => `CREATE SERVER mine FOREIGN DATA WRAPPER postgres_fdw OPTIONS (dbname ${literal(id)})`,
  },
  ...["authenticated", "anon", "service_role", "authenticator", "platform_admin", "postgres", "pg_read_all_data"].map(
    (role) => ({ what: `become ${role}`, sql: () => `SET ROLE ${role}` }),
  ),
  { what: "CREATE EXTENSION dblink", sql: () => "CREATE EXTENSION dblink SCHEMA extensions" },
  { what: "a schema of one's own", sql: () => "CREATE SCHEMA mine" },
  { what: "a table in public", sql: () => "CREATE TABLE public.mine ()" },
  { what: "COPY FROM PROGRAM there", sql: () => "CREATE TEMP TABLE lines (line text); COPY lines FROM PROGRAM 'true'" },
  { what: "pg_read_file there", sql: () => "SELECT pg_read_file('PG_VERSION')" },
];

/** Claims that a caller of the API could send who belongs to `own`, or to nobody, to read `target`. */
export function forgedClaims(own: string, target: string): readonly [string, string | undefined][] {
  return [
    ["one's own claims", claims(own)],
    ["no claims", undefined],
    ["empty claims", ""],
    ["claims that are no JSON", `{tenant: ${target}`],
    ["claims that are null", "null"],
    ["claims that are a text", JSON.stringify(target)],
    ["claims that are a list", `[${claims(target)}]`],
    ["the tenant in user_metadata", claims(target, "user_metadata")],
    ["the tenant at the top", JSON.stringify({ tenant: target })],
    ["the tenant under a name like it", JSON.stringify({ "app_metadata.tenant": target })],
    ["a list of tenants", claims([own, target])],
    ["a pattern", claims("%")],
    ["the tenant in capitals", claims(target.toUpperCase())],
    ["the tenant with a blank", claims(`${target} `)],
    ["both tenants in one text", claims(`${own},${target}`)],
    ["an expression", claims(`' OR true OR ${name("x")} = '`)],
    ["app_metadata that is text", JSON.stringify({ app_metadata: JSON.stringify({ tenant: target }) })],
    [
      "one's own after the other's",
      `{"app_metadata": {"tenant": ${JSON.stringify(target)}}, "app_metadata": {"tenant": ${JSON.stringify(own)}}}`,
    ],
  ];
}
