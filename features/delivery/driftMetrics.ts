import type { Gauge } from "../../lib/metrics.ts";
import type { Drift } from "./drift.ts";
import { SHARED } from "../../policies/lib/urn.ts";

/** What alerts/rules/platform.yaml judges of drift. What tenants share is reported without a tenant, also when nothing of it differs. */
export function driftMetrics({ stack, steps }: Drift, at: Date): Gauge[] {
  const counts = new Map([["", 0]]);
  for (const { tenant } of steps) {
    const of = tenant === SHARED ? "" : tenant;
    counts.set(of, (counts.get(of) ?? 0) + 1);
  }
  return [
    {
      name: "odoo_drift_resources",
      help: "Resources that differ from what was deployed.",
      samples: [...counts].map(([tenant, value]) => ({ labels: { stack, tenant }, value })),
    },
    {
      name: "odoo_drift_timestamp_seconds",
      help: "When the stack was read, in seconds since 1970.",
      samples: [{ labels: { stack }, value: at.getTime() / 1000 }],
    },
  ];
}
