import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import { SSL_MODES } from "../../lib/postgresTls.ts";
import { readPostgresUrl } from "../../lib/postgresUrl.ts";
import { UserError } from "../../lib/userError.ts";
import type { Tables } from "./schema.ts";

/** The console's database. */
export type Database = Kysely<Tables>;

/**
 * Connects to the console's database. Nothing is asked yet.
 *
 * @param url such as `postgresql://user:password@host:5432/odoo_saas_console`; its `sslmode` is verify-full unless it says another
 * @param connections most at once. @default 10
 * @param onError gets what breaks a connection that is not in use, such as a restart of the server
 * @throws UserError for an invalid address, without quoting it: it has a password
 */
export function connect(url: string, onError: (error: Error) => void, connections = 10): Database {
  const pool = new pg.Pool({ ...connectionOf(url, "CONSOLE_DATABASE_URL"), max: connections });
  pool.on("error", onError);
  // The pool listens while a connection is idle; one that breaks while it is in use would end the process.
  pool.on("connect", (client) => client.on("error", onError));
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

/**
 * What a connection to a server needs. Nothing is asked yet.
 *
 * @param url such as `postgresql://user:password@host:5432/name`; its `sslmode` is verify-full unless it says another
 * @param variable that the address is from
 * @throws UserError for an invalid address, without quoting it: it has a password
 */
export function connectionOf(url: string, variable: string): pg.ClientConfig {
  const place = readPostgresUrl(url);
  if (place === undefined) {
    throw new UserError(
      `${variable} is not an address of a database, expected postgresql://<role>:<password>@<host>:<port>/<database>` +
        `?sslmode=<${SSL_MODES.join(" | ")}>`,
    );
  }
  return {
    ...place,
    application_name: "odoo-saas-console",
    connectionTimeoutMillis: 10_000,
    statement_timeout: 30_000,
  };
}
