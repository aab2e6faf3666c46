import assert from "node:assert/strict";
import { STAFF_ROLES } from "../../api/access.ts";
import { dashboardSchema } from "../../api/dashboard.ts";
import { tenantSchema, tenantsSchema } from "../../api/tenants.ts";
import { collect } from "../../collector/collect.ts";
import { filesSource } from "../../collector/sources/files.ts";
import { World } from "../support/world.ts";

const TENANT = "tbwa-crm";
const HOURS = 3_600_000;

describe("what is watched", () => {
  let world: World;
  before(async () => {
    world = await World.start();
    const { database, root } = world;
    await collect(database, [filesSource(root)]);
    const ago = (hours: number) => new Date(Date.now() - hours * HOURS);
    await database
      .insertInto("syncs")
      .values([
        {
          tenant: TENANT,
          data_as_of: ago(2),
          row_counts: JSON.stringify({ projects: 3, tasks: 4 }),
          attempted_at: ago(0),
          succeeded: false,
          error: "server away (08001)",
        },
        {
          tenant: "tbwa-hr",
          data_as_of: ago(0.1),
          row_counts: "{}",
          attempted_at: ago(0.1),
          succeeded: true,
          error: null,
        },
      ])
      .execute();
    await database
      .insertInto("pods")
      .values({ tenant: TENANT, pods: 2, ready: 1, restarts: 3, problem: "Crash" })
      .execute();
    await database
      .insertInto("certificates")
      .values([
        { name: "soon", tenant: TENANT, hosts: ["erp.example"], ends_at: ago(-3 * 24), ready: true },
        { name: "later", tenant: TENANT, hosts: ["crm.example"], ends_at: ago(-60 * 24), ready: true },
      ])
      .execute();
    const alert = {
      environment: "prod",
      description: null,
      runbook: "docs/runbooks/x.md",
      since: ago(1),
      silence: null,
    };
    await database
      .insertInto("alerts")
      .values([
        {
          ...alert,
          fingerprint: "1",
          name: "OdooTenantDown",
          severity: "critical",
          tenant: TENANT,
          summary: "Down",
          state: "active",
        },
        {
          ...alert,
          fingerprint: "2",
          name: "OdooQueueStuck",
          severity: "warning",
          tenant: TENANT,
          summary: "Stuck",
          state: "active",
        },
        {
          ...alert,
          fingerprint: "3",
          name: "OdooQueueStuck",
          severity: "warning",
          tenant: "tbwa-hr",
          summary: "Stuck, too",
          state: "active",
        },
        {
          ...alert,
          fingerprint: "4",
          name: "OdooRealmBudget",
          severity: "warning",
          tenant: null,
          summary: "Quiet",
          state: "silenced",
        },
      ])
      .execute();
    await database
      .insertInto("measurements")
      .values([
        { tenant: TENANT, availability: 0.99, response_seconds: 0.2 },
        { tenant: "tbwa-hr", availability: 1, response_seconds: 0.1 },
      ])
      .execute();
    await collect(database, []);
  });
  after(() => world.stop());

  const ask = async (path: string, role: (typeof STAFF_ROLES)[number] = "engineer"): Promise<unknown> => {
    const { status, text } = await world.ask(path, await world.logIn(`ada-${role}`, [role]));
    assert.equal(status, 200, text);
    return JSON.parse(text);
  };

  it("is in the inbox: alerts by severity and kind, certificates that end, reports that are late", async () => {
    const { inbox } = dashboardSchema.parse(await ask("/api/dashboard"));
    assert.deepEqual(
      inbox
        .filter(({ kind }) => ["alert", "certificate", "analytics"].includes(kind))
        .map(({ severity, title, tenant }) => [severity, title, tenant]),
      [
        ["critical", "Down", TENANT],
        ["warning", "OdooQueueStuck: 2 alerts of 2 tenants", undefined],
        ["critical", "Renew the certificate of erp.example", TENANT],
        ["warning", `Look at the reports of ${TENANT}, whose data is late`, TENANT],
      ],
    );
  });

  it("makes the figures, and says what nothing watches as long as a source is not set up", async () => {
    const before = dashboardSchema.parse(await ask("/api/dashboard"));
    assert.deepEqual(before.watch.pods, { pods: 2, ready: 1, tenants: 1, unready: 1 });
    const { analytics, measurement } = before.watch;
    assert.deepEqual([analytics?.tenants, analytics?.late, analytics?.failed], [2, 1, 1]);
    assert.deepEqual(measurement?.lowest, { tenant: TENANT, availability: 0.99 });
    assert.ok(Math.abs(measurement.availability - 0.995) < 1e-9);
    const unwatched = ({ unwatched: list }: typeof before) => list.map(({ what }) => what);
    assert.deepEqual(unwatched(before).slice(0, 4), [
      "Analytics lag",
      "Pods and certificates",
      "Alerts",
      "Availability and response times",
    ]);
    await collect(world.database, [{ name: "alertmanager", rhythm: 60, read: () => Promise.resolve({}) }]);
    assert.ok(!unwatched(dashboardSchema.parse(await ask("/api/dashboard"))).includes("Alerts"));
  });

  for (const role of STAFF_ROLES) {
    const hasInsides = role !== "finance";
    it(`shows ${role} a tenant's figures, ${hasInsides ? "with" : "without"} the words of programs`, async () => {
      const { watch } = tenantSchema.parse(await ask(`/api/tenants/${TENANT}`, role));
      assert.deepEqual([watch.sync?.rows, watch.sync?.tables, watch.pods?.ready], [7, 2, 1]);
      assert.deepEqual(
        [watch.sync?.error, watch.pods?.problem],
        hasInsides ? ["server away (08001)", "Crash"] : [undefined, undefined],
      );
      assert.deepEqual(
        watch.alerts.map(({ summary }) => summary),
        ["Down", "Stuck"],
      );
      const { inbox } = dashboardSchema.parse(await ask("/api/dashboard", role));
      assert.equal(JSON.stringify(inbox).includes("server away"), hasInsides);
    });
  }

  it("filters and counts tenants by their worst alert", async () => {
    const { rows, counts, total } = tenantsSchema.parse(await ask("/api/tenants?alert=critical"));
    assert.deepEqual(
      rows.map(({ id, alerts, alert }) => [id, alerts, alert]),
      [[TENANT, 2, "critical"]],
    );
    assert.equal(total, 1);
    assert.deepEqual(counts.alert, { critical: 1, warning: 1 });
    assert.equal((await world.ask("/api/tenants?alert=none", await world.logIn("ada", ["engineer"]))).status, 400);
  });
});
