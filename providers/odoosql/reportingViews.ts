import pg from "pg";
import { recordedChecksum, recordFiles } from "./appliedFiles.ts";
import { inTransaction, type Session } from "./database.ts";
import { TENANT_APPLIED_TABLE } from "./databaseSetup.ts";
import type { Task } from "./sqlError.ts";
import type { ReportingViewsInputs } from "./inputs.ts";
import type { ResourceKind } from "./resourceKind.ts";
import { sqlFiles, viewNames } from "../../lib/sqlFiles.ts";

const PART = "views";

function task(what: string, { tenant, connection }: ReportingViewsInputs): Task {
  return { what: `${what} the reporting views`, tenant, secrets: [connection.password] };
}

/** The views of a tenant's models in schema `reporting` of its database, made by the database's owner. */
export const reportingViews: ResourceKind<ReportingViewsInputs> = {
  files: ({ models }) => models.flatMap((model) => sqlFiles(`tenant/${model}`)),
  id: ({ connection, schema }) => `${connection.database}/${schema}`,
  replaceOn: [["tenant"], ["connection", "database"]],

  apply: (inputs) =>
    inTransaction(task("make", inputs), inputs.connection, async (session) => {
      // A view cannot be replaced by one with other columns, and holds nothing: all are recreated.
      await dropViews(session, inputs.schema);
      const files = reportingViews.files(inputs);
      for (const file of files) await session.runFile(file, {});
      await recordFiles(session, TENANT_APPLIED_TABLE, PART, files);
    }),

  inspect: (inputs) =>
    inTransaction(task("look at", inputs), inputs.connection, async (session) => {
      const there = new Set(await viewsIn(session, inputs.schema));
      const missing = viewNames(inputs.models).some((view) => !there.has(view));
      return missing ? undefined : recordedChecksum(session, TENANT_APPLIED_TABLE, PART);
    }),

  remove: (inputs) =>
    inTransaction(task("drop", inputs), inputs.connection, async (session) => {
      await dropViews(session, inputs.schema);
      if ((await recordedChecksum(session, TENANT_APPLIED_TABLE, PART)) !== undefined) {
        await recordFiles(session, TENANT_APPLIED_TABLE, PART, []);
      }
    }),
};

async function viewsIn(session: Session, schema: string): Promise<string[]> {
  const { rows } = await session.query<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relnamespace = to_regnamespace($1) AND relkind = 'v'",
    [schema],
  );
  return rows.map(({ name }) => name);
}

async function dropViews(session: Session, schema: string): Promise<void> {
  const views = await viewsIn(session, schema);
  if (views.length === 0) return;
  // In one statement, since they read from one another.
  const names = views.map((view) => `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(view)}`);
  await session.query(`DROP VIEW ${names.join(", ")}`);
}
