import pg from "pg";
import type { StackSettings } from "../../config/index.ts";
import type { Note } from "./finding.ts";

/** A question to a server's catalogs, and what to do when the answer is no. */
export interface SqlCheck {
  readonly what: string;
  /** Selects `is_there`, and as `found` what was found. */
  readonly sql: string;
  readonly remedy: string;
}

/** Asks a server. */
export async function ask(client: pg.Client, checks: readonly SqlCheck[], note: Note): Promise<void> {
  for (const { what, sql, remedy } of checks) {
    const { rows } = await client.query<{ is_there: boolean; found: string | null }>(sql);
    const [row] = rows;
    note(what, row?.is_there === true, row?.found ?? "nothing", remedy);
  }
}

/** Whether connections to a server are encrypted, and to the right one. */
export function noteTls(sslmode: string, setting: string, note: Note): void {
  note(
    "connections are encrypted, and the server's certificate and name are verified",
    sslmode === "verify-full",
    `sslmode ${sslmode}`,
    `set sslmode: verify-full in odoo-saas:${setting}`,
  );
}

/** Settings of the watchdog that both servers must suit. */
export type WatchdogNeeds = Pick<StackSettings["watchdog"], "user" | "roleLocks">;

/** Locks that a server must have room for, at the least. */
const LOCKS_MIN = 100_000;
/** The watchdog ends sessions when three quarters of the room are taken. */
const PRESSURE = 3 / 4;

/**
 * What both servers must have.
 *
 * @param user the program's role, as an identifier
 * @param database that the watchdog connects to, which is the one that is asked
 */
export function commonChecks(user: string, database: string, watchdog: WatchdogNeeds): SqlCheck[] {
  return [
    {
      what: "the server is of a version that is supported",
      sql: `SELECT current_setting('server_version_num')::int / 10000 BETWEEN 15 AND 18 AS is_there,
                   current_setting('server_version') AS found`,
      remedy: "docs/postgresql.md has the versions that are tested",
    },
    {
      what: "the program's role makes roles, and has no power over the server",
      sql: `SELECT rolcreaterole AND NOT (rolsuper OR rolreplication OR rolbypassrls) AS is_there,
                   concat_ws(', ', CASE WHEN rolsuper THEN 'superuser' END, CASE WHEN rolcreaterole THEN 'createrole' END,
                     CASE WHEN rolreplication THEN 'replication' END, CASE WHEN rolbypassrls THEN 'bypassrls' END) AS found
              FROM pg_roles WHERE rolname = current_user`,
      remedy: `ALTER ROLE ${user} NOSUPERUSER CREATEROLE NOREPLICATION NOBYPASSRLS`,
    },
    {
      what: "the program waits for a lock of a tenant's for a minute at most",
      sql: `SELECT setting::int BETWEEN 1 AND 60000 AS is_there, 'lock_timeout ' || setting || ' ms' AS found
              FROM pg_settings WHERE name = 'lock_timeout'`,
      remedy: `ALTER ROLE ${user} SET lock_timeout = '30s'`,
    },
    {
      what: "passwords are stored as SCRAM verifiers",
      sql: `SELECT setting = 'scram-sha-256' AS is_there, 'password_encryption ' || setting AS found
              FROM pg_settings WHERE name = 'password_encryption'`,
      remedy:
        "ALTER SYSTEM SET password_encryption = 'scram-sha-256', and raise the generations of passwords that are older",
    },
    ...watchdogChecks(database, watchdog),
  ];
}

function watchdogChecks(database: string, { user, roleLocks }: WatchdogNeeds): SqlCheck[] {
  const role = pg.escapeIdentifier(user);
  const locks = Math.max(LOCKS_MIN, Math.ceil(roleLocks / PRESSURE));
  const size =
    "current_setting('max_locks_per_transaction')::int * (current_setting('max_connections')::int + current_setting('max_prepared_transactions')::int)";
  return [
    {
      what: "the watchdog's role gets in, sees all sessions and ends them",
      sql: `SELECT count(*) = 1 AND coalesce(bool_and(rolcanlogin AND NOT rolsuper AND signals AND sees AND connects), false) AS is_there,
                   CASE WHEN count(*) = 0 THEN 'no role'
                        ELSE concat_ws(', ', CASE WHEN bool_or(rolsuper) THEN 'superuser' END,
                          CASE WHEN bool_or(NOT rolcanlogin) THEN 'no login' END,
                          CASE WHEN bool_or(NOT signals) THEN 'not in pg_signal_backend' END,
                          CASE WHEN bool_or(NOT sees) THEN 'not in pg_read_all_stats' END,
                          CASE WHEN bool_or(NOT connects) THEN 'no CONNECT' END) END AS found
              FROM (SELECT rolcanlogin, rolsuper, pg_has_role(oid, 'pg_signal_backend', 'USAGE') AS signals,
                           pg_has_role(oid, 'pg_read_all_stats', 'USAGE') AS sees,
                           has_database_privilege(oid, current_database(), 'CONNECT') AS connects
                      FROM pg_roles WHERE rolname = ${pg.escapeLiteral(user)}) AS watchdog`,
      remedy:
        `as a superuser: CREATE ROLE ${role} LOGIN NOSUPERUSER CONNECTION LIMIT 6 IN ROLE pg_signal_backend, pg_read_all_stats; ` +
        `GRANT CONNECT ON DATABASE ${database} TO ${role}; and its password by \\password`,
    },
    {
      what: "the lock table has room for many tenants' work",
      sql: `SELECT ${size} >= ${locks} AS is_there, 'room for ' || ${size} || ' locks' AS found`,
      remedy: `raise max_locks_per_transaction until it makes ${locks}, multiplied by max_connections, and restart the server (docs/postgresql.md)`,
    },
    {
      what: "nobody can leave locks behind in a prepared transaction",
      sql: `SELECT setting = '0' AS is_there, 'max_prepared_transactions ' || setting AS found
              FROM pg_settings WHERE name = 'max_prepared_transactions'`,
      remedy: "ALTER SYSTEM SET max_prepared_transactions = 0, and restart the server",
    },
  ];
}
