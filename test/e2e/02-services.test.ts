import assert from "node:assert/strict";
import { Client } from "pg";
import { z } from "zod";
import { analyticsLogin, databaseLogin, kubernetes, query } from "./support/clients.ts";
import { world } from "./support/hooks.ts";
import type { TenantOutputs } from "./support/world.ts";

/** SQLSTATE of what a statement or a log-in fails with. */
async function sqlState(attempt: Promise<unknown>): Promise<unknown> {
  try {
    await attempt;
  } catch (error) {
    return z.object({ code: z.string() }).parse(error).code;
  }
  return undefined;
}

const INSUFFICIENT_PRIVILEGE = "42501";

describe("services", () => {
  let tenants: Record<string, TenantOutputs>;
  let pairs: [string, TenantOutputs, TenantOutputs][];

  before(async () => {
    tenants = await world().tenants();
    pairs = Object.entries(tenants).flatMap(([a, own]) =>
      Object.entries(tenants)
        .filter(([b]) => b !== a)
        .map(([b, other]): [string, TenantOutputs, TenantOutputs] => [`${a} → ${b}`, own, other]),
    );
  });

  it("PostgreSQL: each tenant owns its database, with a limit on connections and no power beyond it", async () => {
    for (const [tenant, outputs] of Object.entries(tenants)) {
      const [row] = await query(
        databaseLogin(outputs),
        `select current_user as role, pg_get_userbyid(datdba) as owner, rolconnlimit as limit,
                rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls as powerful
           from pg_database, pg_roles where datname = current_database() and rolname = current_user`,
      );
      assert.deepEqual(
        { role: row?.["role"], owner: row?.["owner"], powerful: row?.["powerful"] },
        { role: tenant, owner: tenant, powerful: false },
      );
      assert.ok(Number(row?.["limit"]) > 0, `${tenant} has a connection limit`);
      const extensions = await query(databaseLogin(outputs), "select extname from pg_extension order by 1");
      assert.deepEqual(
        ["pg_trgm", "unaccent"].filter((name) => !extensions.some(({ extname }) => extname === name)),
        [],
      );
    }
  });

  it("PostgreSQL: no tenant connects to another's database", async () => {
    for (const [pair, own, other] of pairs) {
      const attempt = query({ ...databaseLogin(own), database: other.database.name }, "select 1");
      assert.equal(await sqlState(attempt), INSUFFICIENT_PRIVILEGE, pair);
    }
  });

  it("analytics: each reader sees its own rows, a lag, and no other tenant's schema", async () => {
    const figures = new Set<string>();
    for (const outputs of Object.values(tenants)) {
      const { schema } = outputs.analytics;
      const status = await query(analyticsLogin(outputs), `select * from ${schema}.sync_status`);
      assert.ok(status.length > 0, `${schema}.sync_status has rows`);
      figures.add(JSON.stringify(await query(analyticsLogin(outputs), `select * from ${schema}.companies`)));
    }
    assert.equal(figures.size, Object.keys(tenants).length, "every tenant's figures differ");
    for (const [pair, own, other] of pairs) {
      const attempt = query(analyticsLogin(own), `select * from ${other.analytics.schema}.companies`);
      assert.equal(await sqlState(attempt), INSUFFICIENT_PRIVILEGE, pair);
    }
  });

  it("analytics: finance has projects and their financials", async () => {
    const finance = tenants["tbwa-finance"];
    assert.ok(finance);
    for (const view of ["projects", "tasks", "timesheets", "analytic_lines", "budget_lines", "project_financials"]) {
      const [row] = await query(
        analyticsLogin(finance),
        `select count(*)::int as rows from ${finance.analytics.schema}.${view}`,
      );
      assert.ok(Number(row?.["rows"]) > 0, `${view} has rows`);
    }
  });

  it("Keycloak: each realm answers discovery at its issuer, and its client secret is good there and nowhere else", async () => {
    const tokenStatus = async (issuer: string, secret: string) => {
      // A code that was never issued: Keycloak checks the client first, so the error tells whether the secret was right.
      const response = await fetch(`${issuer}/protocol/openid-connect/token`, {
        method: "POST",
        body: new URLSearchParams({
          grant_type: "authorization_code",
          code: "none",
          redirect_uri: "https://none.invalid/",
          client_id: "odoo",
          client_secret: secret,
        }),
      });
      return z.object({ error: z.string() }).parse(await response.json()).error;
    };
    for (const { realm } of Object.values(tenants)) {
      const discovery = await fetch(`${realm.issuer}/.well-known/openid-configuration`);
      assert.equal(z.object({ issuer: z.string() }).parse(await discovery.json()).issuer, realm.issuer);
      assert.equal(await tokenStatus(realm.issuer, realm.clientSecret), "invalid_grant");
    }
    for (const [pair, own, other] of pairs) {
      assert.equal(await tokenStatus(other.realm.issuer, own.realm.clientSecret), "unauthorized_client", pair);
    }
  });

  it("Kubernetes: each tenant's namespace has its workloads ready and its traffic denied by default", async () => {
    const { KUBECONFIG } = await world().shell();
    assert.ok(KUBECONFIG);
    const { core, apps, batch, networking, custom } = kubernetes(KUBECONFIG);
    for (const [tenant, { namespace, hosts }] of Object.entries(tenants)) {
      const { metadata } = await core.readNamespace({ name: namespace });
      assert.equal(metadata?.labels?.["odoo-saas.dev/tenant"], tenant);
      const deployments = await apps.listNamespacedDeployment({ namespace });
      assert.deepEqual(deployments.items.map(({ metadata }) => metadata?.name).sort(), ["odoo-cron", "odoo-web"]);
      for (const { status, spec } of deployments.items) assert.equal(status?.readyReplicas, spec?.replicas);
      const jobs = await batch.listNamespacedJob({ namespace });
      assert.ok(
        jobs.items.some(({ status }) => status?.succeeded === 1),
        `${tenant}'s init Job has finished`,
      );
      const policies = await networking.listNamespacedNetworkPolicy({ namespace });
      assert.ok(
        policies.items.some(
          ({ spec }) =>
            Object.keys(spec?.podSelector ?? {}).length === 0 && !spec?.ingress?.length && !spec?.egress?.length,
        ),
        `${tenant} is denied by default`,
      );
      const routes = z
        .object({ items: z.array(z.object({ spec: z.object({ hostnames: z.array(z.string()) }) })) })
        .parse(
          await custom.listNamespacedCustomObject({
            group: "gateway.networking.k8s.io",
            version: "v1",
            plural: "httproutes",
            namespace,
          }),
        );
      assert.deepEqual(routes.items.flatMap(({ spec }) => spec.hostnames).sort(), [...hosts].sort());
    }
  });

  it("Kubernetes: the pods' configuration opens the tenant's own database", async () => {
    const { KUBECONFIG } = await world().shell();
    assert.ok(KUBECONFIG);
    const { core } = kubernetes(KUBECONFIG);
    for (const { namespace, database } of Object.values(tenants)) {
      const secret = await core.readNamespacedSecret({ namespace, name: "odoo-config" });
      const text = Buffer.from(secret.data?.["odoo.conf"] ?? "", "base64").toString("utf8");
      const setting = (key: string) => new RegExp(`^${key} *= *(.*)$`, "m").exec(text)?.[1] ?? "";
      const client = new Client({
        host: setting("db_host"),
        port: Number(setting("db_port")),
        database: setting("db_name"),
        user: setting("db_user"),
        password: setting("db_password"),
      });
      await client.connect();
      await client.end();
      assert.equal(setting("db_name"), database.name);
      assert.equal(setting("list_db"), "False");
    }
  });

  it("lack of what a real installation has what a sandbox cannot have, and preflight reports it", async () => {
    const { status, stdout, stderr } = await world().cli("deploy preflight", "--json");
    assert.equal(status, 1, stderr);
    const findings = z
      .array(z.looseObject({ part: z.string(), what: z.string(), state: z.enum(["ok", "missing", "unknown"]) }))
      .parse(JSON.parse(stdout));
    const of = (wanted: string) =>
      findings.filter(({ state }) => state === wanted).map(({ part, what }) => `${part}: ${what.slice(0, 30)}`);
    assert.deepEqual(of("missing"), [
      "tenants' server: connections are encrypted, and",
      "analytics server: connections are encrypted, and",
      "analytics server: pg_cron refreshes the copies",
      "Keycloak: its address begins with https",
    ]);
    assert.deepEqual(of("unknown"), [
      "tenants' server: pg_hba.conf lets roles from th",
      "cluster: the Gateway API and the Gatewa",
      'cluster: cert-manager and its issuer "s',
      "cluster: the API server refuses a privi",
      "cluster: the network plugin enforces Ne",
    ]);
  });
});
