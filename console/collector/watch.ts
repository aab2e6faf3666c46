import { sql } from "kysely";
import { WATCHED } from "../api/watch.ts";
import type { WatchedSource } from "../api/watch.ts";
import type { Database } from "../database/connect.ts";

/** Tables of what is watched, by the source that fills them. */
const TABLES: Readonly<Record<WatchedSource, readonly string[]>> = {
  analytics: ["syncs"],
  kubernetes: ["pods", "certificates"],
};

/** Forgets what was watched by sources that are no longer set up: old figures would look like new ones. @param names of those that are */
export async function forgetUnwatched(database: Database, names: readonly string[]): Promise<void> {
  for (const source of WATCHED.filter((name) => !names.includes(name))) {
    await database.deleteFrom("sources").where("name", "=", source).execute();
    for (const table of TABLES[source]) await sql`DELETE FROM ${sql.table(table)}`.execute(database);
  }
}
