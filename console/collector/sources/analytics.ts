import { sql } from "kysely";
import pg from "pg";
import { z } from "zod";
import { analyticsNames } from "../../../config/names.ts";
import { UserError } from "../../../lib/userError.ts";
import { connectionOf } from "../../database/connect.ts";
import type { Source } from "../source.ts";

/** Schemas that are asked in one statement. */
const BATCH = 200;

const reportSchema = z.object({
  schema: z.string(),
  data_as_of: z.date().nullable(),
  row_counts: z.record(z.string(), z.number().nonnegative()).nullable(),
  last_attempt_at: z.date(),
  last_attempt_succeeded: z.boolean(),
  last_error: z.string().nullable(),
});
type Report = z.output<typeof reportSchema>;

/**
 * When each tenant's data were copied to the analytics server, how many rows, and whether the last copy failed.
 *
 * @param url of the server, as the role that may ask for that and nothing else (`sql/analytics/watch`)
 * @param seconds that the server has for an answer. @default 10
 */
export function analyticsSource(url: string, seconds = 10): Source {
  return {
    name: "analytics",
    rhythm: 60,
    pause: 15,
    read: async ({ database }) => {
      const at = new Date();
      const reports = await ask(url, seconds);
      const tenants = await database.selectFrom("tenants").select("id").execute();
      const ids = new Map(tenants.map(({ id }) => [analyticsNames(id).dataSchema, id]));
      const rows = reports.flatMap(({ schema, ...report }) => {
        const tenant = ids.get(schema);
        return tenant === undefined ? [] : [{ tenant, ...report, row_counts: report.row_counts ?? {} }];
      });
      await database.transaction().execute(async (transaction) => {
        await sql`DELETE FROM syncs WHERE tenant <> ALL (${rows.map(({ tenant }) => tenant)}::text[])`.execute(
          transaction,
        );
        await sql`
          INSERT INTO syncs (tenant, data_as_of, row_counts, attempted_at, succeeded, error)
          SELECT tenant, data_as_of, row_counts, last_attempt_at, last_attempt_succeeded, last_error
          FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS row (
            tenant text, data_as_of timestamptz, row_counts jsonb, last_attempt_at timestamptz,
            last_attempt_succeeded boolean, last_error text
          )
          ON CONFLICT (tenant) DO UPDATE SET
            data_as_of = excluded.data_as_of, row_counts = excluded.row_counts, attempted_at = excluded.attempted_at,
            succeeded = excluded.succeeded, error = excluded.error`.execute(transaction);
      });
      return { asOf: at };
    },
  };
}

async function ask(url: string, seconds: number): Promise<Report[]> {
  const settings = connectionOf(url, "CONSOLE_ANALYTICS_URL");
  const limit = seconds * 1000;
  const client = new pg.Client({
    ...settings,
    connectionTimeoutMillis: limit,
    statement_timeout: limit,
    query_timeout: limit,
  });
  // A connection that breaks while nothing is asked would end the process.
  client.on("error", () => undefined);
  try {
    await client.connect();
    const schemas = await schemasOf(client);
    const reports: Report[] = [];
    for (let from = 0; from < schemas.length; from += BATCH) {
      const selects = schemas
        .slice(from, from + BATCH)
        .map(
          (schema) =>
            `SELECT ${pg.escapeLiteral(schema)} AS schema, report.* FROM ${pg.escapeIdentifier(schema)}.sync_report() report`,
        );
      const { rows } = await client.query<Record<string, unknown>>(selects.join(" UNION ALL "));
      reports.push(...z.array(reportSchema).parse(rows));
    }
    return reports;
  } catch (error) {
    throw new UserError(
      `The analytics server at ${settings.host ?? ""}:${settings.port ?? ""} ${problemOf(error, seconds)}: see docs/runbooks/console.md`,
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Schemas with a report that is the tenant's owner's own and that this role may ask for. */
async function schemasOf(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ schema: string }>(
    `SELECT n.nspname AS schema FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
     WHERE p.proname = 'sync_report' AND n.nspname ~ '^tenant_.+_data$' AND p.pronargs = 0
       AND pg_get_userbyid(p.proowner) = regexp_replace(n.nspname, '_data$', '_owner')
       AND has_schema_privilege(n.oid, 'USAGE') AND has_function_privilege(p.oid, 'EXECUTE')
     ORDER BY 1`,
  );
  return rows.map(({ schema }) => schema);
}

/** What went wrong, without the server's words: those can name what is not for everybody. */
function problemOf(error: unknown, seconds: number): string {
  if (error instanceof z.ZodError) {
    return `answers otherwise than expected (${error.issues[0]?.path.join(".") ?? "no rows"}), expected what sql/analytics/watch makes`;
  }
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
  return code === undefined ? `does not answer within ${seconds} s` : `cannot be asked (${code})`;
}
