import { csvText } from "../../../../lib/csv.ts";
import { tenantQuerySchema } from "../../../api/tenants.ts";
import { rawRoute } from "../../route.ts";
import { conditions, SORT_COLUMNS } from "./filters.ts";
import { ROW_COLUMNS, rowOf } from "./rows.ts";

const COLUMNS = [
  "id",
  "displayName",
  "team",
  "country",
  "status",
  "flags",
  "plan",
  "bundles",
  "environments",
  "release",
  "backupAt",
  "drillAt",
  "cost",
  "currency",
  "alerts",
] as const;

/** Most rows of a file: no page of a browser waits for more. */
const MAX_ROWS = 100_000;

export const tenantsCsv = rawRoute({
  method: "get",
  path: "/tenants.csv",
  action: "fleet:read",
  isScoped: true,
  summary: "All tenants of a filter, as CSV (RFC 4180)",
  query: tenantQuerySchema,
  media: "text/csv",
  handle: async ({ services: { database }, person, query, context }) => {
    const rows = await database
      .selectFrom("tenants")
      .select(ROW_COLUMNS)
      .where(conditions(query, person.tenant))
      .orderBy(SORT_COLUMNS[query.sort], query.order)
      .orderBy("id")
      .limit(MAX_ROWS)
      .execute();
    const lines = rows.map((each) => {
      const { cost, ...row } = rowOf(each);
      const values: Record<(typeof COLUMNS)[number], string> = {
        id: row.id,
        displayName: row.displayName,
        team: row.team,
        country: row.country ?? "",
        status: row.status,
        flags: row.flags.map(({ flag }) => flag).join(" "),
        plan: row.plan,
        bundles: row.bundles.join(" "),
        environments: row.environments.join(" "),
        release: row.release ?? "",
        backupAt: row.backupAt ?? "",
        drillAt: row.drillAt ?? "",
        cost: cost === undefined ? "" : String(cost.amount),
        currency: cost?.currency ?? "",
        alerts: String(row.alerts),
      };
      return COLUMNS.map((column) => values[column]);
    });
    context.header("Content-Type", "text/csv; charset=utf-8");
    context.header("Content-Disposition", 'attachment; filename="tenants.csv"');
    return context.body(csvText(COLUMNS, lines));
  },
});
