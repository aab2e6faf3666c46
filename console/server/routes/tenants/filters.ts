import { sql } from "kysely";
import type { Expression, ExpressionBuilder, SqlBool } from "kysely";
import type { z } from "zod";
import type { TENANT_SORTS, tenantQuerySchema } from "../../../api/tenants.ts";
import type { Tables } from "../../../database/schema.ts";

/** What a list of tenants is filtered by. */
export type TenantQuery = z.output<typeof tenantQuerySchema>;

/** A filter that is counted by value. */
export type Facet = "status" | "plan" | "bundle" | "environment";

/** Columns that lists are sorted by. */
export const SORT_COLUMNS = {
  id: "id",
  displayName: "display_name",
  team: "team",
  status: "status",
  plan: "plan",
  backupAt: "backup_at",
  cost: "cost",
} as const satisfies Record<(typeof TENANT_SORTS)[number], keyof Tables["tenants"]>;

/** Conditions of a query. @param without a facet that does not count, for how many tenants each of its values has */
export function conditions(query: TenantQuery, without?: Facet) {
  return (builder: ExpressionBuilder<Tables, "tenants">): Expression<SqlBool> => {
    const { q = "", status, plan, bundle, environment } = query;
    const words = q
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== "");
    return builder.and([
      ...words.map((word) => builder("search", "like", `%${word.replaceAll(/[\\%_]/g, "\\$&")}%`)),
      ...(status === undefined || without === "status" ? [] : [builder("status", "=", status)]),
      ...(plan === undefined || without === "plan" ? [] : [builder("plan", "=", plan)]),
      ...(bundle === undefined || without === "bundle" ? [] : [sql<boolean>`bundles @> ARRAY[${bundle}]::text[]`]),
      ...(environment === undefined || without === "environment"
        ? []
        : [sql<boolean>`environments @> ARRAY[${environment}]::text[]`]),
    ]);
  };
}
