import { sql } from "kysely";
import { PAGE_SIZE } from "../../../api/common.ts";
import { tenantQuerySchema, tenantsSchema } from "../../../api/tenants.ts";
import type { Database } from "../../../database/connect.ts";
import { offsetOf } from "../../paging.ts";
import { nothing, route } from "../../route.ts";
import { sourcesOf } from "../../sources.ts";
import { conditions, SORT_COLUMNS } from "./filters.ts";
import type { Facet, TenantQuery } from "./filters.ts";
import { rowOf } from "./rows.ts";

export const listTenants = route({
  method: "get",
  path: "/tenants",
  action: "fleet:read",
  summary: "A page of tenants, filtered and sorted, with how many have each value of a filter",
  query: tenantQuerySchema,
  body: nothing,
  answer: tenantsSchema,
  handle: async ({ services: { database }, query }) => {
    const [rows, { total }, status, plan, bundle, environment, sources] = await Promise.all([
      database
        .selectFrom("tenants")
        .selectAll()
        .where(conditions(query))
        .orderBy(SORT_COLUMNS[query.sort], (order) =>
          query.order === "desc" ? order.desc().nullsLast() : order.asc().nullsLast(),
        )
        .orderBy("id")
        .limit(PAGE_SIZE)
        .offset(offsetOf(query.page))
        .execute(),
      database
        .selectFrom("tenants")
        .select((builder) => builder.fn.countAll<string>().as("total"))
        .where(conditions(query))
        .executeTakeFirstOrThrow(),
      counts(database, query, "status"),
      counts(database, query, "plan"),
      counts(database, query, "bundle"),
      counts(database, query, "environment"),
      sourcesOf(database),
    ]);
    return {
      rows: rows.map(rowOf),
      total: Number(total),
      page: query.page,
      pageSize: PAGE_SIZE,
      counts: { status, plan, bundle, environment },
      sources,
    };
  },
});

const VALUES = {
  status: sql<string>`status`,
  plan: sql<string>`plan`,
  bundle: sql<string>`unnest(bundles)`,
  environment: sql<string>`unnest(environments)`,
} as const satisfies Record<Facet, unknown>;

/** How many tenants have each value of a filter, with the other filters as they are. */
async function counts(database: Database, query: TenantQuery, facet: Facet): Promise<Record<string, number>> {
  const rows = await database
    .selectFrom("tenants")
    .select((builder) => [VALUES[facet].as("value"), builder.fn.countAll<string>().as("count")])
    .where(conditions(query, facet))
    .groupBy("value")
    .execute();
  return Object.fromEntries(rows.map(({ value, count }) => [value, Number(count)]));
}
