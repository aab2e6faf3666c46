import { sql } from "kysely";
import type { Expression, ExpressionBuilder, SqlBool } from "kysely";
import type { z } from "zod";
import type { TENANT_SORTS, tenantQuerySchema } from "../../../api/tenants.ts";
import type { Tables } from "../../../database/schema.ts";

/** What a list of tenants is filtered by. */
export type TenantQuery = z.output<typeof tenantQuerySchema>;

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

/** The words of a search, each of which a tenant has. */
export function wordsOf({ q = "" }: Pick<TenantQuery, "q">): string[] {
  return q
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
}

/** Conditions of some words. */
export function hasWords(words: readonly string[]) {
  return (builder: ExpressionBuilder<Tables, "tenants">): Expression<SqlBool> =>
    builder.and(words.map((word) => builder("search", "like", `%${word.replaceAll(/[\\%_]/g, "\\$&")}%`)));
}

/** The one tenant that a person may see. @param tenant undefined: all */
export function isVisible(tenant: string | undefined) {
  return (builder: ExpressionBuilder<Tables, "tenants">): Expression<SqlBool> =>
    builder.and(tenant === undefined ? [] : [builder("id", "=", tenant)]);
}

/** Conditions of a query. @param tenant the only one that the person who asks may see; undefined: all */
export function conditions(query: TenantQuery, tenant: string | undefined) {
  return (builder: ExpressionBuilder<Tables, "tenants">): Expression<SqlBool> => {
    const { status, flag, plan, bundle, environment, alert } = query;
    return builder.and([
      hasWords(wordsOf(query))(builder),
      isVisible(tenant)(builder),
      ...(status === undefined ? [] : [builder("status", "=", status)]),
      ...(flag === undefined ? [] : [sql<boolean>`flags @> ARRAY[${flag}]::text[]`]),
      ...(plan === undefined ? [] : [builder("plan", "=", plan)]),
      ...(alert === undefined ? [] : [builder("alert", "=", alert)]),
      ...(bundle === undefined ? [] : [sql<boolean>`bundles @> ARRAY[${bundle}]::text[]`]),
      ...(environment === undefined ? [] : [sql<boolean>`environments @> ARRAY[${environment}]::text[]`]),
    ]);
  };
}
