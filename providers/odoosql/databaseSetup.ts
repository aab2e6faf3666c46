import { recordedChecksum, recordFiles } from "./appliedFiles.ts";
import { inTransaction } from "./database.ts";
import type { Task } from "./errors.ts";
import type { DatabaseSetupInputs } from "./inputs.ts";
import type { ResourceKind } from "./resourceKind.ts";
import { sqlFiles } from "./sqlFiles.ts";

/** Where a tenant's database notes which files of `sql/` it was made from. */
export const TENANT_APPLIED_TABLE = "platform.applied_sql";
const PART = "setup";

function task(what: string, { tenant, connection }: DatabaseSetupInputs): Task {
  return { what: `${what} the database`, tenant, secrets: [connection.password] };
}

/** A tenant's database, prepared by its owner: extensions, who may connect, schema `reporting`. */
export const databaseSetup: ResourceKind<DatabaseSetupInputs> = {
  files: () => sqlFiles("tenant/base"),
  id: ({ connection }) => connection.database,
  replaceOn: [["tenant"], ["connection", "database"]],

  apply: (inputs) =>
    inTransaction(task("prepare", inputs), inputs.connection, async (session) => {
      const files = sqlFiles("tenant/base");
      const values = { database: inputs.connection.database, reporter: inputs.roles.reporter };
      for (const file of files) await session.runFile(file, values);
      await recordFiles(session, TENANT_APPLIED_TABLE, PART, files);
    }),

  inspect: (inputs) =>
    inTransaction(task("look at", inputs), inputs.connection, async (session) => {
      const { rows } = await session.query<{ whole: boolean }>(
        `SELECT to_regnamespace('reporting') IS NOT NULL
            AND coalesce(has_schema_privilege(to_regrole($1), to_regnamespace('reporting'), 'USAGE'), false)
            AND coalesce(has_database_privilege(to_regrole($1), current_database(), 'CONNECT'), false)
            AND NOT has_database_privilege('public', current_database(), 'CONNECT')
            AND EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm')
            AND EXISTS (SELECT FROM pg_extension WHERE extname = 'unaccent' AND extnamespace = to_regnamespace('extensions'))
            AND (SELECT provolatile FROM pg_proc WHERE oid = to_regprocedure('public.unaccent(text)')) = 'i' AS whole`,
        [`"${inputs.roles.reporter}"`],
      );
      return rows[0]?.whole === true ? recordedChecksum(session, TENANT_APPLIED_TABLE, PART) : undefined;
    }),

  // The database itself goes, or is kept as it is.
  remove: () => Promise.resolve(),
};
