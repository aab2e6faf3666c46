import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import {
  analyticsNames,
  backupRepository,
  databaseName,
  databaseRole,
  ENVIRONMENT_LABEL,
  isReservedId,
  isTenantId,
  KUBERNETES_LABEL_MAX,
  MAIN_BRANCH,
  MAINTENANCE_SERVICE,
  nameCollisions,
  namespaceName,
  OIDC_CLIENT_ID,
  OWNER_LABEL,
  platformHost,
  POSTGRES_IDENTIFIER_MAX,
  REALM_ENVIRONMENT_ATTRIBUTE,
  REALM_TENANT_ATTRIBUTE,
  realmName,
  reporterRole,
  TENANT_ID_MAX_LENGTH,
  TENANT_LABEL,
  tenantLabels,
} from "../../config/names.ts";
import { LABEL } from "../../config/schemas/common.ts";

/** Ids that no tenant may have, by what they would be taken for. */
const RESERVED: readonly (readonly [why: string, ids: readonly string[]])[] = [
  ["a database that every PostgreSQL server has", ["postgres", "template0", "template1"]],
  ["the pooler's database and role", ["pgbouncer"]],
  ["a role that Supabase's API has", ["anon", "authenticated", "authenticator", "service-role"]],
  ["a role that Supabase makes", ["supabase", "supabase-admin"]],
  ["a role that PostgreSQL makes: pg_monitor", ["pg-monitor"]],
  ["a schema that every database has", ["public", "information-schema"]],
  ["Keycloak's realm that rules all others", ["master"]],
  ["whoever runs the platform", ["admin", "system"]],
  ["the platform's own namespace, odoo-platform", ["platform"]],
  ["no tenant in particular", ["default", "odoo", "sandbox"]],
  ["a namespace that Kubernetes makes", ["kube-system", "kube-public"]],
  ["the host that leads to the Gateway", ["gateway"]],
  ["a host that every browser takes for this machine", ["localhost"]],
  ["the host for all others, and its certificate", ["wildcard"]],
  ["the platform's own site, or the door to it", ["www", "app", "api", "console", "portal", "docs", "status"]],
  ["a place to leave one's password at", ["auth", "login", "sso", "keycloak"]],
  ["what operators look at", ["grafana", "superset", "monitoring"]],
  [
    "a server of mail, or what mail programs and servers ask for settings",
    ["mail", "smtp", "imap", "autodiscover", "mta-sts"],
  ],
  ["a server of names, of mail or of files", ["ns", "ns1", "ns2", "mx", "ftp"]],
  [
    "a role that a cloud has on its servers",
    ["rdsadmin", "azuresu", "cloudsqladmin", "cloudsqlsuperuser", "alloydbadmin"],
  ],
  ["a switch in Odoo's configuration file", ["true", "false"]],
  ["a role that PostgreSQL has not", ["none"]],
  ["several databases in pg_hba.conf", ["all", "replication", "sameuser", "samerole", "samegroup"]],
  ["a device on Windows", ["con", "prn", "aux", "nul", "com1", "lpt9"]],
  ["what every object of JavaScript has", ["constructor"]],
  ["a host in punycode, which is shown as another", ["xn-acme"]],
];

const longest = `a${"b".repeat(TENANT_ID_MAX_LENGTH - 1)}`;

describe("names", () => {
  it("accepts ids at the limits and refuses those beyond", () => {
    for (const id of ["hp", "a1", "abc", "a1b", "tbwa-finance", "a-b-c", longest]) assert.ok(isTenantId(id), id);
    for (const id of [
      "a",
      "y",
      "1e5",
      "0x1f",
      "123",
      "2026-11-28",
      `${longest}c`,
      "1ab",
      "-ab",
      "ab-",
      "a--b",
      "A-b",
      "a_b",
      "a.b",
      "äbc",
      "abc\n",
      "",
    ])
      assert.ok(!isTenantId(id), JSON.stringify(id));
  });

  it("stays within PostgreSQL's and Kubernetes' limits for the longest id", () => {
    for (const name of [...Object.values<string>({ ...analyticsNames(longest) }), reporterRole(longest)])
      assert.ok(Buffer.byteLength(name) <= POSTGRES_IDENTIFIER_MAX, name);
    assert.ok(namespaceName(longest).length <= KUBERNETES_LABEL_MAX);
  });

  // Another name is another database, realm or namespace: the one that holds the tenant's data would be left behind.
  it("stay what they are for tenants that exist", () => {
    const id = "acme-eu";
    assert.deepEqual([databaseName(id), databaseRole(id), realmName(id)], [id, id, id]);
    assert.deepEqual([reporterRole(id), namespaceName(id)], ["acme-eu_reporter", "odoo-acme-eu"]);
    assert.deepEqual(analyticsNames("a-b-c"), {
      schema: "tenant_a_b_c",
      dataSchema: "tenant_a_b_c_data",
      foreignSchema: "tenant_a_b_c_fdw",
      server: "tenant_a_b_c_server",
      ownerRole: "tenant_a_b_c_owner",
      readerRole: "tenant_a_b_c_reader",
    });
    assert.equal(platformHost(id, "odoo.example"), "acme-eu.odoo.example");
    assert.equal(OIDC_CLIENT_ID, "odoo");
  });

  it("stay what existing objects and realms are known by", () => {
    assert.deepEqual(tenantLabels({ id: "acme", environment: "prod", owner: { team: "ops" } }), {
      "app.kubernetes.io/name": "odoo",
      "app.kubernetes.io/instance": "acme",
      "app.kubernetes.io/managed-by": "pulumi",
      "odoo-saas.dev/tenant": "acme",
      "odoo-saas.dev/environment": "prod",
      "odoo-saas.dev/owner": "ops",
    });
    assert.equal(new Set([TENANT_LABEL, ENVIRONMENT_LABEL, OWNER_LABEL]).size, 3);
    assert.deepEqual(
      [REALM_TENANT_ATTRIBUTE, REALM_ENVIRONMENT_ATTRIBUTE],
      ["odoo-saas.tenant", "odoo-saas.environment"],
    );
  });

  it("fit what they are for", () => {
    assert.match(MAINTENANCE_SERVICE, LABEL, "Kubernetes takes it");
    const deploy = readFileSync(join(import.meta.dirname, "../../.github/workflows/deploy.yml"), "utf8");
    const { on } = z
      .object({ on: z.object({ push: z.object({ branches: z.array(z.string()) }) }) })
      .parse(parse(deploy));
    assert.deepEqual(on.push.branches, [MAIN_BRANCH]);
  });

  it("makes names that no other valid id can make, but for the analytics suffixes", () => {
    assert.deepEqual(nameCollisions(["acme", "acme-x", "acmex", "ac-me"]), []);
    assert.deepEqual(nameCollisions(["acme", "acme-data", "acme-fdw"]), [
      { name: "analytics schema tenant_acme_data", tenants: ["acme", "acme-data"] },
      { name: "analytics schema tenant_acme_fdw", tenants: ["acme", "acme-fdw"] },
    ]);
  });

  for (const [why, ids] of RESERVED) {
    it(`refuses what would be ${why}`, () => {
      for (const id of ids) assert.ok(isTenantId(id) && isReservedId(id), id);
    });
  }

  // They are quoted wherever a reader of YAML would take them for something else: test/chart/render.integration.test.ts.
  it("refuses no company for its name", () => {
    for (const id of ["hp", "ge", "yes", "no", "on", "off", "null", "nan", "inf", "com0", "com10", "user", "select"])
      assert.ok(isTenantId(id) && !isReservedId(id), id);
  });

  it("refuses no id for having such a word in it", () => {
    for (const id of [
      "acme",
      "acme-mail",
      "adminsoft",
      "kubernetes",
      "my-kube-shop",
      "pgroup",
      "supabased",
      "acme-xn-",
    ])
      assert.ok(!isReservedId(id), id);
  });

  it("tells of every name that several would have, sorted, also of ids that are not valid", () => {
    assert.deepEqual(
      nameCollisions(["b-data", "acme_reporter", "b", "acme"]).map(({ name, tenants }) => `${name}: ${tenants.join()}`),
      ["analytics schema tenant_b_data: b,b-data", "database role acme_reporter: acme,acme_reporter"],
    );
    // The same analytics names, in the order in which people look for them.
    assert.deepEqual(
      nameCollisions(["a-b", "a_b"]).map(({ name }) => name),
      [
        "role tenant_a_b_owner",
        "role tenant_a_b_reader",
        "schema tenant_a_b",
        "schema tenant_a_b_data",
        "schema tenant_a_b_fdw",
      ].map((name) => `analytics ${name}`),
    );
    assert.deepEqual(nameCollisions(["acme", "acme"]), []);
  });

  it("keeps roles that are not a tenant's login outside the space of ids", () => {
    assert.ok(!isTenantId(reporterRole("abc")));
  });
});

describe("backupRepository", () => {
  const STORE = { endpoint: "https://s3.example", bucket: "backups" };

  it("is a part of the bucket that is one tenant's in one environment, or the volume", () => {
    const of = (environment: string, tenant: string) => backupRepository({ environment, objectStore: STORE }, tenant);
    assert.equal(of("prod", "acme"), "s3:https://s3.example/backups/prod/acme");
    assert.equal(new Set([of("prod", "acme"), of("prod", "globex"), of("staging", "acme")]).size, 3);
    for (const objectStore of [{}, { bucket: STORE.bucket }, { endpoint: STORE.endpoint }])
      assert.equal(backupRepository({ environment: "prod", objectStore }, "acme"), "/backup/repository");
  });
});
