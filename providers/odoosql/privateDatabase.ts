import { COMMON_DATABASE, refuseStrangers } from "./databaseSetup.ts";
import { inTransaction } from "./database.ts";
import type { PrivateDatabaseInputs } from "./inputs.ts";
import type { ResourceKind } from "./resourceKind.ts";
import { combinedChecksum, sqlFiles } from "../../lib/sqlFiles.ts";
import type { Task } from "./sqlError.ts";

function task(what: string, { connection }: PrivateDatabaseInputs): Task {
  return { what: `${what} the database`, secrets: [connection.password] };
}

/** A database of the platform's own that only its owner may enter. */
export const privateDatabase: ResourceKind<PrivateDatabaseInputs> = {
  files: () => [...sqlFiles("console/access"), ...sqlFiles("console/base")],
  id: ({ connection }) => connection.database,
  replaceOn: [["connection", "database"]],

  async apply(inputs) {
    const values = { database: inputs.connection.database };
    await inTransaction(
      task("make private", inputs),
      { ...inputs.connection, database: COMMON_DATABASE },
      async (session) => {
        for (const file of sqlFiles("console/access")) await session.runFile(file, values);
      },
    );
    await inTransaction(task("prepare", inputs), inputs.connection, async (session) => {
      for (const file of sqlFiles("console/base")) await session.runFile(file, values);
    });
    await inTransaction(task("look at who is in", inputs), inputs.connection, refuseStrangers);
  },

  inspect: (inputs) =>
    inTransaction(task("look at", inputs), inputs.connection, async (session) => {
      const { rows } = await session.query<{ whole: boolean }>(
        `SELECT NOT has_database_privilege('public', current_database(), 'CONNECT')
            AND NOT has_schema_privilege('public', 'public', 'USAGE') AS whole`,
      );
      return rows[0]?.whole === true ? combinedChecksum(privateDatabase.files(inputs)) : undefined;
    }),

  // The database itself goes, or is kept as it is.
  remove: () => Promise.resolve(),
};
