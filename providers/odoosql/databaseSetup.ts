import { recordedChecksum, recordFiles } from "./appliedFiles.ts";
import { inTransaction, type Session } from "./database.ts";
import { KnownProblem, type Task } from "./sqlError.ts";
import type { DatabaseSetupInputs } from "./inputs.ts";
import type { ResourceKind } from "./resourceKind.ts";
import { sqlFiles } from "../../lib/sqlFiles.ts";

/** Where a tenant's database notes which files of `sql/` it was made from. */
export const TENANT_APPLIED_TABLE = "platform.applied_sql";
const PART = "setup";

/** The database that every role may connect to: Odoo itself does, and knows no other name for it (`db_connect("postgres")`). */
export const COMMON_DATABASE = "postgres";

function task(what: string, { tenant, connection }: DatabaseSetupInputs): Task {
  return { what: `${what} the database`, tenant, secrets: [connection.password] };
}

/** A tenant's database, prepared by its owner: extensions, who may connect, schema `reporting`. */
export const databaseSetup: ResourceKind<DatabaseSetupInputs> = {
  files: () => [...sqlFiles("tenant/access"), ...sqlFiles("tenant/base")],
  id: ({ connection }) => connection.database,
  replaceOn: [["tenant"], ["connection", "database"]],

  async apply(inputs) {
    const values = { database: inputs.connection.database, reporter: inputs.roles.reporter };
    // A new database is closed to everybody, its owner too, until it is private: PUBLIC may connect to one that was just made.
    await inTransaction(
      task("make private", inputs),
      { ...inputs.connection, database: COMMON_DATABASE },
      async (session) => {
        for (const file of sqlFiles("tenant/access")) await session.runFile(file, values);
      },
    );
    await inTransaction(task("prepare", inputs), inputs.connection, async (session) => {
      const files = sqlFiles("tenant/base");
      for (const file of files) await session.runFile(file, values);
      await recordFiles(session, TENANT_APPLIED_TABLE, PART, databaseSetup.files(inputs));
    });
    await inTransaction(task("look at who is in", inputs), inputs.connection, refuseStrangers);
  },

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

/** Taking away CONNECT ends no session: whoever came in while a database of an earlier version stood open is still there. */
export async function refuseStrangers(session: Session): Promise<void> {
  const { rows } = await session.query<{ role: string; pids: string }>(
    `SELECT usename AS role, string_agg(pid::text, ', ' ORDER BY pid) AS pids FROM pg_stat_activity
      WHERE datname = current_database() AND usesysid IS NOT NULL AND NOT has_database_privilege(usesysid, datid, 'CONNECT')
      GROUP BY usename ORDER BY usename`,
  );
  if (rows.length === 0) return;
  throw new KnownProblem(
    `sessions of roles that may not connect any more are still in it: ${rows.map(({ role, pids }) => `${role} (pid ${pids})`).join(", ")}`,
    "end them by pg_terminate_backend(pid), as a superuser or a member of pg_signal_backend, find out what they did there, and run again",
  );
}
