import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import { UserError } from "../../lib/userError.ts";
import type { Database } from "./connect.ts";

const FOLDER = join(import.meta.dirname, "../migrations");

/** Names the lock that only one migration at a time has. */
const LOCK = 4_215_101;

/**
 * Brings the tables to what this version needs: each file of `migrations/` once, in the order of their names, all in one
 * transaction. Several servers may call it at once; one does the work.
 *
 * @returns names of the files that were run now
 * @throws UserError if a file that was run before has changed, or the database is of a newer version
 */
export async function migrate(database: Database): Promise<string[]> {
  const files = readdirSync(FOLDER)
    .filter((name) => name.endsWith(".sql"))
    .sort()
    .map((name) => {
      const text = readFileSync(join(FOLDER, name), "utf8");
      return { name, text, sha256: createHash("sha256").update(text).digest("hex") };
    });
  return database.transaction().execute(async (transaction) => {
    await sql`SELECT pg_advisory_xact_lock(${LOCK})`.execute(transaction);
    await sql`CREATE TABLE IF NOT EXISTS migrations (
      name text PRIMARY KEY, sha256 text NOT NULL, at timestamptz NOT NULL DEFAULT now()
    )`.execute(transaction);
    const done = await transaction.selectFrom("migrations").selectAll().orderBy("name").execute();
    for (const { name, sha256 } of done) {
      const file = files.find((each) => each.name === name);
      if (file === undefined) {
        throw new UserError(`The console's database was migrated by a newer version (${name}): start that version`);
      }
      if (file.sha256 !== sha256) {
        throw new UserError(`console/migrations/${name} was changed after it was run: write a new migration instead`);
      }
    }
    const open = files.filter(({ name }) => !done.some((each) => each.name === name));
    for (const { name, text, sha256 } of open) {
      await sql.raw(text).execute(transaction);
      await transaction.insertInto("migrations").values({ name, sha256 }).execute();
    }
    return open.map(({ name }) => name);
  });
}
