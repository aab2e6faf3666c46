import assert from "node:assert/strict";
import { POLICIES } from "../../policies/all.ts";
import { KEYCLOAK, K8S, PRIVATE_DATABASE, SQL, STAFF_KEYCLOAK } from "../../policies/lib/types.ts";
import { judge } from "../../features/look/judge.ts";
import type { Resource } from "../../features/look/judge.ts";
import { shownResources } from "../../features/look/shownResources.ts";
import { CLUSTER_SETTINGS, graphWithConsole, stackWithConsole } from "../support/consoleStack.ts";
import { add, type Change, drop, type Planned, remake, set } from "./support/fixtures.ts";
import { copyHostFiles } from "./support/hostCheckout.ts";
import { releasedCheckout, useCheckout, writeInto } from "./support/releasedCheckout.ts";

/** A tenant of the fixture company. */
const TENANT = "tbwa-finance";

/** The policy that must object, what to, and the change. */
type Broken = readonly [policy: string, what: string, change: Change];

const SERVER = "console-release-server";
const COLLECTOR = "console-release-collector";
const CONTAINER = "spec.template.spec.containers.0";

/** URNs of what is called like the component that it is in. */
const IN_PROGRAM = "urn:pulumi:prod::odoo-saas::odoo:saas:";
const DATABASE = `${IN_PROGRAM}Console$odoo:saas:ConsoleDatabase$${SQL.database}::console-database`;
const REALM = `${IN_PROGRAM}Console$odoo:saas:StaffRealm$${KEYCLOAK.realm}::console-realm`;
const TENANTS_DATABASE = `${IN_PROGRAM}OdooTenant$odoo:saas:TenantDatabase$${SQL.database}::${TENANT}-database`;
const TENANTS_REALM = `${IN_PROGRAM}OdooTenant$odoo:saas:KeycloakRealm$${KEYCLOAK.realm}::${TENANT}-realm`;
const TENANTS_CLIENT = `${TENANT}-realm-console-client`;
const ANALYTICS = `${TENANT}-analytics-schema`;

function extra(type: string, parent: string | undefined, props: Record<string, unknown>, more: Partial<Planned> = {}) {
  return add({ type, name: "extra", parent, props, ...more });
}

/** A network policy whose rule lets pods talk to those of a namespace. */
function wayTo(namespace: string, parent: string, own: string): Change {
  const peer = {
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
    podSelector: { matchLabels: { x: "y" } },
  };
  return extra(K8S.networkPolicy, parent, {
    metadata: { name: "extra", namespace: own },
    spec: {
      podSelector: { matchLabels: { x: "y" } },
      policyTypes: ["Egress"],
      egress: [{ to: [peer], ports: [{ port: 8080, protocol: "TCP" }] }],
    },
  });
}

function secretWith(key: string, value: string): Change {
  return set("console-release-secret", ["stringData"], { [key]: value });
}

const DATABASE_URL =
  "postgresql://odoo_saas_console:x@tenants-db.tbwa.example:5432/odoo_saas_console?sslmode=verify-full";

const ANALYTICS_URL =
  "postgresql://odoo_saas_console_watcher:x@analytics-db.tbwa.example:5432/postgres?sslmode=verify-full";

const BROKEN: readonly Broken[] = [
  // The console's database is nobody else's.
  ["database-per-tenant", "a tenant's database", set(DATABASE, "name", TENANT)],
  ["database-per-tenant", "a tenant as the owner of its database", set(DATABASE, "owner", TENANT)],
  ["database-per-tenant", "a tenant with the console's database", set(TENANTS_DATABASE, "name", "odoo_saas_console")],
  ["database-per-tenant", "no database", drop(DATABASE)],
  [
    "database-per-tenant",
    "a database outside of it",
    remake(DATABASE, { name: "console-database", parent: undefined }),
  ],
  ["database-per-tenant", "a second database", extra(SQL.database, "console", { name: "odoo_saas_console" })],
  ["sql-isolation", "a database that nothing keeps private", drop("console-database-setup")],
  ["sql-isolation", "a set-up of a tenant's database", set("console-database-setup", "connection.database", TENANT)],
  ["sql-isolation", "a set-up by another role", set("console-database-setup", "connection.user", "platform_admin")],
  ["sql-isolation", "a set-up on another server", set("console-database-setup", "connection.host", "db.evil.example")],
  ["sql-isolation", "a set-up in plain text", set("console-database-setup", "connection.sslmode", "disable")],
  ["sql-isolation", "analytics in the console's database", set(ANALYTICS, "connection.database", "odoo_saas_console")],
  [
    "known-types",
    "a private database of a tenant",
    extra(PRIVATE_DATABASE, TENANT, { connection: { database: TENANT } }),
  ],
  ["no-cross-tenant-grants", "a tenant's role", set("console-database-role", "name", TENANT)],
  ["no-cross-tenant-grants", "a membership", set("console-database-role", "roles", [TENANT])],
  ["no-cross-tenant-grants", "a tenant's membership", set(`${TENANT}-database-role`, "roles", ["odoo_saas_console"])],
  [
    "no-cross-tenant-grants",
    "a grant to a tenant",
    extra(SQL.grant, "console", { database: "odoo_saas_console", role: TENANT, objectType: "schema" }),
  ],
  [
    "no-cross-tenant-grants",
    "a tenant's grant to it",
    extra(SQL.grant, TENANT, {
      database: TENANT,
      role: "odoo_saas_console",
      objectType: "schema",
      schema: "reporting",
    }),
  ],
  [
    "no-cross-tenant-grants",
    "a tenant's analytics role",
    set("console-analytics-role", "name", "tenant_tbwa_finance_reader"),
  ],
  [
    "no-cross-tenant-grants",
    "a membership on the analytics server",
    set("console-analytics-role", "roles", ["odoo_monitoring"]),
  ],
  ["sql-isolation", "another role that asks the analytics", set(ANALYTICS, "watcher", "tenant_tbwa_hr_reader")],
  ["database-roles", "a role with powers", set("console-database-role", "createRole", true)],
  ["database-roles", "a role without a limit", set("console-database-role", "connectionLimit", -1)],
  [
    "data-is-protected",
    "an unprotected database",
    remake(DATABASE, { name: "console-database", parent: "console", protect: false }),
  ],
  [
    "data-is-protected",
    "an unprotected realm",
    remake(REALM, { name: "console-realm", parent: "console", protect: false }),
  ],
  [
    "data-is-protected",
    "an unprotected person of a tenant",
    remake(`${TENANT}-realm-administrator`, { protect: false }),
  ],

  // The staff realm.
  ["realm-per-tenant", "a tenant's realm", set(REALM, "realm", TENANT)],
  ["realm-per-tenant", "the server's realm", set(REALM, "realm", "master")],
  ["realm-per-tenant", "a tenant with the staff realm", set(TENANTS_REALM, "realm", "platform")],
  ["realm-per-tenant", "a tenant's client in the staff realm", set(`${TENANT}-realm-client`, "realmId", "platform")],
  ["realm-per-tenant", "a staff client in a tenant's realm", set("console-realm-client", "realmId", TENANT)],
  ["realm-per-tenant", "no realm", drop(REALM)],
  [
    "realm-per-tenant",
    "a role of something else",
    set("console-realm-scope-auditor", "roleId", "6f3c1f8e-2a0e-4a35-9d3b-0a4d7ad1c111"),
  ],
  ["known-properties", "a role that is not the staff's", set("console-realm-role-auditor", "name", "realm-admin")],
  ["known-properties", "a staff role of a tenant", set(`${TENANT}-realm-role-odoo-user`, "name", "engineer")],
  ["known-properties", "a role of a client", set("console-realm-role-auditor", "clientId", "realm-management")],
  ["realm-per-tenant", "a role of a tenant's realm", set(`${TENANT}-realm-role-odoo-user`, "clientId", "")],
  ["known-properties", "another client", set("console-realm-client", "clientId", "admin-cli")],
  ["console-clients", "Odoo's client as the console's", set(`${TENANT}-realm-client`, "clientId", "console")],
  ["known-properties", "another client of a tenant", set(`${TENANT}-realm-client`, "clientId", "admin-cli")],
  ["known-properties", "passwords by the client", set("console-realm-client", "directAccessGrantsEnabled", true)],
  ["known-properties", "another claim", set("console-realm-claim-roles", "claimName", "sub")],
  ["known-types", "a tenant's scope role", extra(STAFF_KEYCLOAK.scopeRole, TENANT, { realmId: TENANT })],
  [
    "known-types",
    "a tenant's mapper of realm roles",
    extra(STAFF_KEYCLOAK.realmRoleMapper, TENANT, { realmId: TENANT }),
  ],
  ["client-security", "a public client", set("console-realm-client", "accessType", "PUBLIC")],
  [
    "client-security",
    "any redirect",
    set("console-realm-client", "validRedirectUris", ["https://console.odoo.tbwa.example/*"]),
  ],
  [
    "client-security",
    "log-outs in plain text",
    set("console-realm-client", "backchannelLogoutUrl", "http://10.0.0.1/x"),
  ],
  [
    "unique-hosts",
    "log-outs to a tenant",
    set("console-realm-client", "backchannelLogoutUrl", "https://erp.tbwa.example/x"),
  ],
  [
    "unique-hosts",
    "a redirect to a tenant",
    set("console-realm-client", "validRedirectUris", [`https://${TENANT}.odoo.tbwa.example/`]),
  ],
  [
    "unique-hosts",
    "a tenant's redirect to it",
    set(`${TENANT}-realm-client`, "validRedirectUris", ["https://console.odoo.tbwa.example/x"]),
  ],
  // The console's client in a tenant's realm.
  ...(["validRedirectUris", "validPostLogoutRedirectUris"] as const).map((key): Broken => [
    "unique-hosts",
    `${key} at a tenant's host`,
    set(TENANTS_CLIENT, key, [`https://${TENANT}.odoo.tbwa.example/`]),
  ]),
  [
    "console-clients",
    "a log-in at another tenant's address",
    set(TENANTS_CLIENT, "validRedirectUris", ["https://console.odoo.tbwa.example/auth/callback/tbwa-hr"]),
  ],
  [
    "console-clients",
    "a log-in at the staff's address",
    set(TENANTS_CLIENT, "validRedirectUris.1", "https://console.odoo.tbwa.example/auth/callback"),
  ],
  [
    "console-clients",
    "log-outs told as the staff's",
    set(TENANTS_CLIENT, "backchannelLogoutUrl", "https://console.odoo.tbwa.example/auth/backchannel-logout"),
  ],
  ["console-clients", "log-outs told to nobody", set(TENANTS_CLIENT, "backchannelLogoutUrl", undefined)],
  [
    "console-clients",
    "Odoo's log-outs told to the console",
    set(`${TENANT}-realm-client`, "backchannelLogoutUrl", `https://${TENANT}.odoo.tbwa.example/x`),
  ],
  ["console-clients", "a client of no console", drop("console")],
  [
    "console-clients",
    "the console's role of Odoo's client",
    set(`${TENANT}-realm-console-role`, "clientId", `${TENANT}-realm-client-id`),
  ],
  ["console-clients", "Odoo's role of the console's client", set(`${TENANT}-realm-console-role`, "name", "odoo-admin")],
  [
    "console-clients",
    "Odoo's roles in the console's tokens",
    set(`${TENANT}-realm-console-claim-roles`, "clientIdForRoleMappings", "odoo"),
  ],
  ["client-security", "a public client of a tenant", set(TENANTS_CLIENT, "accessType", "PUBLIC")],
  ["client-security", "a client without PKCE", set(TENANTS_CLIENT, "pkceCodeChallengeMethod", "")],
  ["known-properties", "passwords by a tenant's client", set(TENANTS_CLIENT, "directAccessGrantsEnabled", true)],
  ["known-properties", "a service account", set(TENANTS_CLIENT, "serviceAccountsEnabled", true)],
  ["known-properties", "a staff role of the console's client", set(`${TENANT}-realm-console-role`, "name", "engineer")],
  [
    "known-properties",
    "another client's roles in the console's tokens",
    set(`${TENANT}-realm-console-claim-roles`, "clientIdForRoleMappings", "realm-management"),
  ],
  ["no-offline-tokens", "offline tokens of a tenant's client", drop(`${TENANT}-realm-console-client-optional-scopes`)],
  [
    "realm-per-tenant",
    "a role that the program does not make, of the first administrator",
    set(`${TENANT}-realm-console-administrator`, "roleIds.0", "6f3c1f8e-2a0e-4a35-9d3b-0a4d7ad1c111"),
  ],
  [
    "realm-per-tenant",
    "the console's role of somebody else",
    set(`${TENANT}-realm-console-administrator`, "userId", "6f3c1f8e-2a0e-4a35-9d3b-0a4d7ad1c111"),
  ],
  [
    "no-offline-tokens",
    "offline tokens",
    set("console-realm-client-optional-scopes", "optionalScopes", ["offline_access"]),
  ],
  ["no-offline-tokens", "Keycloak's optional scopes", drop("console-realm-client-optional-scopes")],
  ["realm-people", "a permanent password", set("console-realm-staff-ana-cruz", "initialPassword.temporary", false)],
  ["realm-people", "a second person of a tenant", extra(KEYCLOAK.user, TENANT, { realmId: TENANT, username: "x" })],
  ["realm-security", "a realm without TLS", set(REALM, "sslRequired", "none")],
  [
    "unique-objects",
    "a second mapper of one name",
    extra(STAFF_KEYCLOAK.realmRoleMapper, "console-realm", {
      realmId: "platform",
      clientId: "console-realm-client-id",
      name: "roles",
    }),
  ],

  // The namespace.
  ["shared-namespaces", "pods in the platform's namespace", set(SERVER, "metadata.namespace", "odoo-platform")],
  ["shared-namespaces", "pods in a tenant's namespace", set(SERVER, "metadata.namespace", `odoo-${TENANT}`)],
  [
    "shared-namespaces",
    "the platform's pods in its namespace",
    set("platform-maintenance-pods", "metadata.namespace", "odoo-console"),
  ],
  [
    "tenant-boundary",
    "a tenant's object in its namespace",
    set(`${TENANT}-network-egress`, "metadata.namespace", "odoo-console"),
  ],
  ["tenant-boundary", "a tenant's label", set(SERVER, ["metadata", "labels", "odoo-saas.dev/tenant"], TENANT)],
  ["tenant-boundary", "a second console", extra("odoo:saas:Console", undefined, {}, { name: "console2" })],
  ["tenant-boundary", "a console in a tenant", extra("odoo:saas:Console", TENANT, {}, { name: "console" })],
  ["tenant-boundary", "a tenant in the console", extra("odoo:saas:OdooTenant", "console", {}, { name: "inner" })],
  ["namespace-default-deny", "an open namespace", drop("console-network-default-deny")],
  [
    "namespace-pod-security",
    "unrestricted pods",
    set("console-release-namespace", ["metadata", "labels", "pod-security.kubernetes.io/enforce"], "baseline"),
  ],
  ["labels-required", "no environment", set(SERVER, ["metadata", "labels", "odoo-saas.dev/environment"], undefined)],
  [
    "labels-required",
    "another environment",
    set(SERVER, ["metadata", "labels", "odoo-saas.dev/environment"], "staging"),
  ],
  ["network-policy-scope", "a tenant that reaches it", wayTo("odoo-console", TENANT, `odoo-${TENANT}`)],
  ["network-policy-scope", "the platform that reaches it", wayTo("odoo-console", "platform", "odoo-platform")],
  ["network-policy-scope", "a way to a tenant", wayTo(`odoo-${TENANT}`, "console-network", "odoo-console")],
  [
    "stack-settings",
    "a way to the analytics server",
    set("console-network-server", "spec.egress.1.to.0.ipBlock.cidr", "10.50.20.0/24"),
  ],
  [
    "stack-settings",
    "the collector's way to Keycloak",
    set("console-network-collector", "spec.egress.1", {
      to: [{ ipBlock: { cidr: "10.50.17.0/24" } }],
      ports: [{ port: 443, protocol: "TCP" }],
    }),
  ],
  [
    "stack-settings",
    "a way to mail",
    set("console-network-server", "spec.egress.1.to.0.ipBlock.cidr", "10.50.18.10/32"),
  ],
  [
    "stack-settings",
    "a tenant's way to where requests are sent",
    set(`${TENANT}-network-egress`, "spec.egress.1", {
      to: [{ ipBlock: { cidr: "10.50.21.0/28" } }],
      ports: [{ port: 443, protocol: "TCP" }],
    }),
  ],
  [
    "stack-settings",
    "visitors from elsewhere",
    set("console-network-server", "spec.ingress.0.from", [
      { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "default" } } },
    ]),
  ],

  // The pods.
  [
    "attested-releases",
    "another image",
    set(SERVER, `${CONTAINER}.image`, `evil.example/console@sha256:${"ab".repeat(32)}`),
  ],
  [
    "attested-releases",
    "another digest",
    set(COLLECTOR, `${CONTAINER}.image`, `ghcr.io/tbwa-example/odoo-saas-console@sha256:${"cd".repeat(32)}`),
  ],
  ["images-by-digest", "a tag", set(SERVER, `${CONTAINER}.image`, "ghcr.io/tbwa-example/odoo-saas-console:latest")],
  [
    "restricted-pods",
    "a file system that can be written",
    set(SERVER, `${CONTAINER}.securityContext.readOnlyRootFilesystem`, false),
  ],
  ["resource-limits", "no limits", set(COLLECTOR, `${CONTAINER}.resources.limits`, undefined)],
  ["no-service-account-tokens", "a token", set(SERVER, "spec.template.spec.automountServiceAccountToken", true)],
  [
    "known-properties",
    "a variable that nobody knows",
    set(SERVER, `${CONTAINER}.env.0`, { name: "NODE_OPTIONS", value: "--require=/tmp/x" }),
  ],
  ["known-properties", "another Secret", set(SERVER, `${CONTAINER}.env.9.valueFrom.secretKeyRef.name`, "other")],
  [
    "known-properties",
    "a secret under another name",
    set(SERVER, `${CONTAINER}.env.9.valueFrom.secretKeyRef.key`, "CONSOLE_REQUESTS_KEY"),
  ],
  [
    "known-properties",
    "a volume",
    set(SERVER, "spec.template.spec.volumes", [{ name: "x", secret: { secretName: "odoo-config" } }]),
  ],
  ["known-properties", "a container before it", set(SERVER, "spec.template.spec.initContainers", [{ name: "x" }])],
  [
    "known-properties",
    "the console's variables in a platform's pod",
    set("platform-watchdog-pods", `${CONTAINER}.env`, [{ name: "CONSOLE_URL", value: "x" }]),
  ],
  ["pod-configuration", "another program", set(SERVER, `${CONTAINER}.command`, ["node", "-e", "0"])],
  ["pod-configuration", "arguments", set(COLLECTOR, `${CONTAINER}.args`, ["--inspect=0.0.0.0"])],
  ["pod-configuration", "other pods", set(SERVER, "metadata.name", "miner")],
  ["pod-configuration", "another kind of pods", remake(SERVER, { type: K8S.statefulSet })],
  [
    "pod-configuration",
    "a tenant's issuer",
    set(SERVER, `${CONTAINER}.env.2.value`, `https://login.tbwa.example/realms/${TENANT}`),
  ],
  ["pod-configuration", "another address", set(SERVER, `${CONTAINER}.env.0.value`, "https://evil.example")],
  ["pod-configuration", "another checkout", set(COLLECTOR, `${CONTAINER}.env.0.value`, "/tmp")],
  ["pod-configuration", "requests to somewhere else", set(SERVER, `${CONTAINER}.env.4.value`, "https://evil.example")],
  ["pod-configuration", "requests as somebody else", set(SERVER, `${CONTAINER}.env.5.value`, "ana-cruz")],
  ["pod-configuration", "a Secret of another name", set("console-release-secret", "metadata.name", "odoo-config")],
  ["pod-configuration", "a key that nobody knows", secretWith("odoo.conf", "x")],
  [
    "pod-configuration",
    "a tenant's database",
    secretWith("CONSOLE_DATABASE_URL", DATABASE_URL.replace("/odoo_saas_console?", `/${TENANT}?`)),
  ],
  [
    "pod-configuration",
    "another role",
    secretWith("CONSOLE_DATABASE_URL", DATABASE_URL.replace("//odoo_saas_console", "//platform_admin")),
  ],
  [
    "pod-configuration",
    "another server",
    secretWith("CONSOLE_DATABASE_URL", DATABASE_URL.replace("tenants-db", "evil")),
  ],
  [
    "pod-configuration",
    "a database in plain text",
    secretWith("CONSOLE_DATABASE_URL", DATABASE_URL.replace("verify-full", "disable")),
  ],
  [
    "pod-configuration",
    "the analytics as their administrator",
    secretWith("CONSOLE_ANALYTICS_URL", ANALYTICS_URL.replace("//odoo_saas_console_watcher", "//postgres")),
  ],
  [
    "pod-configuration",
    "analytics elsewhere",
    secretWith("CONSOLE_ANALYTICS_URL", ANALYTICS_URL.replace("analytics-db", "evil")),
  ],
  ["pod-configuration", "another option", secretWith("CONSOLE_DATABASE_URL", `${DATABASE_URL}&host=evil.example`)],
  ["pod-configuration", "what is not an address", secretWith("CONSOLE_DATABASE_URL", "x")],

  // The host.
  ["host-names", "another host", set("console-route-route", "spec.hostnames", ["other.odoo.tbwa.example"])],
  ["host-names", "a tenant's host", set("console-route-route", "spec.hostnames", [`${TENANT}.odoo.tbwa.example`])],
  [
    "unique-hosts",
    "a tenant with its host",
    set(`${TENANT}-dns-route`, "spec.hostnames", ["console.odoo.tbwa.example"]),
  ],
  [
    "unique-hosts",
    "a listener for everybody",
    set("platform-gateway", "spec.listeners.2.allowedRoutes.namespaces.selector", {
      matchLabels: { "odoo-saas.dev/tenant": TENANT },
    }),
  ],
  [
    "unique-hosts",
    "the platform's certificate for it",
    set("platform-certificate", "spec.dnsNames.1", "console.odoo.tbwa.example"),
  ],
  [
    "route-scope",
    "a route to a tenant's service",
    set("console-route-route", "spec.rules.0.backendRefs.0.namespace", `odoo-${TENANT}`),
  ],
  [
    "stack-settings",
    "a record that leads elsewhere",
    set("console-route-records", "spec.endpoints.0.targets", ["evil.example"]),
  ],
  [
    "gateway-listeners",
    "a gateway of its own",
    extra(K8S.gateway, "console", { metadata: { name: "extra", namespace: "odoo-console" }, spec: { listeners: [] } }),
  ],
  [
    "reference-grant-scope",
    "an opened namespace",
    extra(K8S.referenceGrant, "console", { metadata: { name: "extra", namespace: "odoo-console" } }),
  ],
  [
    "certificate-scope",
    "a certificate over the wildcard's",
    extra(K8S.certificate, "console-route", {
      metadata: { name: "extra", namespace: "odoo-platform" },
      spec: { dnsNames: ["console.odoo.tbwa.example"], secretName: "odoo-wildcard-tls" },
    }),
  ],
];

const TOLERATED: readonly (readonly [what: string, change: Change])[] = [
  ["a role of the realm as its server shows it", set("console-realm-role-auditor", "clientId", "")],
  ["the right address of its database", secretWith("CONSOLE_DATABASE_URL", DATABASE_URL)],
  ["the right address of the analytics", secretWith("CONSOLE_ANALYTICS_URL", ANALYTICS_URL)],
];

describe("policies over a stack with a console", () => {
  let graph: readonly Resource[];
  before(async () => {
    graph = shownResources("prod", await graphWithConsole("prod"));
  });
  useCheckout(() => {
    const root = copyHostFiles(releasedCheckout(graph));
    writeInto(root, "Pulumi.prod.yaml", stackWithConsole("prod"));
    return root;
  });

  const changed = (change: Change): Resource[] => {
    const resources = structuredClone([...graph]);
    change(resources);
    return resources;
  };
  const refusals = (resources: readonly Resource[], only?: string) =>
    POLICIES.filter(({ name }) => only === undefined || name === only).flatMap((policy) => judge(policy, resources));

  it("accept what the program makes", () => {
    assert(graph.some(({ name }) => name === SERVER));
    assert.deepEqual(refusals(graph), []);
  });

  for (const [what, change] of TOLERATED) {
    it(`accept ${what}`, () => assert.deepEqual(refusals(changed(change)), []));
  }

  for (const [policy, what, change] of BROKEN) {
    it(`${policy} refuses ${what}`, () => {
      const violations = refusals(changed(change), policy);
      assert(violations.length > 0, "nothing was refused");
      for (const { message } of violations) assert.match(message, new RegExp(`#${policy}$`));
    });
  }
});

/** Variables of the collector, by their places. */
const AT = { events: 2, region: 5, endpoint: 6, storeKey: 8, api: 9, repository: 10 };

const BROKEN_IN_CLUSTER: readonly Broken[] = [
  ["pod-configuration", "another bucket", set(COLLECTOR, `${CONTAINER}.env.${AT.events}.value`, "s3://evil/events")],
  ["pod-configuration", "another region", set(COLLECTOR, `${CONTAINER}.env.${AT.region}.value`, "eu-evil-1")],
  [
    "pod-configuration",
    "another store",
    set(COLLECTOR, `${CONTAINER}.env.${AT.endpoint}.value`, "https://evil.example"),
  ],
  ["pod-configuration", "another GitHub", set(COLLECTOR, `${CONTAINER}.env.${AT.api}.value`, "https://evil.example")],
  ["pod-configuration", "another repository", set(COLLECTOR, `${CONTAINER}.env.${AT.repository}.value`, "evil/evil")],
  [
    "known-properties",
    "keys under another name",
    set(COLLECTOR, `${CONTAINER}.env.${AT.storeKey}.valueFrom.secretKeyRef.key`, "CONSOLE_REQUESTS_KEY"),
  ],
  [
    "known-properties",
    "a token in plain text",
    set(COLLECTOR, `${CONTAINER}.env.10`, { name: "GITHUB_TOKEN", value: "x" }),
  ],
  ...["GITHUB_TOKEN", "AWS_SECRET_ACCESS_KEY"].map((name): Broken => [
    "pod-configuration",
    `a server with ${name}`,
    set(SERVER, `${CONTAINER}.env.0`, { name, valueFrom: { secretKeyRef: { name: "console", key: name } } }),
  ]),
  [
    "stack-settings",
    "a way to another network",
    set("console-network-collector", "spec.egress.2.to.0.ipBlock.cidr", "10.50.29.0/28"),
  ],
  ["stack-settings", "another port of GitHub", set("console-network-collector", "spec.egress.3.ports.0.port", 22)],
  [
    "stack-settings",
    "a tenant's way to GitHub",
    set(`${TENANT}-network-egress`, "spec.egress.1", {
      to: [{ ipBlock: { cidr: "10.50.22.0/28" } }],
      ports: [{ port: 443, protocol: "TCP" }],
    }),
  ],
];

describe("policies over a stack with a console that reads a bucket and GitHub", () => {
  let graph: readonly Resource[];
  before(async () => {
    graph = shownResources("prod", await graphWithConsole("prod", CLUSTER_SETTINGS));
  });
  useCheckout(() => {
    const root = copyHostFiles(releasedCheckout(graph));
    writeInto(root, "Pulumi.prod.yaml", stackWithConsole("prod", CLUSTER_SETTINGS));
    return root;
  });
  const refusals = (resources: readonly Resource[], only?: string) =>
    POLICIES.filter(({ name }) => only === undefined || name === only).flatMap((policy) => judge(policy, resources));

  it("accept what the program makes", () => {
    assert.deepEqual(refusals(graph), []);
  });

  for (const [policy, what, change] of BROKEN_IN_CLUSTER) {
    it(`${policy} refuses ${what}`, () => {
      const resources = structuredClone([...graph]);
      change(resources);
      const violations = refusals(resources, policy);
      assert(violations.length > 0, "nothing was refused");
      for (const { message } of violations) assert.match(message, new RegExp(`#${policy}$`));
    });
  }
});
