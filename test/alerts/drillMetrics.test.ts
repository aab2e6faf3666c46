import assert from "node:assert/strict";
import { drillMetrics } from "../../features/backups/drillMetrics.ts";
import { metricsText } from "../../lib/metrics.ts";

const CHECKSUM = "0".repeat(64);

describe("what a drill tells Prometheus", () => {
  it("is whether, when and how long, of each tenant", () => {
    const text = metricsText(
      drillMetrics([
        {
          tenant: "acme",
          stack: "prod",
          verified: true,
          snapshot: CHECKSUM,
          takenAt: "2026-11-22T02:00:00.000Z",
          verifiedAt: "2026-11-22T03:00:00.000Z",
          rows: {},
          checksum: CHECKSUM,
          files: 0,
          realm: null,
          seconds: 12.5,
        },
        {
          tenant: "beta",
          stack: "prod",
          verified: false,
          failedAt: "2026-11-22T03:00:01.500Z",
          problem: 'it says "no"',
          seconds: 1,
        },
      ]),
    );
    assert.deepEqual(
      text.split("\n").filter((line) => !line.startsWith("#")),
      [
        'odoo_restore_drill_success{tenant="acme",stack="prod"} 1',
        'odoo_restore_drill_success{tenant="beta",stack="prod"} 0',
        'odoo_restore_drill_timestamp_seconds{tenant="acme",stack="prod"} 1795316400',
        'odoo_restore_drill_timestamp_seconds{tenant="beta",stack="prod"} 1795316401.5',
        'odoo_restore_drill_duration_seconds{tenant="acme",stack="prod"} 12.5',
        'odoo_restore_drill_duration_seconds{tenant="beta",stack="prod"} 1',
        "",
      ],
    );
  });

  it("escapes what labels may hold", () => {
    const text = metricsText([{ name: "a", help: "A.", samples: [{ labels: { b: 'x"\\\ny' }, value: 1 }] }]);
    assert.match(text, /^a\{b="x\\"\\\\\\ny"\} 1$/m);
  });
});
