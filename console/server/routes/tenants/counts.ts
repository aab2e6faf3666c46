import { z } from "zod";
import type { Database } from "../../../database/connect.ts";
import { sharedAnswers } from "../../shared.ts";
import { hasWords, isVisible, wordsOf } from "./filters.ts";
import type { TenantQuery } from "./filters.ts";

/** Filters that are counted by value. */
const FACETS = ["status", "flag", "plan", "bundle", "environment", "alert"] as const;
type Facet = (typeof FACETS)[number];

/** Tenants that are alike in everything that is counted. */
type Group = Readonly<Record<Facet, readonly string[]>> & { readonly count: number };

/** What a question of groups differs in: words, and the one tenant that the person who asks may see. */
const detailSchema = z.object({ words: z.array(z.string()), tenant: z.string().optional() });

/** Tenants that some words find, by groups. */
const groupsOf = sharedAnswers(async (database, detail): Promise<readonly Group[]> => {
  const { words, tenant } = detailSchema.parse(JSON.parse(detail));
  const rows = await database
    .selectFrom("tenants")
    .select((builder) => [
      "status",
      "flags",
      "plan",
      "bundles",
      "environments",
      "alert",
      builder.fn.countAll<string>().as("count"),
    ])
    .where(hasWords(words))
    .where(isVisible(tenant))
    .groupBy(["status", "flags", "plan", "bundles", "environments", "alert"])
    .execute();
  return rows.map(({ status, flags, plan, bundles, environments, alert, count }): Group => ({
    status: [status],
    flag: flags,
    plan: [plan],
    bundle: bundles,
    environment: environments,
    alert: alert === null ? [] : [alert],
    count: Number(count),
  }));
});

/** How many tenants a query has, and how many have each value of a filter, with the other filters as they are. */
export interface TenantCounts {
  readonly total: number;
  readonly counts: Record<Facet, Record<string, number>>;
}

/**
 * Counts by one look at the table: tenants are many, those that differ in these columns are few.
 *
 * @param tenant the only one that the person who asks may see; undefined: all
 */
export async function countTenants(
  database: Database,
  query: TenantQuery,
  tenant: string | undefined,
): Promise<TenantCounts> {
  const groups = await groupsOf(database, JSON.stringify({ words: wordsOf(query), tenant }));
  return {
    total: groups.filter((group) => has(group, query)).reduce((sum, { count }) => sum + count, 0),
    counts: {
      status: countsOf(groups, query, "status"),
      flag: countsOf(groups, query, "flag"),
      plan: countsOf(groups, query, "plan"),
      bundle: countsOf(groups, query, "bundle"),
      environment: countsOf(groups, query, "environment"),
      alert: countsOf(groups, query, "alert"),
    },
  };
}

function countsOf(groups: readonly Group[], query: TenantQuery, facet: Facet): Record<string, number> {
  const counts = new Map<string, number>();
  for (const group of groups.filter((each) => has(each, query, facet))) {
    for (const value of group[facet]) counts.set(value, (counts.get(value) ?? 0) + group.count);
  }
  return Object.fromEntries(counts);
}

/** @param without a filter that does not count */
function has(group: Group, query: TenantQuery, without?: Facet): boolean {
  return FACETS.every((facet) => {
    const value = query[facet];
    return facet === without || value === undefined || group[facet].includes(value);
  });
}
