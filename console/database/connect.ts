import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import type { Tables } from "./schema.ts";

/** The console's database. */
export type Database = Kysely<Tables>;

/**
 * Connects to the console's database. Nothing is asked yet.
 *
 * @param url such as `postgresql://user:password@host:5432/odoo_saas_console?sslmode=verify-full`
 * @param connections most at once. @default 10
 * @param onError gets what breaks a connection that is not in use, such as a restart of the server
 */
export function connect(url: string, onError: (error: Error) => void, connections = 10): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    application_name: "odoo-saas-console",
    connectionTimeoutMillis: 10_000,
    statement_timeout: 30_000,
  });
  pool.on("error", onError);
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}
