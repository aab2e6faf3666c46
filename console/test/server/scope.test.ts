import assert from "node:assert/strict";
import { z } from "zod";
import { ACCESS, TENANT_ADMIN } from "../../api/access.ts";
import { ROUTES } from "../../server/routes/index.ts";
import { World } from "../support/world.ts";

/** Tenants of the clone, each with rows of its own. */
const TENANTS = ["tbwa-finance", "tbwa-crm", "tbwa-hr"] as const;
type Tenant = (typeof TENANTS)[number];

const requestOf = (tenant: string) => `20261130-${tenant}`;
const namesOf = (tenant: string) => new RegExp(`${tenant}|mark-of-${tenant.replace("tbwa-", "")}`);

describe("what a tenant's administrator reaches", () => {
  let world: World;
  const cookies = new Map<Tenant, string>();
  const cookie = (tenant: Tenant) => cookies.get(tenant) ?? assert.fail(tenant);

  before(async () => {
    world = await World.start();
    const { database } = world;
    const now = new Date();
    await database
      .insertInto("sources")
      .values({ name: "files", read_at: now, problem: `tenants/tbwa-crm.yaml: mark-of-crm`, rhythm: 60 })
      .execute();
    await database
      .insertInto("stacks")
      .values({ name: "prod", environment: "prod", taken_at: now, pending: 0 })
      .execute();
    for (const tenant of TENANTS) {
      const mark = `mark-of-${tenant.replace("tbwa-", "")}`;
      await world.addTenant(tenant);
      await database
        .insertInto("placements")
        .values({ tenant, stack: "prod", hosts: [`${tenant}.odoo.example`], resources: 1 })
        .execute();
      await database
        .insertInto("requests")
        .values({
          ...{ id: requestOf(tenant), action: "pause", tenant, requester: "maria-cruz", approver: "jo-santos" },
          ...{ reason: mark, state: "failed", problem: `of ${TENANTS.join(" and ")}`, opened_at: now, updated_at: now },
          ...{ pull: 7, url: "https://forge.example/7" },
          checks: JSON.stringify([
            { name: "validate", state: "failed", title: TENANTS.join(), summary: TENANTS.join() },
          ]),
        })
        .execute();
      await database
        .insertInto("audit")
        .values({ login: "maria-cruz", action: "request:pause", outcome: "allowed", tenant, detail: mark })
        .execute();
      cookies.set(tenant, await world.administrator(tenant));
    }
  });
  after(() => world.stop());

  /** Asks a route, with some id where it has one. */
  const ask = (route: (typeof ROUTES)[number], own: Tenant, id: string) =>
    world.ask(
      `/api${route.path.replace("{id}", id)}${Object.hasOwn(route.query.shape, "q") ? "?q=tbwa" : ""}`,
      cookie(own),
      route.method === "post"
        ? { action: "pause", tenant: id, id: requestOf(id), approver: "jo-santos", reason: "x" }
        : undefined,
    );

  for (const route of ROUTES.filter(({ path }) => path !== "/requests/{id}/events")) {
    const { action, method, path } = route;
    const isOpen = action === "session" || ACCESS[action][TENANT_ADMIN] !== "none";
    const isOfRequest = path.startsWith("/requests/{id}");
    const name = `${method.toUpperCase()} ${path}`;

    for (const own of TENANTS) {
      it(`${name} ${isOpen ? "answers" : "is closed for"} the administrator of ${own}, and names no other`, async () => {
        // What a person has typed is in the person's own audit log.
        await world.database.deleteFrom("audit").where("outcome", "=", "denied").execute();
        const { status, text } = await ask(route, own, isOfRequest ? requestOf(own) : own);
        if (!isOpen) assert.equal(status, 403, text);
        else assert.ok(![401, 403, 404, 503].includes(status), `${status} ${text}`);
        for (const other of TENANTS.filter((id) => id !== own)) assert.doesNotMatch(text, namesOf(other));
      });

      if (!isOpen || (method === "get" && !path.includes("{id}"))) continue;
      for (const other of TENANTS.filter((id) => id !== own)) {
        it(`${name} answers the administrator of ${own} for ${other} as for what is not there`, async () => {
          const missing = await ask(route, own, isOfRequest ? requestOf("nobody") : "nobody");
          const found = await ask(route, own, isOfRequest ? requestOf(other) : other);
          assert.equal(found.status, 404, found.text);
          const said = ({ text }: { text: string }) =>
            text.replaceAll(other, "nobody").replace(/"request":"[^"]*"/, "");
          assert.equal(said(found), said(missing));
        });
      }
    }
  }

  it("keeps a stream of another tenant's request closed, and streams one's own without others' names", async () => {
    const stream = (own: Tenant, of: Tenant) =>
      fetch(`${world.url}/api/requests/${requestOf(of)}/events`, { headers: { cookie: cookie(own) } });
    assert.equal((await stream("tbwa-finance", "tbwa-crm")).status, 404);
    const own = await stream("tbwa-finance", "tbwa-finance");
    assert.equal(own.status, 200);
    const reader = own.body?.getReader() ?? assert.fail();
    const text = new TextDecoder().decode((await reader.read()).value);
    await reader.cancel();
    assert.match(text, /"tenant":"tbwa-finance"/);
    assert.doesNotMatch(text, /tbwa-crm|tbwa-hr|forge\.example/);
  });

  it("lists the own tenant alone, whatever is searched, sorted or filtered", async () => {
    for (const query of [
      "",
      "?q=tbwa",
      "?status=merged",
      "?plan=standard",
      "?sort=cost&order=desc",
      "?environment=prod",
    ]) {
      const { text } = await world.ask(`/api/tenants${query}`, cookie("tbwa-hr"));
      const { rows, total, counts } = z
        .object({
          rows: z.array(z.object({ id: z.string() })),
          total: z.number(),
          counts: z.record(z.string(), z.record(z.string(), z.number())),
        })
        .parse(JSON.parse(text));
      assert.deepEqual([rows.map(({ id }) => id), total], [["tbwa-hr"], 1], query);
      assert.equal(counts["plan"]?.["standard"], 1);
    }
    // Those who ask at the same time get answers of their own.
    const both = await Promise.all(
      (["tbwa-hr", "tbwa-crm"] as const).map(async (own) => (await world.ask("/api/tenants", cookie(own))).text),
    );
    assert.doesNotMatch(both[0] ?? "", /tbwa-crm/);
    assert.doesNotMatch(both[1] ?? "", /tbwa-hr/);
    assert.match((await world.ask("/api/tenants", await world.logIn("ada", ["finance"]))).text, /"total":3/);
  });

  it("shows the audit log's own entries alone, also to a name that somebody of the staff has", async () => {
    const { text } = await world.ask("/api/audit", cookie("tbwa-finance"));
    assert.doesNotMatch(text, /maria-cruz/);
    assert.match((await world.ask("/api/audit?actor=maria-cruz", cookie("tbwa-finance"))).text, /"total":0/);
  });

  it("says of a failure neither why, nor where the pull request is", async () => {
    const { text } = await world.ask(`/api/requests/${requestOf("tbwa-crm")}`, cookie("tbwa-crm"));
    assert.match(text, /The operators of the platform see why/);
    assert.doesNotMatch(text, /forge\.example|summary/);
  });

  it("offers nothing of others in forms, and the keys that are theirs to change", async () => {
    const { text } = await world.ask("/api/options", cookie("tbwa-crm"));
    const { teams, changeable } = z
      .object({ teams: z.array(z.unknown()), changeable: z.array(z.string()) })
      .parse(JSON.parse(text));
    assert.equal(teams.length, 1);
    assert.deepEqual(changeable, ["displayName", "bundles", "modules", "backup"]);
  });

  const KEYS: readonly [string, unknown][] = [
    ["plan", "large"],
    ["storage", "1Ti"],
    ["environments", { prod: {} }],
    ["owner", { team: "x", email: "me@x.example" }],
    ["credentials", { database: 2 }],
    ["sso", {}],
    ["analytics", {}],
  ];
  for (const [key, value] of KEYS) {
    it(`lets nobody of a tenant change ${key}`, async () => {
      const asked = { action: "change", tenant: "tbwa-crm", changes: { [key]: value } };
      const { status, text } = await world.ask("/api/preflight", cookie("tbwa-crm"), asked);
      assert.equal(status, 200, text);
      assert.match(text, /"ok":false/);
      assert.match(text, new RegExp(`not ${key}: ask the operators`));
    });
  }

  it("checks a change of what is theirs", async () => {
    const asked = { action: "change", tenant: "tbwa-crm", changes: { displayName: "Another name" } };
    const { text } = await world.ask("/api/preflight", cookie("tbwa-crm"), asked);
    assert.match(text, /"ok":true/, text);
    assert.match(text, /\+displayName: Another name/);
  });

  it("writes a denial down, with whose realm it was", async () => {
    await world.ask("/api/dashboard", cookie("tbwa-hr"));
    const rows = await world.database
      .selectFrom("audit")
      .select(["action", "outcome"])
      .where("login", "=", "tbwa-hr/it@tbwa-hr.example")
      .execute();
    assert.ok(rows.some(({ action, outcome }) => action === "dashboard:read" && outcome === "denied"));
  });
});
