import type { Gauge } from "../../lib/metrics.ts";
import type { Drill } from "./drillReport.ts";

/** What alerts/rules/backups.yaml judges of drills. */
export function drillMetrics(drills: readonly Drill[]): Gauge[] {
  const gauge = (name: string, help: string, valueOf: (drill: Drill) => number): Gauge => ({
    name: `odoo_restore_drill_${name}`,
    help,
    samples: drills.map((drill) => ({ labels: { tenant: drill.tenant, stack: drill.stack }, value: valueOf(drill) })),
  });
  return [
    gauge("success", "Whether the tenant's newest backup was restored and equal (1) or not (0).", ({ verified }) =>
      Number(verified),
    ),
    gauge("timestamp_seconds", "When the drill ended, in seconds since 1970.", (drill) =>
      seconds(drill.verified ? drill.verifiedAt : drill.failedAt),
    ),
    gauge("duration_seconds", "How long the drill took.", (drill) => drill.seconds),
  ];
}

function seconds(moment: string): number {
  return Date.parse(moment) / 1000;
}
