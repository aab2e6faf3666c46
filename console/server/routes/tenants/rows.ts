import type { Selectable } from "kysely";
import { z } from "zod";
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
  "flags",
  "flag_reasons",
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

const reasonsSchema = z.record(z.string(), z.string()).catch({});

function flagsOf({ flags, flag_reasons }: Pick<Selectable<Tables["tenants"]>, "flags" | "flag_reasons">) {
  const reasons = reasonsSchema.parse(flag_reasons);
  return FLAGS.filter((flag) => flags.includes(flag)).map((flag) => ({ flag, reason: reasons[flag] ?? "" }));
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
    unwatched: row.unwatched ?? undefined,
    alerts: row.alerts,
    alert: tenantRowSchema.shape.alert.parse(row.alert ?? undefined),
  };
}
