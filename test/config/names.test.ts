import assert from "node:assert/strict";
import {
  analyticsNames,
  isReservedId,
  isTenantId,
  KUBERNETES_LABEL_MAX,
  nameCollisions,
  namespaceName,
  POSTGRES_IDENTIFIER_MAX,
  reporterRole,
  TENANT_ID_MAX_LENGTH,
} from "../../config/names.ts";

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
  ["a server of names or files", ["ns1", "ns2", "ftp"]],
  ["a host in punycode, which is shown as another", ["xn-acme"]],
];

const longest = `a${"b".repeat(TENANT_ID_MAX_LENGTH - 1)}`;

describe("names", () => {
  it("accepts ids at the limits and refuses those beyond", () => {
    for (const id of ["abc", "a1b", "tbwa-finance", "a-b-c", longest]) assert.ok(isTenantId(id), id);
    for (const id of ["ab", `${longest}c`, "1ab", "-ab", "ab-", "a--b", "A-b", "a_b", "a.b", "äbc", "abc\n", ""])
      assert.ok(!isTenantId(id), JSON.stringify(id));
  });

  it("stays within PostgreSQL's and Kubernetes' limits for the longest id", () => {
    for (const name of [...Object.values<string>({ ...analyticsNames(longest) }), reporterRole(longest)])
      assert.ok(Buffer.byteLength(name) <= POSTGRES_IDENTIFIER_MAX, name);
    assert.ok(namespaceName(longest).length <= KUBERNETES_LABEL_MAX);
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

  it("keeps roles that are not a tenant's login outside the space of ids", () => {
    assert.ok(!isTenantId(reporterRole("abc")));
  });
});
