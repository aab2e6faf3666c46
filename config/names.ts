/**
 * Physical names: what a tenant's parts are called on the servers that hold them. Pure functions of the tenant's id, so
 * that a program, a policy and a person at night all derive the same name.
 *
 * Logical names (`<tenant>-<role>`, what Pulumi keeps in state) are written where resources are declared; these here are
 * what PostgreSQL, Keycloak and Kubernetes show.
 */

/** Shape of a tenant id: lower-case words joined by single hyphens, starting with a letter. */
export const TENANT_ID_PATTERN = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/**
 * Shortest tenant id. Two letters name companies (HP, GE), and no system that has the id demands more: buckets, which start
 * at three, are not named after tenants. One letter names nobody.
 */
export const TENANT_ID_MIN_LENGTH = 2;

/**
 * Longest tenant id. The longest name made from it is the analytics owner role `tenant_<id>_reader` (14 more characters)
 * and its temporary tables; PostgreSQL cuts identifiers at 63 bytes and Kubernetes names at 63 characters
 * (https://www.postgresql.org/docs/15/sql-syntax-lexical.html, RFC 1123 labels), and the init Job's pods add 20 more.
 */
export const TENANT_ID_MAX_LENGTH = 30;

/** Longest identifier PostgreSQL keeps whole, in bytes (NAMEDATALEN - 1). */
export const POSTGRES_IDENTIFIER_MAX = 63;

/** Longest Kubernetes label value and namespace name, in characters (RFC 1123 label). */
export const KUBERNETES_LABEL_MAX = 63;

/** Whether a text may be a tenant id. */
export function isTenantId(text: string): boolean {
  return text.length >= TENANT_ID_MIN_LENGTH && text.length <= TENANT_ID_MAX_LENGTH && TENANT_ID_PATTERN.test(text);
}

/** Tenant ids that name something else on a server: databases, roles, realms, namespaces and hosts that are not a tenant's. */
const RESERVED_IDS = new Set([
  ...["postgres", "template0", "template1", "pgbouncer", "authenticator", "anon", "authenticated", "service-role"],
  ...[
    "supabase",
    "odoo",
    "public",
    "information-schema",
    "master",
    "admin",
    "platform",
    "default",
    "system",
    "sandbox",
    // The host that DNS gives the Gateway's address: gatewayHost().
    "gateway",
  ],
  ...[
    "www",
    "api",
    "app",
    "auth",
    "login",
    "sso",
    "mail",
    "smtp",
    "imap",
    "ftp",
    "ns",
    "ns1",
    "ns2",
    "mx",
    "mta-sts",
    "autodiscover",
  ],
  // What stacks' settings name where they say nothing (config/schemas/stack.ts), and what clouds have on their servers.
  ...["keycloak", "monitoring", "rdsadmin", "azuresu", "cloudsqladmin", "cloudsqlsuperuser", "alloydbadmin"],
  // Odoo's configuration file reads a database of such a name as a switch (odoo/tools/config.py).
  ...["true", "false"],
  // PostgreSQL has no such role, and pg_hba.conf takes such a database for several
  // (https://www.postgresql.org/docs/17/auth-pg-hba-conf.html).
  ...["none", "all", "replication", "sameuser", "samerole", "samegroup"],
  // Windows has no file of such a name, whatever its ending: nobody could check the repository out there.
  ...["con", "prn", "aux", "nul"],
  // What JavaScript finds in every object, and programs that keep values by tenant with it.
  "constructor",
  ...["status", "docs", "grafana", "superset", "console", "portal", "localhost", "wildcard"],
]);
const RESERVED_PREFIXES = ["kube-", "pg-", "supabase-", "xn-"];
/** Serial and parallel ports, which are no files on Windows either. */
const DEVICE = /^(?:com|lpt)[1-9]$/;

/** Whether an id would take a name from the platform or its servers: no tenant may have it. */
export function isReservedId(id: string): boolean {
  return RESERVED_IDS.has(id) || DEVICE.test(id) || RESERVED_PREFIXES.some((prefix) => id.startsWith(prefix));
}

/** Name of the network policy by which tenants reach what every tenant of the stack reaches. */
export const STACK_EGRESS_POLICY = "odoo-egress";

/** Annotation of a network policy that opens one tenant's way out: the module that needs it. */
export const WAY_OUT_ANNOTATION = "odoo-saas.dev/way-out-for";

/** Parts of a tenant whose pods a way out is for: where people's requests and scheduled jobs run. */
export const WAY_OUT_PARTS = ["web", "cron"] as const;

/** The tenant's database; its login role has the same name. */
export function databaseName(tenant: string): string {
  return tenant;
}

/** The login role that owns the tenant's database. Odoo connects as it. */
export function databaseRole(tenant: string): string {
  return tenant;
}

/** The role that may only read the `reporting` schema of the tenant's database. The underscore keeps it outside the ids. */
export function reporterRole(tenant: string): string {
  return `${tenant}_reporter`;
}

/** Kubernetes namespace of the tenant. */
export function namespaceName(tenant: string): string {
  return `odoo-${tenant}`;
}

/** The namespace of what tenants share: gateway, certificates. `platform` is a reserved id, no tenant's. */
export const PLATFORM_NAMESPACE = namespaceName("platform");

/** Name of the console's own component, client and objects. A reserved id, no tenant's. */
export const CONSOLE = "console";

/** The namespace of the console. */
export const CONSOLE_NAMESPACE = namespaceName(CONSOLE);

/** Programs of the console, and what runs them; the image has them at its working directory. */
export const CONSOLE_PROGRAMS = {
  server: ["node", "console/server/main.ts"],
  collector: ["node", "console/collector/main.ts", "--every", "60"],
} as const;

/** Folder of the console's image that has the checkout which it was built from. */
export const CONSOLE_ROOT = "/app";

/** Folder of the image that the collector reads where the stack has no bucket for it. */
const IMAGES_PROJECTIONS = `${CONSOLE_ROOT}/projections`;

/** What the collector reads, by the variable that names each. @param address of the bucket; undefined: folders of the image */
export function consoleSources(address: string | undefined) {
  const place = address ?? IMAGES_PROJECTIONS;
  return { CONSOLE_INVENTORIES: `${place}/inventories`, ODOO_SAAS_EVENTS: `${place}/events` } as const;
}

/** Secrets that only a pod of the collector has: keys that read the bucket, and a token that reads the repository. */
export const COLLECTOR_SECRETS = {
  projections: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
  github: ["GITHUB_TOKEN"],
} as const;

/** One of the console's programs. */
export type ConsoleProgram = keyof typeof CONSOLE_PROGRAMS;

/** The console's database; its login role has the same name. The underscores keep it outside the ids. */
export const CONSOLE_DATABASE = "odoo_saas_console";

/** The console's role on the analytics server, which may ask when data were copied and nothing else. */
export const CONSOLE_ANALYTICS_ROLE = "odoo_saas_console_watcher";

/** The realm that the platform's staff log in to. A reserved id, no tenant's. */
export const STAFF_REALM = "platform";

/** Roles of the staff realm, which the ID token's claim `roles` has. */
export const STAFF_ROLES = ["engineer", "operator", "finance", "auditor"] as const;

/** One of the staff's roles. */
export type StaffRole = (typeof STAFF_ROLES)[number];

/** Group of the staff realm whose members have a role. */
export function staffGroup(role: StaffRole): string {
  return `${role}-staff`;
}

/** Host of the console where a stack names none. */
export function consoleHost(baseDomain: string): string {
  return `${CONSOLE}.${baseDomain}`;
}

/** Role of the client {@link CONSOLE} in a tenant's realm whose holders may administer their tenant in the console. */
export const CONSOLE_ADMIN_ROLE = "console-admin";

/** Keycloak realm of the tenant. */
export function realmName(tenant: string): string {
  return tenant;
}

/** Client id of Odoo in every tenant's realm. */
export const OIDC_CLIENT_ID = "odoo";

/** Names on the analytics server. Hyphens become underscores, so `a-b` and `a_b` would collide: ids hold no underscore. */
export interface AnalyticsNames {
  /** Schema of the views that the tenant's analysts read. */
  readonly schema: string;
  /** Private schema of the materialised tables, the sync log and `refresh()`. */
  readonly dataSchema: string;
  /** Private schema of the foreign tables. */
  readonly foreignSchema: string;
  /** Foreign server that points at the tenant's database. */
  readonly server: string;
  /** NOLOGIN role that owns all of the above. */
  readonly ownerRole: string;
  /** LOGIN role that may read the views of `schema` and nothing else. */
  readonly readerRole: string;
}

/** The tenant's names on the analytics (Supabase) server. */
export function analyticsNames(tenant: string): AnalyticsNames {
  const schema = `tenant_${tenant.replaceAll("-", "_")}`;
  return {
    schema,
    dataSchema: `${schema}_data`,
    foreignSchema: `${schema}_fdw`,
    server: `${schema}_server`,
    ownerRole: `${schema}_owner`,
    readerRole: `${schema}_reader`,
  };
}

/** Host that the platform gives the tenant, below the stack's base domain. */
export function platformHost(tenant: string, baseDomain: string): string {
  return `${tenant}.${baseDomain}`;
}

/** Name that DNS gives the Gateway's address; tenants' hosts are aliases of it. The id is reserved. */
export function gatewayHost(baseDomain: string): string {
  return `gateway.${baseDomain}`;
}

/** The repository on the backup volume, as the backup's pod sees it: where the stack has no object store. */
const VOLUME_REPOSITORY = "/backup/repository";

/** What {@link backupRepository} needs to know of a stack. */
export interface RepositoryStack {
  readonly environment: string;
  readonly objectStore: { readonly endpoint?: string | undefined; readonly bucket?: string | undefined };
}

/** restic's name for a tenant's repository, as the backup's pod reaches it. A repository is one tenant's alone. */
export function backupRepository({ environment, objectStore }: RepositoryStack, tenant: string): string {
  const { endpoint, bucket } = objectStore;
  if (endpoint === undefined || bucket === undefined) return VOLUME_REPOSITORY;
  return `s3:${endpoint}/${bucket}/${environment}/${tenant}`;
}

/** Service, in the platform's namespace, that the hosts of tenants that do not run are routed to. */
export const MAINTENANCE_SERVICE = "maintenance";

/** Name of the watchdog's objects, in the platform's namespace. */
export const WATCHDOG = "odoo-watchdog";

/** Secret, in the platform's namespace, with the certificate of all hosts below the base domain. */
export const WILDCARD_SECRET = "odoo-wildcard-tls";

/** Label that says whose a Kubernetes object is. */
export const TENANT_LABEL = "odoo-saas.dev/tenant";
/** Label that says which environment a Kubernetes object belongs to. */
export const ENVIRONMENT_LABEL = "odoo-saas.dev/environment";
/** Label that says which team owns a tenant. */
export const OWNER_LABEL = "odoo-saas.dev/owner";

/** Pulumi's name for the project's configuration keys: `odoo-saas:<key>`. */
export const CONFIG_NAMESPACE = "odoo-saas";

/** Name of a file with a stack's settings. */
export const STACK_FILE = /^Pulumi\.[^.]+\.yaml$/;

/** Branch of the repository that everything is merged into and deployed from. */
export const MAIN_BRANCH = "main";

/** Realm attribute that names the tenant: a realm that carries it is the platform's own. */
export const REALM_TENANT_ATTRIBUTE = "odoo-saas.tenant";
/** Realm attribute that names the environment. */
export const REALM_ENVIRONMENT_ATTRIBUTE = "odoo-saas.environment";

/** Labels that every Kubernetes object of the console carries. */
export function consoleLabels(environment: string): Record<string, string> {
  return {
    "app.kubernetes.io/name": `odoo-${CONSOLE}`,
    "app.kubernetes.io/managed-by": "pulumi",
    [ENVIRONMENT_LABEL]: environment,
  };
}

/** What {@link tenantLabels} needs to know of a tenant. */
export interface LabelledTenant {
  readonly id: string;
  readonly environment: string;
  readonly owner: { readonly team: string };
}

/** Labels that every Kubernetes object of a tenant carries. */
export function tenantLabels(tenant: LabelledTenant): Record<string, string> {
  return {
    "app.kubernetes.io/name": "odoo",
    "app.kubernetes.io/instance": tenant.id,
    "app.kubernetes.io/managed-by": "pulumi",
    [TENANT_LABEL]: tenant.id,
    [ENVIRONMENT_LABEL]: tenant.environment,
    [OWNER_LABEL]: tenant.owner.team,
  };
}

/**
 * Groups of tenants whose ids make the same physical name somewhere. Ids that {@link isTenantId} accepts differ in every
 * name but the analytics schemas' suffixes: `acme` owns `tenant_acme_data`, and so would a tenant `acme-data`.
 *
 * @returns one entry for each name that more than one tenant would use, sorted by name.
 */
export function nameCollisions(tenants: readonly string[]): { name: string; tenants: string[] }[] {
  const owners = new Map<string, Set<string>>();
  for (const tenant of tenants) {
    const analytics = analyticsNames(tenant);
    const names = [
      `database role ${databaseRole(tenant)}`,
      `database role ${reporterRole(tenant)}`,
      `namespace ${namespaceName(tenant)}`,
      `analytics schema ${analytics.schema}`,
      `analytics schema ${analytics.dataSchema}`,
      `analytics schema ${analytics.foreignSchema}`,
      `analytics role ${analytics.ownerRole}`,
      `analytics role ${analytics.readerRole}`,
    ];
    for (const name of names) {
      const set = owners.get(name) ?? new Set<string>();
      set.add(tenant);
      owners.set(name, set);
    }
  }
  return [...owners]
    .filter(([, set]) => set.size > 1)
    .map(([name, set]) => ({ name, tenants: [...set].sort() }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Name of the platform's Gateway. */
export const GATEWAY_NAME = "odoo";

/** Label that the Gateway API has controllers put on a Gateway's proxies (GEP-1762). */
export const GATEWAY_NAME_LABEL = "gateway.networking.k8s.io/gateway-name";

/** Labels of the Gateway's proxies in the platform's namespace: those that a stack's settings give, or else the Gateway API's own. */
export function gatewayProxyLabels(given: Readonly<Record<string, string>> | undefined): Record<string, string> {
  return { ...(given ?? { [GATEWAY_NAME_LABEL]: GATEWAY_NAME }) };
}
