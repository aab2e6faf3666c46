import pg from "pg";
import type { Party } from "./setting.ts";

/** A statement against another tenant, tried in one's own database. */
export interface SqlAttack {
  readonly what: string;
  readonly sql: (target: Party, own: Party) => string;
  /**
   * Who can do it, as the counter-proof: oneself to what is one's own, or only the server's superuser. `none` where it cannot be
   * taken back: it runs outside a transaction.
   */
  readonly provedBy: "own" | "superuser" | "none";
}

/** One whose counter-proof is the superuser's unless it says otherwise. */
type Attempt = Omit<SqlAttack, "provedBy"> & Partial<SqlAttack>;

const name = pg.escapeIdentifier;

/** On another tenant's roles and database. */
export const AGAINST_ANOTHER: readonly SqlAttack[] = [
  { what: "SET ROLE its owner", provedBy: "own", sql: ({ id }) => `SET ROLE ${name(id)}` },
  { what: "SET SESSION AUTHORIZATION", provedBy: "own", sql: ({ id }) => `SET SESSION AUTHORIZATION ${name(id)}` },
  { what: "SET ROLE its reporter", provedBy: "superuser", sql: ({ reporter }) => `SET ROLE ${name(reporter.user)}` },
  {
    what: "GRANT its role",
    provedBy: "superuser",
    sql: ({ id }, own) => `GRANT ${name(id)} TO ${name(own.reporter.user)}`,
  },
  { what: "ALTER ROLE SET", provedBy: "own", sql: ({ id }) => `ALTER ROLE ${name(id)} SET search_path = pg_temp` },
  { what: "ALTER ROLE PASSWORD", provedBy: "own", sql: ({ id }) => `ALTER ROLE ${name(id)} PASSWORD 'known'` },
  { what: "ALTER ROLE NOLOGIN", provedBy: "superuser", sql: ({ id }) => `ALTER ROLE ${name(id)} NOLOGIN` },
  {
    what: "ALTER ROLE RENAME",
    provedBy: "superuser",
    sql: ({ reporter }) => `ALTER ROLE ${name(reporter.user)} RENAME TO stolen`,
  },
  { what: "DROP OWNED", provedBy: "own", sql: ({ id }) => `DROP OWNED BY ${name(id)}` },
  { what: "REASSIGN OWNED", provedBy: "own", sql: ({ id }, own) => `REASSIGN OWNED BY ${name(id)} TO ${name(own.id)}` },
  {
    what: "ALTER DATABASE OWNER",
    provedBy: "own",
    sql: ({ id }, own) => `ALTER DATABASE ${name(id)} OWNER TO ${name(own.id)}`,
  },
  {
    what: "ALTER DATABASE SET",
    provedBy: "own",
    sql: ({ id }) => `ALTER DATABASE ${name(id)} SET search_path = pg_temp`,
  },
  {
    what: "ALTER DATABASE CONNECTION LIMIT",
    provedBy: "own",
    sql: ({ id }) => `ALTER DATABASE ${name(id)} CONNECTION LIMIT 0`,
  },
  {
    what: "ALTER DATABASE RENAME",
    provedBy: "none",
    sql: ({ id }) => `ALTER DATABASE ${name(id)} RENAME TO stolen`,
  },
  { what: "DROP DATABASE", provedBy: "none", sql: ({ id }) => `DROP DATABASE ${name(id)} WITH (FORCE)` },
  {
    what: "CREATE DATABASE TEMPLATE",
    provedBy: "none",
    sql: ({ id }) => `CREATE DATABASE stolen TEMPLATE ${name(id)}`,
  },
  { what: "COMMENT ON DATABASE", provedBy: "own", sql: ({ id }) => `COMMENT ON DATABASE ${name(id)} IS 'mine'` },
  {
    what: "GRANT on its database",
    provedBy: "own",
    sql: ({ id }, own) => `GRANT ALL ON DATABASE ${name(id)} TO ${name(own.id)}`,
  },
  {
    what: "REVOKE on its database",
    provedBy: "own",
    sql: ({ id }) => `REVOKE CONNECT ON DATABASE ${name(id)} FROM ${name(id)}`,
  },
  {
    what: "ALTER DEFAULT PRIVILEGES",
    provedBy: "own",
    sql: ({ id }) => `ALTER DEFAULT PRIVILEGES FOR ROLE ${name(id)} GRANT SELECT ON TABLES TO PUBLIC`,
  },
  {
    what: "CREATE SCHEMA AUTHORIZATION",
    provedBy: "own",
    sql: ({ id }) => `CREATE SCHEMA theirs AUTHORIZATION ${name(id)}`,
  },
  { what: "pg_database_size", provedBy: "own", sql: ({ id }) => `SELECT pg_database_size(${pg.escapeLiteral(id)})` },
];

const fileOf = ({ id }: Party): string =>
  `(SELECT 'base/' || oid || '/PG_VERSION' FROM pg_database WHERE datname = ${pg.escapeLiteral(id)})`;

const AROUND: readonly Attempt[] = [
  { what: "pg_read_file", sql: (target) => `SELECT pg_read_file(${fileOf(target)})` },
  { what: "pg_read_binary_file", sql: (target) => `SELECT pg_read_binary_file(${fileOf(target)})` },
  { what: "pg_stat_file", sql: (target) => `SELECT pg_stat_file(${fileOf(target)})` },
  { what: "pg_ls_dir", sql: () => "SELECT pg_ls_dir('base')" },
  { what: "lo_import", sql: (target) => `SELECT lo_import(${fileOf(target)})` },
  { what: "lo_export", sql: () => "SELECT lo_create(900000099); SELECT lo_export(900000099, '/dev/null')" },
  { what: "COPY FROM a file", sql: () => "CREATE TEMP TABLE lines (line text); COPY lines FROM 'PG_VERSION'" },
  { what: "COPY TO a file", sql: () => "COPY (SELECT 1) TO '/dev/null'" },
  { what: "COPY FROM PROGRAM", sql: () => "CREATE TEMP TABLE lines (line text); COPY lines FROM PROGRAM 'true'" },
  { what: "COPY TO PROGRAM", sql: () => "COPY (SELECT 1) TO PROGRAM 'cat > /dev/null'" },
  {
    what: "a function of the server's own",
    sql: () => "CREATE FUNCTION f() RETURNS int LANGUAGE internal AS 'pg_backend_pid'",
  },
  {
    what: "a function in C",
    sql: () => "CREATE FUNCTION f(cstring) RETURNS text LANGUAGE c AS '$libdir/dblink', 'dblink_get_pkey'",
  },
  { what: "LOAD a library", sql: () => "LOAD '$libdir/dblink'" },
  { what: "CREATE FOREIGN DATA WRAPPER", sql: () => "CREATE FOREIGN DATA WRAPPER w" },
  {
    what: "CREATE SUBSCRIPTION",
    sql: ({ id }) => `CREATE SUBSCRIPTION s CONNECTION 'dbname=${id}' PUBLICATION p WITH (connect = false)`,
  },
  {
    what: "CREATE EVENT TRIGGER",
    sql: () =>
      "CREATE FUNCTION pg_temp.f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER t ON sql_drop EXECUTE FUNCTION pg_temp.f()",
  },
  { what: "LOCK what all databases share", sql: () => "LOCK TABLE pg_database IN ACCESS EXCLUSIVE MODE" },
  { what: "read passwords' hashes", sql: () => "SELECT rolpassword FROM pg_authid" },
  { what: "pg_hba_file_rules", sql: () => "SELECT FROM pg_hba_file_rules" },
  { what: "pg_file_settings", sql: () => "SELECT FROM pg_file_settings" },
  { what: "SHOW data_directory", sql: () => "SHOW data_directory" },
  { what: "SET log_statement", sql: () => "SET log_statement = 'all'" },
  { what: "SET session_replication_role", sql: () => "SET session_replication_role = replica" },
  { what: "pg_reload_conf", sql: () => "SELECT pg_reload_conf()" },
  { what: "CREATE ROLE", sql: () => "CREATE ROLE accomplice" },
  ...["SUPERUSER", "CREATEDB", "CREATEROLE", "REPLICATION", "BYPASSRLS", "CONNECTION LIMIT -1"].map((power) => ({
    what: `ALTER ROLE ${power}`,
    sql: (_: Party, own: Party) => `ALTER ROLE ${name(own.id)} ${power}`,
  })),
  ...[
    ...["postgres", "platform_admin", "pg_read_all_data", "pg_write_all_data", "pg_monitor", "pg_signal_backend"],
    ...["pg_read_server_files", "pg_write_server_files", "pg_execute_server_program"],
  ].flatMap((role) => [
    { what: `GRANT ${role}`, sql: (_: Party, own: Party) => `GRANT ${role} TO ${name(own.id)}` },
    { what: `SET ROLE ${role}`, sql: () => `SET ROLE ${role}` },
  ]),
  { what: "ALTER SYSTEM", sql: () => "ALTER SYSTEM SET log_connections = on", provedBy: "none" },
  { what: "CREATE TABLESPACE", sql: () => "CREATE TABLESPACE t LOCATION '/nowhere'", provedBy: "none" },
];

const IN_COMMON: readonly Attempt[] = [
  { what: "a table in what all share", sql: () => "CREATE TABLE public.left_here ()" },
  { what: "a schema in what all share", sql: () => "CREATE SCHEMA left_here" },
  { what: "a temporary table in what all share", sql: () => "CREATE TEMP TABLE left_here ()" },
  { what: "a large object in what all share", sql: () => "SELECT lo_create(0)" },
  { what: "a large object with content in what all share", sql: () => "SELECT lo_from_bytea(0, 'left here')" },
  { what: "an extension in what all share", sql: () => "CREATE EXTENSION pg_trgm SCHEMA public" },
];

/** Around the database: files, programs, code, the server's settings, and the roles that may do it. */
export const AROUND_THE_DATABASE = AROUND.map(asSuperuser);

/** In database `postgres`, where Odoo listens, and where all tenants may therefore connect: nothing can be left there. */
export const IN_THE_COMMON_DATABASE = IN_COMMON.map(asSuperuser);

function asSuperuser(attempt: Attempt): SqlAttack {
  return { provedBy: "superuser", ...attempt };
}

/**
 * Extensions that PostgreSQL itself lets a database's owner create (`trusted`), each looked at: they compute, index or generate,
 * and reach neither files nor other databases nor programs.
 */
export const HARMLESS_EXTENSIONS: readonly string[] = [
  ...[
    "bool_plperl",
    "btree_gin",
    "btree_gist",
    "citext",
    "cube",
    "dict_int",
    "fuzzystrmatch",
    "hstore",
    "intarray",
    "isn",
  ],
  ...["jsonb_plperl", "lo", "ltree", "pgcrypto", "pg_trgm", "plperl", "plpgsql", "pltcl", "seg", "tablefunc", "tcn"],
  ...["tsm_system_rows", "tsm_system_time", "unaccent", "uuid-ossp"],
];
