import pg from "pg";
import { recordedChecksum, recordFiles } from "./appliedFiles.ts";
import { inTransaction, type Session } from "./database.ts";
import { KnownProblem, type Task } from "./sqlError.ts";
import type { AnalyticsSchemaInputs } from "./inputs.ts";
import type { ResourceKind } from "./resourceKind.ts";
import { sqlFiles, viewNames } from "../../lib/sqlFiles.ts";

const PART = "analytics";

function task(what: string, { tenant, connection, source }: AnalyticsSchemaInputs): Task {
  return { what: `${what} the analytics schema`, tenant, secrets: [connection.password, source.password] };
}

/** Values of the placeholders in `sql/analytics`. */
function placeholders({
  tenant,
  connection,
  source,
  names,
  roles,
  watcher,
}: AnalyticsSchemaInputs): Record<string, string> {
  return {
    tenant,
    admin: connection.user,
    owner: roles.owner,
    reader: roles.reader,
    schema: names.schema,
    data_schema: names.dataSchema,
    foreign_schema: names.foreignSchema,
    server: names.server,
    application_name: `odoo-saas/${tenant}`,
    source_host: source.host,
    source_port: String(source.port),
    source_database: source.database,
    source_user: source.user,
    source_sslmode: source.sslmode,
    ...(watcher === undefined ? {} : { watcher }),
  };
}

/** A tenant's side of the analytics server: foreign tables, materialised copies, views, the sync log, and a first refresh. */
export const analyticsSchema: ResourceKind<AnalyticsSchemaInputs> = {
  // The tenant's side too: a view there with another column means foreign tables to import again.
  files: ({ models, watcher }) => [
    ...["source", "base", "publish", "schedule"].flatMap((folder) => sqlFiles(`analytics/${folder}`)),
    ...(watcher === undefined ? [] : sqlFiles("analytics/watch")),
    ...models.flatMap((model) => [...sqlFiles(`tenant/${model}`), ...sqlFiles(`analytics/${model}`)]),
  ],
  id: ({ connection, names }) => `${connection.database}/${names.schema}`,
  replaceOn: [["tenant"], ["connection", "database"], ["names"], ["roles"]],

  apply: (inputs) =>
    inTransaction(task("make", inputs), inputs.connection, async (session) => {
      await requireSupabase(session, inputs);
      const values = placeholders(inputs);
      const run = async (folder: string): Promise<void> => {
        for (const file of sqlFiles(`analytics/${folder}`)) await session.runFile(file, values);
      };
      await session.query("SELECT set_config('odoosql.source_password', $1, true)", [inputs.source.password]);
      await run("source");
      await session.query(`SET LOCAL ROLE ${pg.escapeIdentifier(inputs.roles.owner)}`);
      await run("base");
      for (const model of inputs.models) await run(model);
      await run("publish");
      if (inputs.watcher !== undefined) await run("watch");
      // Before the refresh, which compares the views' files with these.
      await recordFiles(session, appliedTable(inputs), PART, analyticsSchema.files(inputs));
      await refresh(session, inputs);
      await session.query("RESET ROLE");
      await run("schedule");
    }),

  inspect: (inputs) =>
    inTransaction(task("look at", inputs), inputs.connection, async (session) => {
      const { names, roles } = inputs;
      const views = [...viewNames(inputs.models), "sync_status"].map((view) => `${names.schema}.${view}`);
      const { rows } = await session.query<{ whole: boolean }>(
        // Catalogues only: the administrator may not look into the schemas.
        `SELECT NOT EXISTS (
             SELECT FROM unnest($1::text[]) wanted
             WHERE NOT EXISTS (
               SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE c.relkind = 'v' AND n.nspname || '.' || c.relname = wanted))
           AND EXISTS (
             SELECT FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
             WHERE n.nspname = $2 AND p.proname = 'refresh')
           AND EXISTS (SELECT FROM pg_user_mappings WHERE srvname = $3 AND usename = $4) AS whole`,
        [views, names.dataSchema, names.server, roles.owner],
      );
      if (rows[0]?.whole !== true) return undefined;
      await session.query(`GRANT ${pg.escapeIdentifier(roles.owner)} TO CURRENT_USER`);
      const checksum = await recordedChecksum(session, appliedTable(inputs), PART);
      await session.query(`REVOKE ${pg.escapeIdentifier(roles.owner)} FROM CURRENT_USER`);
      return checksum;
    }),

  remove: (inputs) =>
    inTransaction(task("drop", inputs), inputs.connection, async (session) => {
      const { rows } = await session.query<{ found: boolean }>("SELECT to_regrole($1) IS NOT NULL AS found", [
        pg.escapeIdentifier(inputs.roles.owner),
      ]);
      // Who owns nothing any more has nothing that could be dropped.
      if (rows[0]?.found !== true) return;
      for (const file of sqlFiles("analytics/drop")) await session.runFile(file, placeholders(inputs));
    }),
};

function appliedTable({ names }: AnalyticsSchemaInputs): string {
  return `${pg.escapeIdentifier(names.dataSchema)}.applied_sql`;
}

/** Tells what the server lacks before anything is tried on it. */
async function requireSupabase(session: Session, { roles, connection }: AnalyticsSchemaInputs): Promise<void> {
  const { rows } = await session.query<{ missing: string }>(
    `SELECT * FROM (
       SELECT format('role %I', wanted) AS missing
         FROM unnest($1::text[]) WITH ORDINALITY AS roles (wanted, position)
        WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) ORDER BY position) AS roles
     UNION ALL
     SELECT 'CREATE on the database for the administrator'
       WHERE NOT has_database_privilege(current_database(), 'CREATE')
     UNION ALL
     SELECT 'extension postgres_fdw, and USAGE on it for the administrator'
       WHERE NOT EXISTS (
         SELECT FROM pg_foreign_data_wrapper
         WHERE fdwname = 'postgres_fdw' AND has_foreign_data_wrapper_privilege(oid, 'USAGE'))`,
    [[roles.owner, roles.reader, "authenticated"]],
  );
  if (rows.length === 0) return;
  throw new KnownProblem(
    `database "${connection.database}" is not prepared as Supabase is; it lacks: ${rows.map(({ missing }) => missing).join(", ")}`,
    "check that the stack's analyticsDatabase is the Supabase server, and create what is lacking there as its administrator",
  );
}

/** The first refresh, in the transaction that made the tables: readers never see them empty. */
async function refresh(session: Session, { names, source }: AnalyticsSchemaInputs): Promise<void> {
  const { rows } = await session.query<{ error: string | null }>(
    `SELECT error FROM ${pg.escapeIdentifier(names.dataSchema)}.refresh()`,
  );
  const error = rows[0]?.error;
  if (error === null) return;
  throw new KnownProblem(
    `the copy from ${source.host}:${source.port}, database "${source.database}", role "${source.user}" failed: ${error ?? "another one is running"}`,
    "see that the analytics server reaches the tenants' server at that address (tenantsHost and tenantsPort of the stack's analyticsDatabase), and that the tenant's reporting views are there",
  );
}
