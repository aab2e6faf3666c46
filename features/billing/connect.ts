import pg from "pg";
import { readPostgresUrl } from "../../lib/postgresUrl.ts";
import { BillingError } from "./billingError.ts";
import { onClient } from "./sql.ts";
import type { BillingDatabase } from "./sql.ts";

/** Names the database of billing, which is the console's: `postgresql://<role>:<password>@<host>:<port>/<database>?sslmode=…`. */
export const BILLING_DATABASE_VARIABLE = "CONSOLE_DATABASE_URL";

/**
 * Connects to the database of billing, runs `use`, and disconnects.
 *
 * @throws BillingError for a missing or wrong address, without quoting it: it has a password; and where billing has no tables
 */
export async function withBilling<Result>(
  use: (database: BillingDatabase) => Promise<Result>,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Result> {
  const url = env[BILLING_DATABASE_VARIABLE] ?? "";
  const place = readPostgresUrl(url);
  if (place === undefined) {
    throw new BillingError(
      `${BILLING_DATABASE_VARIABLE} is not an address of a database, expected the console's: postgresql://<role>:<password>@<host>:<port>/<database>`,
      "commands",
    );
  }
  const client = new pg.Client({
    ...place,
    application_name: "odoo-saas-billing",
    connectionTimeoutMillis: 10_000,
  });
  // The query that waits for it fails too.
  client.on("error", () => undefined);
  try {
    await client.connect();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BillingError(`The database of billing at ${new URL(url).host} cannot be reached: ${reason}`, "commands");
  }
  try {
    const { rows } = await client.query<{ there: boolean }>(
      "SELECT to_regclass('billing.periods') IS NOT NULL AS there",
    );
    if (rows[0]?.there !== true) {
      throw new BillingError(
        "The database has no tables of billing, expected a console of this version to have started once",
        "commands",
      );
    }
    return await use(onClient(client));
  } finally {
    await client.end();
  }
}
