import type { Selectable } from "kysely";
import type { TenantRow } from "../../../api/tenants.ts";
import { statusSchema } from "../../../api/tenants.ts";
import type { Tables } from "../../../database/schema.ts";

/** A tenant as lists show it. */
export function rowOf(row: Selectable<Tables["tenants"]>): TenantRow {
  return {
    id: row.id,
    displayName: row.display_name,
    team: row.team,
    country: row.country ?? undefined,
    status: statusSchema.parse(row.status),
    reason: row.reason,
    plan: row.plan,
    bundles: row.bundles,
    environments: row.environments,
    release: row.release ?? undefined,
    backupAt: row.backup_at?.toISOString(),
    drillAt: row.drill_at?.toISOString(),
    cost: row.cost === null || row.currency === null ? undefined : { amount: Number(row.cost), currency: row.currency },
    request: row.request ?? undefined,
  };
}
