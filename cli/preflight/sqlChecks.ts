import type pg from "pg";
import type { Note } from "./finding.ts";

/** A question to a server's catalogues, and what to do when the answer is no. */
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

/** What both servers must have. @param user the program's role, as an identifier */
export function commonChecks(user: string): SqlCheck[] {
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
  ];
}
