import assert from "node:assert/strict";
import { metricsText } from "../../lib/metrics.ts";
import { driftMetrics } from "../../features/delivery/driftMetrics.ts";
import { SHARED } from "../../policies/lib/urn.ts";
import type { Step } from "../../features/delivery/plan.ts";

const AT = new Date("2026-11-22T03:00:00Z");
const step = (tenant: string): Step => ({
  tenant,
  part: "network",
  urn: "urn:x",
  effect: "update",
  losesData: false,
  properties: ["spec"],
});

describe("what a look for drift tells Prometheus", () => {
  it("is how much, of whom and when", () => {
    const text = metricsText(driftMetrics({ stack: "prod", steps: [step("acme"), step(SHARED), step("acme")] }, AT));
    assert.deepEqual(
      text.split("\n").filter((line) => !line.startsWith("#")),
      [
        'odoo_drift_resources{stack="prod",tenant=""} 1',
        'odoo_drift_resources{stack="prod",tenant="acme"} 2',
        'odoo_drift_timestamp_seconds{stack="prod"} 1795316400',
        "",
      ],
    );
  });

  it("is a zero when nothing differs, so that a push takes the last numbers away", () => {
    assert.match(
      metricsText(driftMetrics({ stack: "prod", steps: [] }, AT)),
      /^odoo_drift_resources\{stack="prod",tenant=""\} 0$/m,
    );
  });
});
