import { PAGE_SIZE } from "../../../api/common.ts";
import { tenantQuerySchema, tenantsSchema } from "../../../api/tenants.ts";
import { offsetOf } from "../../paging.ts";
import { nothing, route } from "../../route.ts";
import { sourcesFor } from "../../sources.ts";
import { countTenants } from "./counts.ts";
import { conditions, SORT_COLUMNS } from "./filters.ts";
import { ROW_COLUMNS, rowOf } from "./rows.ts";

export const listTenants = route({
  method: "get",
  path: "/tenants",
  action: "fleet:read",
  isScoped: true,
  summary: "A page of tenants, filtered and sorted, with how many have each value of a filter",
  query: tenantQuerySchema,
  body: nothing,
  answer: tenantsSchema,
  handle: async ({ services: { database }, person, query }) => {
    const [rows, { total, counts }, sources] = await Promise.all([
      database
        .selectFrom("tenants")
        .select(ROW_COLUMNS)
        .where(conditions(query, person.tenant))
        .orderBy(SORT_COLUMNS[query.sort], (order) =>
          query.order === "desc" ? order.desc().nullsLast() : order.asc().nullsLast(),
        )
        .orderBy("id")
        .limit(PAGE_SIZE)
        .offset(offsetOf(query.page))
        .execute(),
      countTenants(database, query, person.tenant),
      sourcesFor(person, database),
    ]);
    return {
      rows: rows.map(rowOf),
      total,
      page: query.page,
      pageSize: PAGE_SIZE,
      counts,
      sources,
    };
  },
});
