import pg from "pg";
import { renderSql, sqlFiles, viewNames } from "../../../lib/sqlFiles.ts";
import { connected, databaseLogin } from "./access.ts";
import type { Check } from "./check.ts";

const RUNBOOK = "docs/runbooks/analytics-sql.md#an-upgrade-changed-odoos-tables";

/**
 * Whether the reporting views are there, answer, and can be made of the tables that this release of Odoo has. A view
 * follows a column that is renamed, so the views of before say nothing of that: their files are run again, in a schema of
 * the same name and in a transaction that is rolled back. Neither people nor a refresh wait for it.
 */
export const reportingViewsCheck: Check = async ({ spec, own, access }) => {
  const { models } = spec.analytics;
  const views = viewNames(models);
  return await connected(databaseLogin(own), access.settings.tenantsDatabase.sslmode, async (client) => {
    await client.query("BEGIN");
    const { rows } = await client.query<{ name: string }>(
      `SELECT wanted AS name FROM unnest($1::text[]) AS wanted
       WHERE NOT EXISTS (SELECT FROM pg_views WHERE schemaname = 'reporting' AND viewname = wanted) ORDER BY 1`,
      [views],
    );
    if (rows.length > 0) {
      const missing = rows.map(({ name }) => name).join(", ");
      throw new Error(
        `schema reporting lacks ${missing}, expected every view of ${models.join(", ")}: make them by \`pulumi up --refresh\` (${RUNBOOK})`,
      );
    }
    for (const view of views) await answer(client, view, "the view as it is");
    await client.query("ALTER SCHEMA reporting RENAME TO reporting_before; CREATE SCHEMA reporting");
    const files = models.flatMap((model) => sqlFiles(`tenant/${model}`));
    for (const { path, text } of files) {
      try {
        await client.query(renderSql(text, {}));
      } catch (error) {
        throw new Error(
          `${path} cannot be run on this release's tables: ${reason(error)}. Expected the tables of Odoo 18.0: add a version of the model (${RUNBOOK})`,
          { cause: error },
        );
      }
    }
    for (const view of views) await answer(client, view, "the view made of this release's tables");
    await client.query("ROLLBACK");
    return `${views.length} views of ${models.join(", ")} answer, and can be made of this release's tables`;
  });
};

async function answer(client: pg.Client, view: string, what: string): Promise<void> {
  try {
    await client.query(`SELECT * FROM reporting.${pg.escapeIdentifier(view)} LIMIT 0`);
  } catch (error) {
    throw new Error(`reporting.${view}, ${what}, does not answer: ${reason(error)} (${RUNBOOK})`, { cause: error });
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
