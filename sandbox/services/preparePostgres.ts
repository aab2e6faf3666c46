import { readFileSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import { renderSql } from "../../lib/sqlFiles.ts";

/** Login role that the Pulumi program uses on both servers. It is no superuser. */
export const PLATFORM_ADMIN = "platform_admin";

/** Role of the watchdog on both servers. */
export const WATCHDOG_ROLE = "odoo_watchdog";

/** Prepares the tenants' server; `client` is its superuser's, in database `postgres`. Harmless to repeat. */
export async function prepareTenantsServer(
  client: pg.Client,
  passwords: { admin: string; watchdog: string },
): Promise<void> {
  await runFile(client, "tenants.sql", { admin_password: passwords.admin, watchdog_password: passwords.watchdog });
}

/** Lets the watchdog end autovacuum's workers; `client` is the superuser's, in the database that it connects to. Harmless to repeat. */
export async function prepareWatchdogDatabase(client: pg.Client): Promise<void> {
  await runFile(client, "watchdog.sql", {});
}

/** Prepares the analytics server as Supabase is; `client` is its superuser's, in the database to be used. Harmless to repeat. */
export async function prepareAnalyticsServer(
  client: pg.Client,
  passwords: { admin: string; authenticator: string; watchdog: string },
): Promise<void> {
  await runFile(client, "supabase.sql", {
    admin_password: passwords.admin,
    authenticator_password: passwords.authenticator,
    watchdog_password: passwords.watchdog,
  });
}

async function runFile(client: pg.Client, name: string, values: Record<string, string>): Promise<void> {
  await client.query(renderSql(readFileSync(join(import.meta.dirname, name), "utf8"), values));
}
