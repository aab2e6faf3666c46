import type { Selectable } from "kysely";
import type { TenantRow } from "../../../api/tenants.ts";
import { FLAGS, statusSchema, tenantRowSchema } from "../../../api/tenants.ts";
import type { Tables } from "../../../database/schema.ts";

/** What {@link rowOf} reads: all but the file, which is larger than everything else. */
export const ROW_COLUMNS = [
  "id",
  "display_name",
  "team",
  "country",
  "status",
  "reason",
  "drifted",
  "hold_until",
  "plan",
  "bundles",
  "environments",
  "release",
  "backup_at",
  "drill_at",
  "cost",
  "currency",
  "request",
  "unwatched",
  "alert",
  "alerts",
] as const satisfies readonly (keyof Tables["tenants"])[];

/** A flag is the name of the column that says why. */
function flagsOf(row: Pick<Selectable<Tables["tenants"]>, (typeof FLAGS)[number]>): TenantRow["flags"] {
  return FLAGS.flatMap((flag) => {
    const reason = row[flag];
    return reason === null ? [] : [{ flag, reason }];
  });
}

/** A tenant as lists show it. */
export function rowOf(row: Pick<Selectable<Tables["tenants"]>, (typeof ROW_COLUMNS)[number]>): TenantRow {
  return {
    id: row.id,
    displayName: row.display_name,
    team: row.team,
    country: row.country ?? undefined,
    status: statusSchema.parse(row.status),
    reason: row.reason,
    flags: flagsOf(row),
    holdUntil: row.hold_until ?? undefined,
    plan: row.plan,
    bundles: row.bundles,
    environments: row.environments,
    release: row.release ?? undefined,
    backupAt: row.backup_at?.toISOString(),
    drillAt: row.drill_at?.toISOString(),
    cost: row.cost === null || row.currency === null ? undefined : { amount: Number(row.cost), currency: row.currency },
    request: row.request ?? undefined,
    alerts: row.alerts,
    alert: tenantRowSchema.shape.alert.parse(row.alert ?? undefined),
  };
}
