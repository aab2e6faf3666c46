import assert from "node:assert/strict";
import { z } from "zod";
import { checkAnalytics } from "../../features/analytics/check.ts";
import { plain } from "../../features/analytics/compare.ts";
import { connectionKey } from "../../features/analytics/render.ts";
import type { Superset } from "../../features/analytics/superset.ts";
import { syncAnalytics, type SyncedTenant } from "../../features/analytics/sync.ts";
import { databases } from "../../features/analytics/tenantAssets.ts";
import { analyticsOf } from "../support/sqlFixture.ts";
import { ask, questionOf } from "./support/dashboard.ts";
import { guestToken } from "./support/guest.ts";
import { Hub } from "./support/hub.ts";

describe("analytics sync", function () {
  this.timeout(900_000);
  let hub: Hub;
  let superset: Superset;
  let acme: SyncedTenant;
  let beta: SyncedTenant;
  const sync = async (...tenants: readonly SyncedTenant[]) => syncAnalytics(hub.wanted(...tenants), () => undefined);
  const drift = async (...tenants: readonly SyncedTenant[]) => (await checkAnalytics(hub.wanted(...tenants))).drift;
  const exported = async () => {
    const files = await superset.export([(await questionOf(superset, "acme", "projects")).dashboard]);
    // By name: their order is that of a set.
    return Object.fromEntries(
      [...files].flatMap(([name, file]) => (name === "metadata.yaml" ? [] : [[name, plain(file)] as const])),
    );
  };

  before(async () => {
    hub = await Hub.start();
    for (const tenant of ["acme", "beta"]) await hub.fixture.makeTenant(tenant);
    superset = await hub.client();
    [acme, beta] = [hub.tenant("acme"), hub.tenant("beta")];
  });
  after(() => hub.stop());

  it("makes everything, after which a check finds no difference and a second run changes nothing", async () => {
    assert.notDeepEqual(await drift(acme, beta), []);
    const first = await sync(acme, beta);
    assert.deepEqual(first.roles, ["Guest", "Staff"]);
    assert.deepEqual(await drift(acme, beta), []);
    const before = await exported();
    const second = await sync(acme, beta);
    assert.deepEqual(second.roles, []);
    assert.deepEqual(second.removed, []);
    assert.deepEqual(second.embeddings.tenants, first.embeddings.tenants);
    assert.ok(Object.keys(before).length > 20);
    assert.deepEqual(await exported(), before);
  });

  it("reports as drift, and puts right, what somebody changed by hand", async () => {
    const { chart, dashboard, dataset } = await questionOf(superset, "acme", "projects");
    const put = (path: string, value: Parameters<Superset["call"]>[3]) =>
      superset.call(z.unknown(), "PUT", path, value);
    await put(`/api/v1/chart/${chart}`, { slice_name: "Renamed" });
    await put(`/api/v1/dashboard/${dashboard}`, { roles: [] });
    await superset.call(z.unknown(), "POST", `/api/v1/dashboard/${dashboard}/embedded`, { allowed_domains: [] });
    await put(`/api/v1/dataset/${dataset}`, { description: "Changed" });
    const found = (await drift(acme, beta)).map(({ tenant, object, kind, fields }) => [tenant, object, kind, fields]);
    assert.deepEqual(found, [
      ["acme", "dashboard of finance_ppm/v1", "changed", ["roles"]],
      ["acme", "embedding of finance_ppm/v1", "changed", ["allowed_domains"]],
      ["acme", "datasets/tenant-acme/finance_ppm-v1-portfolio.yaml", "changed", ["description"]],
      ["acme", "charts/tenant-acme/finance_ppm-v1-projects.yaml", "changed", ["slice_name"]],
    ]);
    await sync(acme, beta);
    assert.deepEqual(await drift(acme, beta), []);
  });

  it("a tenant that fails stops no other, and its message says what", async () => {
    const broken = { ...acme, password: "wrong-password" };
    const report = await sync(broken, beta);
    assert.deepEqual(
      report.tenants.map(({ tenant, error }) => [tenant, error === undefined]),
      [
        ["acme", false],
        ["beta", true],
      ],
    );
    await sync(acme, beta);
  });

  it("a rotated password reaches Superset", async () => {
    const { roles } = analyticsOf("acme");
    const password = "another-password-of-the-reader";
    await hub.fixture.analytics.connect((client) => client.query(`ALTER ROLE ${roles.reader} PASSWORD '${password}'`));
    const rotated = { ...acme, password };
    const { embeddings } = await sync(rotated, beta);
    const token = guestToken(embeddings.tenants["acme"]?.[0]?.embedding ?? "");
    const { body } = await questionOf(superset, "acme", "projects");
    assert.equal((await ask(hub.url, token, body)).status, 200);
    acme = rotated;
  });

  it("a tenant that no longer runs loses its dashboards and its connection, and gets them back", async () => {
    const { embeddings } = await sync(acme, beta);
    const token = guestToken(embeddings.tenants["beta"]?.[0]?.embedding ?? "");
    const { body, dashboard } = await questionOf(superset, "beta", "projects");
    assert.equal((await ask(hub.url, token, body)).status, 200);
    const { removed } = await sync(acme);
    assert.deepEqual(removed, ["tenant beta"]);
    assert.ok((await ask(hub.url, token, body)).status >= 400);
    assert.equal(await superset.find(z.unknown(), `/api/v1/dashboard/${dashboard}`), undefined);
    assert.ok(!(await databases(superset)).some(({ uuid }) => uuid === connectionKey(beta)));
    assert.deepEqual(await drift(acme), []);
    await sync(acme, beta);
    assert.deepEqual(await drift(acme, beta), []);
  });

  it("a chart that left the template leaves Superset", async () => {
    const template = acme.templates.get("finance_ppm/v1") ?? assert.fail();
    const { overdue, ...charts } = Object.fromEntries(
      Object.entries(template.charts).map(([name, chart]) => [name === "overdue-tasks" ? "overdue" : name, chart]),
    );
    assert.ok(overdue !== undefined);
    const rows = template.rows.map((row) => ({
      ...row,
      charts: Object.fromEntries(Object.entries(row.charts).filter(([name]) => name !== "overdue-tasks")),
    }));
    const smaller = { ...acme, templates: new Map([["finance_ppm/v1", { ...template, charts, rows }]]) };
    await sync(smaller, beta);
    assert.deepEqual(await drift(smaller, beta), []);
    await assert.rejects(questionOf(superset, "acme", "overdue-tasks"), /answers 404/);
  });
});
