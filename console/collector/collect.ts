import { sql } from "kysely";
import { UserError } from "../../lib/userError.ts";
import type { Database } from "../database/connect.ts";
import { declare } from "./declare.ts";
import { derive } from "./derive.ts";
import { deriveWatch } from "./deriveWatch.ts";
import type { Source } from "./source.ts";

/** Names the lock that only one collector at a time has. */
const LOCK = 4_215_102;

/** What came of reading a source. */
export interface Collected {
  readonly source: string;
  readonly milliseconds: number;
  /** Why it failed; the others were read all the same. */
  readonly problem?: string;
}

/**
 * Reads all sources, one after the other, and derives what follows from them. A source that cannot be read is a fact that is
 * stored, and stops nothing.
 *
 * @param isFull read everything again, not only what is new. @default false
 * @returns undefined where another collector is at work
 */
export async function collect(
  database: Database,
  sources: readonly Source[],
  isFull = false,
): Promise<readonly Collected[] | undefined> {
  return database.connection().execute(async (connection) => {
    const { rows } = await sql<{ taken: boolean }>`SELECT pg_try_advisory_lock(${LOCK}) AS taken`.execute(connection);
    if (rows[0]?.taken !== true) return undefined;
    try {
      const collected: Collected[] = [];
      for (const source of sources) collected.push(await readSource(database, source, isFull));
      await declare(database);
      await derive(database);
      await deriveWatch(database);
      return collected;
    } finally {
      await sql`SELECT pg_advisory_unlock(${LOCK})`.execute(connection);
    }
  });
}

async function readSource(
  database: Database,
  { name, rhythm, pause = 0, read }: Source,
  isFull: boolean,
): Promise<Collected> {
  const begin = performance.now();
  const known = await database
    .selectFrom("sources")
    .select(["cursor", "read_at", "problem"])
    .where("name", "=", name)
    .executeTakeFirst();
  if (!isFull && known?.problem === null && Date.now() - (known.read_at?.getTime() ?? 0) < pause * 1000) {
    return { source: name, milliseconds: 0 };
  }
  const cursor = isFull ? undefined : (known?.cursor ?? undefined);
  const milliseconds = () => Math.round(performance.now() - begin);
  try {
    const outcome = await read({ database, cursor });
    const row = {
      read_at: new Date(),
      as_of: outcome.asOf ?? null,
      cursor: outcome.cursor ?? null,
      problem: null,
      rhythm,
    };
    await database
      .insertInto("sources")
      .values({ name, ...row })
      .onConflict((conflict) => conflict.column("name").doUpdateSet(row))
      .execute();
    return { source: name, milliseconds: milliseconds() };
  } catch (error) {
    const problem = error instanceof UserError ? error.message : "The collector failed: see its log";
    await database
      .insertInto("sources")
      .values({ name, rhythm, problem, cursor: null })
      .onConflict((conflict) => conflict.column("name").doUpdateSet({ problem, rhythm }))
      .execute();
    if (!(error instanceof UserError)) console.error(`${name}:`, error);
    return { source: name, milliseconds: milliseconds(), problem };
  }
}
