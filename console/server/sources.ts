import type { Database } from "../database/connect.ts";
import type { Principal } from "../api/access.ts";
import type { Source } from "../api/common.ts";

/** A source is stale after this many of its rhythms. */
const PATIENCE = 3;

/** Where what is shown comes from, and of when it is. @param names all without */
export async function sourcesOf(database: Database, names?: readonly string[]): Promise<Source[]> {
  const rows = await database
    .selectFrom("sources")
    .selectAll()
    .$if(names !== undefined, (query) => query.where("name", "in", [...(names ?? [])]))
    .orderBy("name")
    .execute();
  const now = Date.now();
  return rows.map(({ name, read_at, as_of, problem, rhythm }) => {
    const isStale = read_at !== null && now - read_at.getTime() > rhythm * PATIENCE * 1000;
    const state = problem !== null ? (read_at === null ? "missing" : "failed") : isStale ? "stale" : "fresh";
    return {
      name,
      readAt: read_at?.toISOString(),
      asOf: as_of?.toISOString(),
      state,
      problem: problem ?? (isStale ? "The collector has not run for a while: see docs/runbooks/console.md" : undefined),
    };
  });
}

/** As {@link sourcesOf}, for a person. What is wrong with a source may name others' files: people of tenants see that something is. */
export async function sourcesFor(
  { tenant }: Pick<Principal, "tenant">,
  database: Database,
  names?: readonly string[],
): Promise<Source[]> {
  const sources = await sourcesOf(database, names);
  if (tenant === undefined) return sources;
  return sources.map((source) =>
    source.problem === undefined ? source : { ...source, problem: "The operators of the platform see why" },
  );
}
