import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import pg from "pg";
import type { Superset } from "../../features/analytics/superset.ts";
import { syncAnalytics } from "../../features/analytics/sync.ts";
import { analyticsOf, PASSWORD } from "../support/sqlFixture.ts";
import { ask, questionOf, rowsOf, type Question } from "./support/dashboard.ts";
import { guestToken, type TokenOptions } from "./support/guest.ts";
import { Hub } from "./support/hub.ts";

/** Superset's public default, of which it does not warn. */
const DEFAULT_SECRET = "test-guest-secret-change-me";

describe("no tenant reaches another tenant's figures", function () {
  this.timeout(900_000);
  const tenants = ["acme", "beta", "gamma-co"];
  const pairs = tenants.flatMap((own) => tenants.flatMap((other) => (own === other ? [] : [{ own, other }])));
  const embeddings = new Map<string, string>();
  const questions = new Map<string, Question>();
  let hub: Hub;
  let superset: Superset;
  const refused = new Map<string, number>();

  /** Counts what was refused, for the figures at the end. */
  const count = (what: string) => refused.set(what, (refused.get(what) ?? 0) + 1);
  const embeddingOf = (tenant: string) => embeddings.get(tenant) ?? assert.fail(tenant);
  const questionFor = (tenant: string) => questions.get(tenant) ?? assert.fail(tenant);
  const get = (path: string, token: string, method = "GET", body?: unknown) =>
    fetch(`${hub.url}${path}`, {
      method,
      headers: { "x-guesttoken": token, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: "manual",
    });

  before(async () => {
    hub = await Hub.start();
    for (const tenant of tenants) await hub.fixture.makeTenant(tenant);
    const report = await syncAnalytics(hub.wanted(...tenants.map((tenant) => hub.tenant(tenant))), () => undefined);
    superset = await hub.client();
    for (const tenant of tenants) {
      embeddings.set(tenant, report.embeddings.tenants[tenant]?.[0]?.embedding ?? assert.fail(tenant));
      questions.set(tenant, await questionOf(superset, tenant, "lines-by-account"));
    }
  });
  after(async () => {
    for (const [what, times] of refused) console.log(`      refused: ${what}: ${times}`);
    await hub.stop();
  });

  it("the tenant's own question is answered: what is refused below is refused for its token", async () => {
    for (const tenant of tenants) {
      const answer = await ask(hub.url, guestToken(embeddingOf(tenant)), questionFor(tenant).body);
      assert.equal(answer.status, 200, tenant);
      assert.ok((await rowsOf(answer)).rows.length > 0, tenant);
    }
  });

  it("the same chart asked by A and then by B gives each its own rows, and none out of a cache", async () => {
    await hub.fixture.asOwner("beta", (client) =>
      client.query("UPDATE account_analytic_line SET amount = amount * 7 WHERE project_id IS NULL"),
    );
    await hub.fixture.refresh("beta");
    for (const { own, other } of pairs) {
      const answers = [];
      for (const tenant of [own, own, other]) {
        const answer = await rowsOf(await ask(hub.url, guestToken(embeddingOf(tenant)), questionFor(tenant).body));
        const sql = await hub.fixture.asReader(tenant, async (client) => {
          const { rows } = await client.query<{ lines: string }>(
            `SELECT count(*) AS lines FROM ${analyticsOf(tenant).names.schema}.analytic_lines`,
          );
          return Number(rows[0]?.lines);
        });
        assert.equal(answer.isCached, false);
        assert.equal(
          answer.rows.reduce((sum, { lines }) => sum + Number(lines), 0),
          sql,
        );
        answers.push(JSON.stringify(answer.rows));
      }
      if (own === "beta" || other === "beta") assert.notEqual(answers[0], answers[2], `${own}, ${other}`);
    }
  });

  it("another tenant's chart, dashboard and dataset are refused for every ordered pair", async () => {
    for (const { own, other } of pairs) {
      const token = guestToken(embeddingOf(own));
      const mine = questionFor(own);
      const theirs = questionFor(other);
      const bodies: Record<string, unknown> = {
        "their question": theirs.body,
        "their question on my dashboard": {
          ...theirs.body,
          form_data: { ...theirs.body.form_data, dashboardId: mine.dashboard },
        },
        "their dataset in my chart": { ...mine.body, datasource: { id: theirs.dataset, type: "table" } },
        "their dataset without a chart": { ...theirs.body, form_data: { dashboardId: mine.dashboard } },
        "their dataset without anything": { datasource: theirs.body.datasource, queries: theirs.body.queries },
        "their dataset as a native filter": {
          ...theirs.body,
          form_data: { dashboardId: mine.dashboard, type: "NATIVE_FILTER", native_filter_id: "x" },
        },
        "their dataset as a drill": {
          ...theirs.body,
          form_data: { dashboardId: mine.dashboard, slice_id: 0, chart_id: mine.chart },
        },
      };
      for (const [what, body] of Object.entries(bodies)) {
        const answer = await ask(hub.url, token, body);
        assert.ok([401, 403, 404].includes(answer.status), `${own} asks ${other}: ${what}: ${answer.status}`);
        count(what);
      }
      for (const path of [
        `/api/v1/dashboard/${theirs.dashboard}`,
        `/api/v1/dashboard/${theirs.dashboard}/charts`,
        `/api/v1/dashboard/${theirs.dashboard}/datasets`,
        `/api/v1/dashboard/${theirs.dashboard}/embedded`,
        `/api/v1/chart/${theirs.chart}`,
        `/api/v1/chart/${theirs.chart}/data/`,
        `/api/v1/dataset/${theirs.dataset}`,
        `/api/v1/embedded_dashboard/${embeddingOf(other)}`,
      ]) {
        const answer = await get(path, token);
        assert.ok([401, 403, 404].includes(answer.status), `${own} gets ${path}: ${answer.status}`);
        count("their objects by number or id");
      }
    }
  });

  it("a query of my chart with other columns, metrics or SQL is refused", async () => {
    const { body } = questionFor("acme");
    const token = guestToken(embeddingOf("acme"));
    const [query] = body.queries;
    const sql = (sqlExpression: string) => ({ expressionType: "SQL", sqlExpression, label: "x" });
    for (const changed of [
      { metrics: [sql("max(amount)")] },
      { metrics: [sql("(SELECT count(*) FROM tenant_beta.analytic_lines)")] },
      { columns: ["description"] },
      { columns: [sql("current_user")] },
    ]) {
      const answer = await ask(hub.url, token, { ...body, queries: [{ ...query, ...changed }] });
      assert.equal(answer.status, 403, JSON.stringify(changed));
      count("another query in my chart");
    }
  });

  it("SQL in a filter reads no other schema, whatever Superset lets through", async () => {
    const { body } = questionFor("acme");
    const [query] = body.queries;
    for (const where of [
      "(SELECT count(*) FROM tenant_beta.analytic_lines) > 0",
      "(SELECT count(*) FROM tenant_beta_data.analytic_lines) > 0",
      "(SELECT count(*) FROM pg_authid) > 0",
      "1 = 1) UNION SELECT rolname, 1, 1, 1 FROM pg_authid --",
    ]) {
      const answer = await ask(hub.url, guestToken(embeddingOf("acme")), {
        ...body,
        queries: [{ ...query, extras: { where, having: "" } }],
      });
      const text = await answer.text();
      assert.ok(answer.status >= 400, `${where}: ${answer.status} ${text.slice(0, 300)}`);
      count("SQL in a filter");
    }
  });

  it("expired, forged and reshaped tokens are refused, and so is Superset's default secret", async () => {
    const now = Math.floor(Date.now() / 1000);
    const own = embeddingOf("acme");
    const shapes: Record<string, TokenOptions> = {
      "Superset's default secret": { secret: DEFAULT_SECRET },
      "another secret": { secret: randomUUID() },
      "an empty secret": { secret: "" },
      "no algorithm": { header: { alg: "none" } },
      expired: { claims: { iat: now - 400, exp: now - 100 } },
      "valid for a day": { claims: { exp: now + 86_400 } },
      "without an end": { claims: { exp: undefined } },
      "issued tomorrow": { claims: { iat: now + 86_400, exp: now + 86_500 } },
      "another audience": { claims: { aud: "another" } },
      "another type": { claims: { type: "access" } },
      "two dashboards": {
        claims: {
          resources: [
            { type: "dashboard", id: own },
            { type: "dashboard", id: embeddingOf("beta") },
          ],
        },
      },
      "a dashboard by its number": {
        claims: { resources: [{ type: "dashboard", id: questionFor("acme").dashboard }] },
      },
      "no dashboard": { claims: { resources: [] } },
      "row-level rules": { claims: { rls_rules: [{ clause: "1 = 1" }] } },
    };
    for (const [what, options] of Object.entries(shapes)) {
      const answer = await ask(hub.url, guestToken(own, options), questionFor("acme").body);
      assert.ok([401, 403].includes(answer.status), `${what}: ${answer.status}`);
      count("tokens of another shape");
    }
    const answer = await ask(hub.url, guestToken(randomUUID()), questionFor("acme").body);
    assert.ok([401, 403, 404].includes(answer.status), `a dashboard that does not exist: ${answer.status}`);
    const anonymous = await ask(hub.url, "", questionFor("acme").body);
    assert.ok([401, 403].includes(anonymous.status), `no token: ${anonymous.status}`);
  });

  it("a guest has no other door: lists, SQL Lab, databases, roles, export, import, tokens, every verb", async () => {
    const token = guestToken(embeddingOf("acme"));
    const { chart, dashboard, dataset, body } = questionFor("acme");
    const doors: [string, string, unknown?][] = [
      ["GET", "/api/v1/database/"],
      ["GET", "/api/v1/database/1/schemas/"],
      ["GET", "/api/v1/database/1/tables/?q=(schema_name:tenant_beta)"],
      ["GET", "/api/v1/dataset/"],
      ["GET", `/api/v1/dataset/${dataset}`],
      ["PUT", `/api/v1/dataset/${dataset}`, { table_name: "x" }],
      ["DELETE", `/api/v1/dataset/${dataset}`],
      ["GET", `/api/v1/dataset/${dataset}/drill_info/?q=(dashboard_id:${dashboard})`],
      ["POST", "/datasource/samples?datasource_type=table&datasource_id=1", {}],
      ["GET", `/api/v1/datasource/table/${dataset}/column/currency/values/`],
      ["POST", "/api/v1/sqllab/execute/", { database_id: 1, sql: "SELECT 1" }],
      ["GET", "/api/v1/query/"],
      ["GET", "/api/v1/saved_query/"],
      ["GET", "/api/v1/security/roles/"],
      ["GET", "/api/v1/security/users/"],
      [
        "POST",
        "/api/v1/security/guest_token/",
        { user: {}, resources: [{ type: "dashboard", id: embeddingOf("beta") }], rls: [] },
      ],
      ["GET", "/api/v1/assets/export/"],
      ["POST", "/api/v1/assets/import/"],
      ["GET", `/api/v1/dashboard/export/?q=!(${dashboard})`],
      ["PUT", `/api/v1/dashboard/${dashboard}`, { dashboard_title: "x" }],
      ["DELETE", `/api/v1/dashboard/${dashboard}`],
      ["POST", `/api/v1/dashboard/${dashboard}/embedded`, { allowed_domains: [] }],
      ["POST", "/api/v1/chart/", {}],
      ["PUT", `/api/v1/chart/${chart}`, { slice_name: "x" }],
      ["DELETE", `/api/v1/chart/${chart}`],
      ["GET", "/api/v1/log/"],
      ["GET", "/api/v1/rowlevelsecurity/"],
      ["POST", "/api/v1/explore/form_data", {}],
      ["GET", "/mcp"],
      ["GET", "/api/v1/mcp/"],
      ["POST", "/api/v1/chart/data", { ...body, result_format: "csv" }],
      ["POST", "/api/v1/chart/data", { ...body, result_format: "xlsx" }],
    ];
    for (const [method, path, sent] of doors) {
      const answer = await get(path, token, method, sent);
      assert.ok(
        answer.status >= 400 && answer.status < 500,
        `${method} ${path}: ${answer.status} ${(await answer.text()).slice(0, 200)}`,
      );
      count("other doors of the API");
    }
    const lists: [string, readonly number[]][] = [
      ["/api/v1/dashboard/", [dashboard]],
      ["/api/v1/chart/", []],
    ];
    for (const [path, ids] of lists) {
      const answer = await get(path, token);
      if (answer.status !== 200) continue;
      const { ids: listed } = (await answer.json()) as { ids: number[] };
      assert.ok(
        listed.every((id) => ids.includes(id)),
        `${path} lists ${listed.join(", ")}`,
      );
    }
  });

  it("a dashboard is shown on the console's pages alone, and Superset answers no log-in but the service account's", async () => {
    const page = `${hub.url}/embedded/${embeddingOf("acme")}`;
    const from = async (referer?: string) =>
      fetch(page, { headers: referer === undefined ? {} : { referer }, redirect: "manual" });
    assert.equal((await from("https://elsewhere.example/")).status, 403);
    assert.equal((await from()).status, 403);
    const shown = await from("http://127.0.0.1:28998/analytics");
    assert.equal(shown.status, 200);
    assert.match(shown.headers.get("content-security-policy") ?? "", /frame-ancestors http:\/\/127\.0\.0\.1:28998/);
    for (const [username, password] of [
      ["admin", "admin"],
      ["odoo-saas-sync", "wrong"],
      ["guest", ""],
    ]) {
      const answer = await fetch(`${hub.url}/api/v1/security/login`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ username, password, provider: "db" }),
      });
      assert.ok([400, 401].includes(answer.status), `${username}: ${answer.status}`);
      count("log-ins");
    }
  });

  it("PostgreSQL refuses each reader every other tenant's schema: the boundary itself", async () => {
    for (const { own, other } of pairs) {
      const { roles } = analyticsOf(own);
      const { names } = analyticsOf(other);
      const client = new pg.Client({
        host: "127.0.0.1",
        port: hub.fixture.analytics.port,
        database: "postgres",
        user: roles.reader,
        password: PASSWORD,
      });
      await client.connect();
      try {
        for (const table of [
          `${names.schema}.portfolio`,
          `${names.schema}.sync_status`,
          `${names.dataSchema}.portfolio`,
          `${names.foreignSchema}.portfolio`,
        ]) {
          await assert.rejects(client.query(`SELECT * FROM ${table}`), { code: "42501" }, `${own} reads ${table}`);
          count("the reader's own connection");
        }
      } finally {
        await client.end();
      }
    }
  });
});
