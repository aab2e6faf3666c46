import { z } from "zod";
import { SSL_MODES } from "../../lib/postgresTls.ts";
import {
  cellName,
  email,
  expecting,
  HOST,
  LABEL,
  singleLine,
  list,
  mapping,
  oneOf,
  port,
  releaseName,
  serverHost,
  text,
  integer,
} from "./common.ts";
import { dnsPeers, gatewayPeers } from "./cluster.ts";
import { githubSchema } from "./github.ts";
import { consoleHost, isReservedId, CONSOLE_DATABASE, STAFF_REALM } from "../names.ts";
import { consoleSchema } from "./console.ts";
import { baseUrl, cidrs } from "./network.ts";

/** Kinds of stack. `sandbox` is one machine's own and takes every tenant. */
export const ENVIRONMENTS = ["sandbox", "staging", "prod"] as const;

const sslmode = oneOf(SSL_MODES).default("verify-full");

/** Port of submission over TLS without STARTTLS (RFC 8314). */
const IMPLICIT_TLS_PORT = 465;

const role = text(/^[A-Za-z_][\w.-]{0,62}$/, 'a role name such as "postgres"');
const locale = text(/^[A-Za-z][\w.@-]{0,62}$/, 'a locale such as "C.UTF-8"');
const kubernetesName = text(LABEL, 'a Kubernetes name such as "standard"');

/** Roles of Supabase, of PostgREST and of Keycloak: what works for all tenants, and runs no statement of theirs as it is. */
const ANALYTICS_SERVICES = [
  "authenticator",
  "keycloak",
  "pgbouncer",
  "supabase_auth_admin",
  "supabase_read_only_user",
  "supabase_replication_admin",
  "supabase_storage_admin",
];

const trustedRoles = list(role, "a list of roles", 50);

const watchdog = mapping({
  user: role.default("odoo_watchdog").describe("Its role on both servers. Default odoo_watchdog."),
  seconds: integer(1, 30, "seconds").default(1).describe("Interval of its checks. Default 1."),
  sessionLocks: integer(2000, 1_000_000, "locks")
    .default(10_000)
    .describe("Locks that one session may have. A dump has one for each table and sequence, an installation or upgrade one for each table and index that a transaction of it touches: 1,731 were seen with 176 modules (docs/postgresql.md). Default 10000."),
  roleLocks: integer(2000, 10_000_000, "locks").default(40_000).describe("Locks that all sessions of one role may have together. Default 40000."),
  idleSeconds: integer(60, 604_800, "seconds")
    .default(1800)
    .describe("How long a session may be idle in a transaction. Default 1800."),
  transactionSeconds: integer(600, 604_800, "seconds")
    .default(21_600)
    .describe("How long a transaction may take: longer than the longest dump and upgrade. Default 21600 (6 hours)."),
});

const tenantsDatabase = mapping({
  host: serverHost.describe("Host of the PostgreSQL server of the tenants' databases, as this machine reaches it."),
  port: port.default(5432).describe("Its port. Default 5432."),
  user: role.default("postgres").describe("Role that creates roles and databases. Default postgres."),
  sslmode: sslmode.describe("TLS to the server, for the program and for Odoo. Default verify-full."),
  maintenanceDatabase: role.default("postgres").describe("Database to connect to first; preferably one that no tenant may connect to (docs/security.md). Default postgres."),
  lcCtype: locale.default("C.UTF-8").describe("Locale by which new databases classify letters and their case (LC_CTYPE); with C, searches for letters beyond ASCII are case-sensitive. Existing databases keep theirs. Default C.UTF-8."),
  clusterHost: serverHost.exactOptional().describe("Host as pods reach it. Default: host."),
  clusterPort: port.exactOptional().describe("Port as pods reach it. Default: port."),
  cidrs: cidrs.min(1, expecting("at least one network")).describe("Networks that the server is in, for the network policies of the pods."),
  trustedRoles: trustedRoles
    .default([])
    .describe("Roles, in addition to user and superusers, that the watchdog ignores, never a tenant's. Default: none."),
}).transform((value) => ({
  ...value,
  clusterHost: value.clusterHost ?? value.host,
  clusterPort: value.clusterPort ?? value.port,
}));

const analyticsDatabase = mapping({
  host: serverHost.describe("Host of the analytics (Supabase) PostgreSQL server."),
  port: port.default(5432).describe("Its port. Default 5432."),
  database: role.default("postgres").describe("Database of the analytics schemas. Default postgres, as on Supabase."),
  user: role.default("postgres").describe("Role that creates schemas and roles. Default postgres."),
  sslmode: sslmode.describe("TLS to the server. Default verify-full."),
  tenantsHost: serverHost.exactOptional().describe("Host of the tenants' server as the analytics server reaches it. Default: its clusterHost."),
  tenantsPort: port.exactOptional().describe("Port of the tenants' server as the analytics server reaches it. Default: its clusterPort."),
  clusterHost: serverHost.exactOptional().describe("Host as the watchdog's pods reach it. Default: host."),
  clusterPort: port.exactOptional().describe("Port as the watchdog's pods reach it. Default: port."),
  cidrs: cidrs.min(1, expecting("at least one network")).describe("Networks that the server is in, for the network policy of the watchdog's pods. No tenant's pod reaches it."),
  trustedRoles: trustedRoles
    .default(ANALYTICS_SERVICES)
    .describe(`Roles, in addition to user and superusers, that the watchdog ignores, never a tenant's. Default: ${ANALYTICS_SERVICES.join(", ")}.`),
});

const keycloak = mapping({
  url: baseUrl.describe("Public address of Keycloak; issuers begin with it."),
  adminRealm: role.default("master").describe("Realm that the program logs in to. Default master."),
  clientId: text(/^[\x21-\x7e]{1,255}$/, 'a client id such as "odoo-saas"').describe(
    "Client of the program in that realm: service account, allowed to create realms.",
  ),
  // Stryker disable next-line StringLiteral: Only the unit in a message, whose place timeoutSeconds names it.
  timeoutSeconds: integer(5, 600, "seconds")
    .default(120)
    .describe(
      "How long a request to Keycloak may take. Default 120: creating a realm can outlast the provider's default of 5 s, and the realm then exists without being in the state.",
    ),
  cidrs: cidrs.min(1, expecting("at least one network")).describe("Networks that Keycloak is in, for the network policies of the pods."),
});

const kubernetes = mapping({
  context: singleLine("a context of the kubeconfig").exactOptional().describe("Context of the kubeconfig. Default: its current one."),
  clusterIdentifier: singleLine("a name that stays the same for the cluster's life")
    .exactOptional()
    .describe("Identifies the cluster to the provider, even when the kubeconfig changes."),
  gatewayClassName: kubernetesName.describe("Class of the platform's Gateway."),
  storageClassName: kubernetesName.describe("Class of the filestore volumes."),
  filestoreAccessMode: oneOf(["ReadWriteMany", "ReadWriteOnce"])
    .default("ReadWriteMany")
    .describe("ReadWriteOnce only where all of a tenant's pods run on one node. Default ReadWriteMany."),
  initSeconds: integer(60, 21_600, "seconds")
    .exactOptional()
    .describe("How long a tenant's init Job, which installs or upgrades its modules, may take. Default 1800; 240 in the sandbox, where no module is installed."),
  dns: dnsPeers,
  gateway: gatewayPeers,
});

const mail = mapping({
  host: serverHost.describe("Outgoing mail server."),
  port: port
    .refine((value) => value !== IMPLICIT_TLS_PORT, {
      error: "is 465, the port of implicit TLS, expected a port for STARTTLS such as 587: Odoo's configuration file supports no other TLS",
    })
    .default(587)
    .describe("Its port, a submission port with STARTTLS. Default 587."),
  tls: oneOf(["starttls", "none"])
    .default("starttls")
    .describe("starttls: mail is sent after STARTTLS only. none: in plain text, in the sandbox alone. Default starttls."),
  user: text(/^[\x21-\x7e]{1,255}$/, 'a user name without spaces such as "odoo-saas"')
    .exactOptional()
    .describe("User to log in as, with the secret mailPassword. Default: no log-in."),
  generation: integer(1, 9999)
    .default(1)
    .describe("Increase by one after replacing mailPassword: pods read it when they start. Default 1."),
  from: email
    .exactOptional()
    .describe("Sender of mail without a sender, and of mail with a sender in another domain. The server must accept its whole domain. Default: odoo@<baseDomain>."),
  cidrs: cidrs.min(1, expecting("at least one network")).describe("Networks that it is in."),
});

/** Stack configuration: keys of Pulumi's namespace `odoo-saas` that are not secret. */
export const stackSchema = mapping({
  environment: oneOf(ENVIRONMENTS).describe("Kind of stack. A tenant is in it if the tenant's environments name it."),
  cell: cellName.default("main").describe("Cell that the stack serves. Default main."),
  canary: z
    .boolean(expecting("true or false"))
    .default(false)
    .describe("Whether the cell is brought up before the other cells of its environment. Default false."),
  baseDomain: text(HOST, 'a lower-case domain such as "erp.example.com"').describe("Tenants are reached at <id>.<baseDomain>."),
  release: releaseName.describe("Release of tenants that do not name one."),
  protect: z
    .boolean(expecting("true or false"))
    .exactOptional()
    .describe("Whether what holds data is protected from deletion. Always true in staging and prod; default false in the sandbox."),
  tenantsDatabase: tenantsDatabase.describe("Server of the tenants' databases. Secret: tenantsDatabasePassword."),
  analyticsDatabase: analyticsDatabase.describe("Analytics (Supabase) server. Secret: analyticsDatabasePassword."),
  keycloak: keycloak.describe("Keycloak server. Secret: keycloakClientSecret."),
  kubernetes: kubernetes.describe("Kubernetes cluster. Secret, optional: kubeconfig (default: the ambient one)."),
  tls: mapping({
    clusterIssuer: kubernetesName.describe("ClusterIssuer of cert-manager that signs all certificates."),
  }).describe("Certificates."),
  mail: mail
    .exactOptional()
    .describe("Outgoing mail, of Odoo and of the realms. Secret with a user: mailPassword. Omitted only in the sandbox: then no mail leaves it."),
  objectStore: mapping({
    endpoint: baseUrl.exactOptional().describe("S3 endpoint of the backups. Default: none; backups stay on their volume."),
    bucket: text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'a bucket such as "odoo-backups"')
      .exactOptional()
      .describe("Bucket of the backups: one repository per tenant, at <environment>/<tenant>. Required with endpoint."),
    cidrs: cidrs.default([]).describe("Networks that it is in. Ranges that a cloud publishes must also be in policies/published-networks.json."),
  })
    .refine(({ endpoint, bucket }) => (endpoint === undefined) === (bucket === undefined), {
      error: "has one of endpoint and bucket, expected both (backups in an S3 bucket) or neither (backups on their volume)",
    })
    .prefault({})
    .describe("Object store. Secret with an endpoint: backupCredentials."),
  monitoring: mapping({
    namespace: kubernetesName.default("monitoring").describe("Namespace that metrics are read from. Default monitoring."),
  })
    .prefault({})
    .describe("Monitoring."),
  watchdog: watchdog
    .prefault({})
    .describe("The watchdog, which ends sessions that lock everyone else out of the PostgreSQL servers (docs/security.md). Secrets: tenantsWatchdogPassword, analyticsWatchdogPassword."),
  github: githubSchema
    .exactOptional()
    .describe("The repository on GitHub, managed by this stack; only in prod, cell main. Secret, optional: githubToken (default: GITHUB_TOKEN)."),
  console: consoleSchema
    .exactOptional()
    .describe("The console, the control plane in a browser (docs/console.md). Secrets: consoleRequestsSecret, consoleRequestsKey, and those of console.github and console.projections. Default: none."),
})
  .transform(({ mail: sent, console, ...value }) => ({
    ...value,
    protect: value.protect ?? value.environment !== "sandbox",
    kubernetes: {
      ...value.kubernetes,
      // In the sandbox a person waits for the message; elsewhere an upgrade of all modules was seen to take from 5 to 20 minutes.
      initSeconds: value.kubernetes.initSeconds ?? (value.environment === "sandbox" ? 240 : 1800),
    },
    ...(sent === undefined ? {} : { mail: { ...sent, from: sent.from ?? `odoo@${value.baseDomain}` } }),
    ...(console === undefined ? {} : { console: withHost(console, value.baseDomain) }),
    analyticsDatabase: {
      ...value.analyticsDatabase,
      clusterHost: value.analyticsDatabase.clusterHost ?? value.analyticsDatabase.host,
      clusterPort: value.analyticsDatabase.clusterPort ?? value.analyticsDatabase.port,
      tenantsHost: value.analyticsDatabase.tenantsHost ?? value.tenantsDatabase.clusterHost,
      tenantsPort: value.analyticsDatabase.tenantsPort ?? value.tenantsDatabase.clusterPort,
    },
  }))
  .superRefine((value, context) => {
    // Stryker disable next-line StringLiteral: Of the kinds of issues only wrong and unknown keys are distinguished.
    const refuse = (path: string[], message: string) => context.addIssue({ code: "custom", path, message });
    if (value.github !== undefined && (value.environment !== "prod" || value.cell !== "main")) {
      refuse(["github"], "is in a stack that does not manage the repository, expected it only in the prod stack of cell main");
    }
    if (value.console !== undefined) refuseConsole(value, value.console, refuse);
    if (value.environment === "sandbox") return;
    if (!value.protect) refuse(["protect"], `is false, expected true: what holds data in ${value.environment} is always protected`);
    for (const server of ["tenantsDatabase", "analyticsDatabase"] as const) {
      if (value[server].sslmode === "disable") {
        refuse([server, "sslmode"], 'is "disable", expected "verify-full": passwords and data must not cross the network in plain text');
      }
    }
    if (!value.keycloak.url.startsWith("https:")) {
      refuse(["keycloak", "url"], `is ${JSON.stringify(value.keycloak.url)}, expected an https address: only the sandbox uses plain HTTP`);
    }
    if (value.mail === undefined) {
      refuse(["mail"], "is missing, expected the outgoing mail server that Odoo and the realms use");
    } else if (value.mail.tls === "none") {
      refuse(["mail", "tls"], 'is "none", expected "starttls": passwords and mail must not cross the network in plain text');
    }
    if (value.objectStore.endpoint?.startsWith("http:") === true) {
      refuse(["objectStore", "endpoint"], `is ${JSON.stringify(value.objectStore.endpoint)}, expected an https address`);
    }
  });

/** The console's settings with the host and the address that follow from it. */
function withHost(console: z.output<typeof consoleSchema>, baseDomain: string) {
  const host = console.host ?? consoleHost(baseDomain);
  return { ...console, host, url: console.url ?? `https://${host}` };
}

/** What the console's settings must not be, beside what is wrong in any environment. */
function refuseConsole(
  stack: { readonly environment: string; readonly baseDomain: string; readonly keycloak: { readonly adminRealm: string }; readonly tenantsDatabase: { readonly user: string; readonly maintenanceDatabase: string } },
  console: ReturnType<typeof withHost>,
  refuse: (path: string[], message: string) => void,
): void {
  const { host, url, image, requests, github, projections, repository } = console;
  if (github !== undefined && !/^https:\/\/[^/]+\/[\w.-]+\/[\w.-]+$/.test(repository ?? "")) {
    refuse(["console", "repository"], `is ${repository === undefined ? "missing" : JSON.stringify(repository)}, expected the repository's address at GitHub such as "https://github.com/acme/odoo-saas": console.github needs it`);
  }
  const label = host.endsWith(`.${stack.baseDomain}`) ? host.slice(0, -stack.baseDomain.length - 1) : undefined;
  if (host === stack.baseDomain || (label !== undefined && (label.includes(".") || !isReservedId(label) || label === "gateway"))) {
    refuse(["console", "host"], `is ${JSON.stringify(host)}, which could be a tenant's, expected ${JSON.stringify(consoleHost(stack.baseDomain))} or a host outside ${stack.baseDomain}`);
  }
  if (stack.keycloak.adminRealm === STAFF_REALM) {
    refuse(["keycloak", "adminRealm"], `is "${STAFF_REALM}", the realm of the console's staff, expected another one: its people would administrate Keycloak`);
  }
  for (const key of ["user", "maintenanceDatabase"] as const) {
    if (stack.tenantsDatabase[key] === CONSOLE_DATABASE) {
      refuse(["tenantsDatabase", key], `is "${CONSOLE_DATABASE}", the console's own, expected another one`);
    }
  }
  if (stack.environment === "sandbox") return;
  if (image === undefined) refuse(["console", "image"], "is missing, expected the console's image with its digest (docs/console.md)");
  if (url !== `https://${host}`) {
    refuse(["console", "url"], `is ${JSON.stringify(url)}, expected ${JSON.stringify(`https://${host}`)}: only the sandbox reaches it by another address`);
  }
  if (projections?.endpoint?.startsWith("http:") === true) {
    refuse(["console", "projections", "endpoint"], `is ${JSON.stringify(projections.endpoint)}, expected an https address`);
  }
  if (!requests.url.startsWith("https:")) {
    refuse(["console", "requests", "url"], `is ${JSON.stringify(requests.url)}, expected an https address`);
  }
}

/** The part of the stack configuration that is not secret. */
export type StackSettings = z.output<typeof stackSchema>;
