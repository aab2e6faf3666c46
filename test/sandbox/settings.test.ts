import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseStackSettings } from "../../config/index.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { openInstance } from "../../sandbox/instance.ts";
import type { Instance } from "../../sandbox/instance.ts";
import { sandboxSettings } from "../../sandbox/settings.ts";
import { summary, statusReport } from "../../sandbox/report.ts";

describe("sandbox stack", () => {
  let folder: string;
  let instance: Instance;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "sandbox-settings-"));
    for (const name of ["tenants", "bundles", "modules", "releases", "plans.yaml", "zones.yaml", "sql"]) {
      cpSync(join(PROJECT_ROOT, name), join(folder, name), { recursive: true });
    }
    instance = await openInstance({ checkout: folder, home: join(folder, "home"), env: {} });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("is configured as the program expects it", () => {
    const { plain, secrets } = sandboxSettings(instance, "kubeconfig");
    const values = new Map(
      Object.entries(plain).map(([key, value]) => [
        `odoo-saas:${key}`,
        typeof value === "string" ? { text: value, object: undefined } : { text: undefined, object: value },
      ]),
    );
    const settings = parseStackSettings(values);
    assert.equal(settings.environment, "sandbox");
    assert.equal(settings.protect, false);
    assert.equal(settings.tenantsDatabase.port, 28432);
    assert.notEqual(settings.tenantsDatabase.maintenanceDatabase, "postgres", "tenants may connect there");
    assert.deepEqual(Object.keys(secrets).slice(0, 6), [
      "tenantsDatabasePassword",
      "analyticsDatabasePassword",
      "keycloakClientSecret",
      "tenantsWatchdogPassword",
      "analyticsWatchdogPassword",
      "kubeconfig",
    ]);
    const text = JSON.stringify(plain);
    for (const secret of Object.values(instance.secrets)) assert.ok(!text.includes(secret));
  });

  it("leads the program through what stands between, and nothing else", () => {
    const through = { tenantsDatabase: 1001, analyticsDatabase: 1002, kubernetes: 1003, keycloak: 1004 };
    const { plain } = sandboxSettings({ ...instance, through }, "kubeconfig");
    const text = JSON.stringify(plain);
    for (const port of [through.tenantsDatabase, through.analyticsDatabase, through.keycloak])
      assert.ok(text.includes(String(port)), text);
    // The program reaches neither the console nor the forge: their addresses are browsers', and the console's own.
    const others = Object.entries(instance.ports).filter(([name]) => !["console", "forge"].includes(name));
    for (const [, port] of others) assert.ok(!text.includes(String(port)), text);
  });

  it("gives each tenant with an identity provider a secret for it, the same each time", () => {
    const tenant = (provider: string) =>
      `displayName: Brokered\nowner: { team: test-team, email: test@example.com }\ncompany: { country: PH }\nbundles: [crm-sales]\nenvironments: { staging: {} }\n${provider}`;
    const provider = `sso:
  identityProvider:
    alias: corporate
    displayName: Corporate
    issuer: https://id.example.com
    clientId: odoo
    authorizationUrl: https://id.example.com/authorize
    tokenUrl: https://id.example.com/token
    jwksUrl: https://id.example.com/keys
`;
    writeFileSync(join(folder, "tenants", "zz-brokered.yaml"), tenant(provider));
    const { brokerSecrets } = sandboxSettings(instance, "").secrets;
    assert.match(brokerSecrets ?? "", /"zz-brokered":"[\w-]{43}"/);
    assert.equal(sandboxSettings(instance, "").secrets.brokerSecrets, brokerSecrets);
  });

  it("refuses wrong files with all that is wrong in them", () => {
    writeFileSync(join(folder, "tenants", "zz-one.yaml"), "displayName: One\n");
    writeFileSync(join(folder, "tenants", "zz-two.yaml"), "owners: {}\n");
    assert.throws(() => sandboxSettings(instance, ""), /tenants\/zz-one\.yaml:[^]*tenants\/zz-two\.yaml:/);
  });

  const outputs = {
    tenants: {
      "tbwa-hr": {
        lifecycle: "active",
        release: "18.0-2026.11",
        namespace: "odoo-tbwa-hr",
        hosts: ["tbwa-hr.sandbox.odoo.test", "hr.tbwa.example"],
        database: { host: "127.0.0.1", port: 28432, name: "tbwa-hr", role: "tbwa-hr", password: "secret-1" },
        realm: {
          issuer: "http://localhost:28480/realms/tbwa-hr",
          clientId: "odoo",
          clientSecret: "secret-2",
          administrator: { username: "it@tbwa.example", password: "secret-4" },
        },
        analytics: {
          host: "127.0.0.1",
          port: 28433,
          name: "postgres",
          schema: "tenant_tbwa_hr",
          role: "tenant_tbwa_hr_reader",
          password: "secret-3",
        },
      },
    },
  };

  it("is summed up in one row per tenant and the ways in, without a secret", () => {
    const text = summary(instance, outputs);
    const row = text.split("\n").find((line) => line.startsWith("tbwa-hr"));
    assert.deepEqual(row?.split(/ {2,}/), [
      "tbwa-hr",
      "active",
      "tbwa-hr.sandbox.odoo.test, hr.tbwa.example",
      "tbwa-hr",
      "tbwa-hr",
      "tenant_tbwa_hr",
      "18.0-2026.11",
    ]);
    for (const part of [
      'psql "host=127.0.0.1 port=28432 dbname=tbwa-hr user=tbwa-hr"',
      'psql "host=127.0.0.1 port=28433 dbname=postgres user=tenant_tbwa_hr_reader"',
      "http://localhost:28480/admin/",
      "admin.kubeconfig",
      "npx odoo-saas sandbox status --show-secrets",
    ]) {
      assert.ok(text.includes(part), `${part} in:\n${text}`);
    }
    for (const secret of ["secret-1", "secret-2", "secret-3", ...Object.values(instance.secrets)]) {
      assert.ok(!text.includes(secret));
    }
  });

  it("is summed up before there is a tenant, too", () => {
    assert.match(summary(instance, {}), /^TENANT[^]*Keycloak/);
  });

  it("tells passwords only when it is asked to", () => {
    const hidden = JSON.stringify(statusReport(instance, false));
    const shown = JSON.stringify(statusReport(instance, true));
    for (const name of ["tenantsSuperuser", "analyticsSuperuser", "keycloakAdmin"] as const) {
      assert.ok(!hidden.includes(instance.secrets[name]));
      assert.ok(shown.includes(instance.secrets[name]));
    }
    assert.doesNotMatch(hidden, /"running":true/);
  });
});
