import assert from "node:assert/strict";
import { parse } from "yaml";
import { ConfigError } from "../../config/index.ts";
import type { TenantSelection } from "../../config/index.ts";
import { tenantSchema } from "../../config/schemas/tenant.ts";
import { selectTenants } from "../../config/select.ts";
import { projectFilesWith, VALID_PROJECT } from "../support/projectFolder.ts";

const STACK: TenantSelection = {
  environment: "prod",
  cell: "main",
  baseDomain: "odoo.example",
  release: "18.0-2026.11",
};

const REST = "owner: { team: ops, email: ops@x.example }\nbundles: [sales]\n";

const FILES = {
  "tenants/acme.yaml": `displayName: Acme\n${REST}environments: { staging: {} }\n`,
  "tenants/beta.yaml": `displayName: Beta
${REST}lifecycle: paused
environments:
  staging: { domains: [staging.beta.example] }
  prod: { domains: [erp.beta.example, www.beta.example], plan: large, release: 18.0-2026.12 }
modules: { add: [crm_phonecall], remove: [document_page] }
analytics: { models: [sales/v1] }
sso: { identityProvider: { alias: entra, displayName: Entra, issuer: "https://x.example", authorizationUrl: "https://x.example/a", tokenUrl: "https://x.example/t", jwksUrl: "https://x.example/k", clientId: odoo } }
credentials: { database: 2 }
`,
  "tenants/west.yaml": `displayName: West\n${REST}cell: west\nstorage: 7Gi\nenvironments: { prod: {} }\n`,
  "plans.yaml": ["standard", "large"]
    .map(
      (name) =>
        `${name}: { displayName: X, workers: 2, replicas: 1, cronWorkers: 1, cpu: { request: 1, limit: 1 }, memory: { request: 1Gi, limit: 1Gi }, storage: 1Gi, databaseConnections: 56 }\n`,
    )
    .join("")
    .replaceAll("request: 1,", 'request: "1",')
    .replaceAll("limit: 1 }", 'limit: "1" }'),
  "releases/18.0-2026.12.yaml": `odoo: "18.0"\nimage: { repository: docker.io/library/odoo, digest: "sha256:${"1".repeat(64)}" }\nchartVersion: 0.1.0\nbackup: { image: { repository: docker.io/restic/restic, digest: "sha256:${"5".repeat(64)}" } }\n`,
  "sql/tenant/sales/v1/001.sql": "",
  "bundles/sales.yaml": `reporting: [sales/v1]\n${VALID_PROJECT["bundles/sales.yaml"] ?? ""}`,
};

/** Read by each test for itself, so that mutation testing knows which tests reach what. */
const read = () => projectFilesWith(FILES);

function ids(stack: Partial<TenantSelection>): string[] {
  return selectTenants(read(), { ...STACK, ...stack }).map(({ id }) => id);
}

describe("selectTenants", () => {
  it("opens the environment's ways out alone, sorted by module", () => {
    const text = `displayName: Acme\n${REST}environments:
  staging: { egress: [{ for: crm, networks: [203.0.113.7/32] }] }
  prod: { egress: [{ for: crm_lead_code, networks: [203.0.113.8/32] }, { for: crm, networks: [203.0.113.9/32] }] }\n`;
    const projectFiles = projectFilesWith({ ...FILES, "tenants/acme.yaml": text });
    const egressOf = (environment: TenantSelection["environment"]) =>
      selectTenants(projectFiles, { ...STACK, environment }).find(({ id }) => id === "acme")?.egress;
    assert.deepEqual(egressOf("staging"), [{ for: "crm", networks: ["203.0.113.7/32"] }]);
    assert.deepEqual(egressOf("prod"), [
      { for: "crm", networks: ["203.0.113.9/32"] },
      { for: "crm_lead_code", networks: ["203.0.113.8/32"] },
    ]);
    assert.deepEqual(selectTenants(read(), STACK)[0]?.egress, []);
  });

  it("takes the tenants of the stack's environment and cell, sorted", () => {
    assert.deepEqual(ids({}), ["beta"]);
    assert.deepEqual(ids({ environment: "staging" }), ["acme", "beta"]);
    assert.deepEqual(ids({ cell: "west" }), ["west"]);
    assert.deepEqual(ids({ cell: "east" }), []);
  });

  it("sorts tenants, bundles and reporting models, whatever the order that they come in", () => {
    const some = projectFilesWith({
      "tenants/acme.yaml": `displayName: Acme\n${REST.replace("[sales]", "[sales, crm]")}environments: { prod: {} }\n`,
      "tenants/beta.yaml": `displayName: Beta\n${REST}environments: { prod: {} }\n`,
      "bundles/crm.yaml": `reporting: [alpha/v1]\n${VALID_PROJECT["bundles/sales.yaml"] ?? ""}`,
      "bundles/sales.yaml": `reporting: [zeta/v1]\n${VALID_PROJECT["bundles/sales.yaml"] ?? ""}`,
      "sql/tenant/alpha/v1/001.sql": "",
      "sql/tenant/zeta/v1/001.sql": "",
    });
    const specs = selectTenants({ ...some, tenants: new Map([...some.tenants].reverse()) }, STACK);
    assert.deepEqual(
      specs.map(({ id, bundles, analytics }) => [id, bundles, analytics.models]),
      [
        ["acme", ["crm", "sales"], ["alpha/v1", "core/v1", "zeta/v1"]],
        ["beta", ["sales"], ["core/v1", "zeta/v1"]],
      ],
    );
  });

  it("passes over what the project files does not have: its rules tell of it", () => {
    const projectFiles = read();
    const lacking = { ...projectFiles, bundles: new Map(), plans: new Map([...projectFiles.plans].slice(0, 1)) };
    assert.deepEqual([...lacking.plans.keys()], ["large"]);
    assert.deepEqual(selectTenants(lacking, { ...STACK, environment: "staging" }), []);
    const releases = new Map([...projectFiles.releases].slice(0, 1));
    assert.deepEqual([...releases.keys()], ["18.0-2026.11"]);
    assert.deepEqual(selectTenants({ ...projectFiles, releases }, STACK), []);
    const [beta] = selectTenants(lacking, STACK);
    assert.deepEqual(
      [beta?.analytics.models, beta?.modules],
      [
        ["core/v1", "sales/v1"],
        ["base_phone", "crm", "crm_phonecall"],
      ],
    );
  });

  it("takes every tenant in the sandbox, as prod has it or else staging", () => {
    const specs = selectTenants(read(), { ...STACK, environment: "sandbox" });
    assert.deepEqual(
      specs.map(({ id, environment, cell, hosts }) => ({ id, environment, cell, custom: hosts.custom })),
      [
        { id: "acme", environment: "sandbox", cell: "main", custom: [] },
        { id: "beta", environment: "sandbox", cell: "main", custom: ["erp.beta.example", "www.beta.example"] },
        { id: "west", environment: "sandbox", cell: "west", custom: [] },
      ],
    );
  });

  it("tells how a tenant ends, and by which backup once that is on record", () => {
    const acme = `displayName: Acme\n${REST}environments: { prod: {} }\nlifecycle: decommissioning\ndecommission: { holdUntil: 2027-02-28 }\n`;
    const record = `displayName: Acme\nowner: { team: ops, email: ops@x.example }\nenvironments: [prod]\ndecommissioned: 2026-11-22\nholdUntil: 2027-02-28\nlastBackup: { id: 0123abcd, taken: 2026-11-22T02:00:00Z, verified: 2026-11-22T03:00:00Z, checksum: "${"1".repeat(64)}", rows: { a: 1 } }\n`;
    const end = (changes: Readonly<Record<string, string>>) =>
      selectTenants(projectFilesWith({ "tenants/acme.yaml": acme, ...changes }), STACK)[0]?.decommission;
    assert.deepEqual(end({}), { holdUntil: "2027-02-28", release: false });
    assert.deepEqual(end({ "archive/acme.yaml": record }), {
      holdUntil: "2027-02-28",
      release: false,
      lastBackup: "0123abcd",
    });
  });

  it("resolves names, overlays and defaults", () => {
    const [beta] = selectTenants(read(), STACK);
    assert.ok(beta);
    assert.equal(beta.plan.name, "large");
    assert.equal(beta.release.name, "18.0-2026.12");
    const { environments, storage, ...file } = tenantSchema.parse(parse(FILES["tenants/beta.yaml"]));
    assert.deepEqual([Object.keys(environments), storage], [["staging", "prod"], undefined]);
    assert.deepEqual(beta, {
      // Everything else is as the file and its defaults have it.
      ...file,
      id: "beta",
      company: { name: "Beta", language: "en_US" },
      plan: beta.plan,
      release: beta.release,
      // Without document_page, with crm_phonecall and the base_phone that it depends on, and auth_oidc's auth_oauth.
      modules: ["auth_oauth", "auth_oidc", "auth_signup", "base_phone", "crm", "crm_lead_code", "crm_phonecall"],
      egress: [],
      hosts: { platform: "beta.odoo.example", custom: ["erp.beta.example", "www.beta.example"] },
      analytics: { models: ["core/v1", "sales/v1"] },
      environment: "prod",
    });
    assert.deepEqual([beta.lifecycle, beta.cell, beta.sso.identityProvider?.alias], ["paused", "main", "entra"]);
    assert.deepEqual(beta.credentials, { database: 2, realm: 1, analytics: 1 });
    const [staging] = selectTenants(read(), { ...STACK, environment: "staging" }).filter(({ id }) => id === "beta");
    assert.equal(staging?.plan.name, "standard");
    assert.equal(staging.release.name, "18.0-2026.11");
    assert.deepEqual(staging.hosts.custom, ["staging.beta.example"]);
  });

  it("takes the plan's volume, or the tenant's own size of it", () => {
    const size = (cell: string, environment: "prod" | "staging") =>
      selectTenants(read(), { ...STACK, cell, environment }).map(({ id, plan }) => `${id} ${plan.storage}`);
    assert.deepEqual(size("west", "prod"), ["west 7Gi"]);
    assert.deepEqual(size("main", "prod"), ["beta 1Gi"]);
  });

  it("leaves out what a tenant without an identity provider does not have", () => {
    const [acme] = selectTenants(read(), { ...STACK, environment: "staging" });
    assert.ok(acme);
    assert.ok(!("identityProvider" in acme.sso));
  });

  it("refuses a release that there is not", () => {
    assert.throws(
      () => selectTenants(read(), { ...STACK, release: "18.0-2026.13" }),
      new ConfigError("The stack's tenants cannot be used", [
        'odoo-saas:release: is "18.0-2026.13", expected 18.0-2026.11',
      ]),
    );
  });

  it("refuses a tenant's domain below the stack's", () => {
    assert.throws(
      () => selectTenants(read(), { ...STACK, baseDomain: "beta.example" }),
      (error) =>
        error instanceof ConfigError &&
        error.message.includes(
          'tenants/beta.yaml: is "erp.beta.example", expected a domain outside the platform\'s own beta.example',
        ),
    );
  });
});
