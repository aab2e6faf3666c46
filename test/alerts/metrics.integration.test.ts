import assert from "node:assert/strict";
import { drillMetrics } from "../../features/backups/drillMetrics.ts";
import { driftMetrics } from "../../features/delivery/driftMetrics.ts";
import { metricsText } from "../../lib/metrics.ts";
import { tool } from "./tools.ts";

const AT = new Date("2026-11-22T03:00:00Z");

describe("metrics that commands push", () => {
  for (const [name, metrics] of [
    ["of drift", driftMetrics({ stack: "prod", steps: [] }, AT)],
    [
      "of a drill",
      drillMetrics([
        {
          tenant: "beta",
          stack: "prod",
          verified: false,
          failedAt: AT.toISOString(),
          problem: 'it says "no"',
          seconds: 1.5,
        },
      ]),
    ],
    [
      "with characters that are escaped",
      [{ name: "a", help: "A.", samples: [{ labels: { b: 'x"\\\ny' }, value: 1 }] }],
    ],
  ] as const) {
    it(`${name} have a form that promtool accepts`, async () => {
      const { status, output } = await tool("promtool", ["check", "metrics"], metricsText(metrics));
      assert.equal(status, 0, output);
    });
  }
});
