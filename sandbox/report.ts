import { z } from "zod";
import { plainTable } from "../lib/markdownTable.ts";
import { PORTS } from "./instance.ts";
import type { Instance } from "./instance.ts";
import { ANALYTICS_DATABASE } from "./services/databases.ts";
import { servicesStatus } from "./services/index.ts";
import { consoleOutput, consoleStatus, consoleUrl, hasConsole } from "./services/console.ts";
import { supersetStatus, supersetUrl } from "./services/superset.ts";
import { PEOPLE } from "./people.ts";
import { forgeUrl } from "./services/forge.ts";
import { KEYCLOAK_ADMIN, keycloakUrl } from "./services/keycloak.ts";
import { kubeconfigPath } from "./services/kubeconfig.ts";
import { kubernetesUrl } from "./services/kubernetes.ts";

const login = z.looseObject({ host: z.string(), port: z.number(), name: z.string(), role: z.string() });
const tenantsSchema = z.record(
  z.string(),
  z.looseObject({
    lifecycle: z.string(),
    release: z.string(),
    hosts: z.array(z.string()),
    database: login,
    realm: z.looseObject({
      issuer: z.string(),
      administrator: z.object({ username: z.string(), password: z.string() }),
    }),
    analytics: login.extend({ schema: z.string() }),
  }),
);

/**
 * The console's address and its log-ins first, then one row per tenant, and how to log in to each service. The demo people's
 * passwords are the only ones that it contains: they exist in this sandbox alone.
 *
 * @param outputs the stack's outputs
 */
export function summary(instance: Instance, outputs: Readonly<Record<string, unknown>>): string {
  const tenants = Object.entries(tenantsSchema.parse(outputs.tenants ?? {})).sort(([a], [b]) => a.localeCompare(b));
  const rows = tenants.map(([id, { lifecycle, hosts, database, realm, analytics, release }]) => [
    id,
    lifecycle,
    hosts.join(", "),
    database.name,
    realm.issuer.replace(/^.*\/realms\//, ""),
    analytics.schema,
    release,
  ]);
  const [first] = tenants;
  const psql = ({ host, port, name, role }: z.infer<typeof login>) =>
    `psql "host=${host} port=${port} dbname=${name} user=${role}"`;
  const admin = (port: number, name: string) => psql({ host: "127.0.0.1", port, name, role: "postgres" });
  return [
    ...consoleLogins(instance, outputs, tenants),
    plainTable([["TENANT", "LIFECYCLE", "HOSTS", "DATABASE", "REALM", "ANALYTICS", "RELEASE"], ...rows]),
    "",
    "Log in (passwords: npx odoo-saas sandbox status --show-secrets)",
    plainTable([
      ["  PostgreSQL", "as superuser", admin(instance.ports.tenantsDatabase, "postgres")],
      ...(first === undefined ? [] : [["", `as ${first[0]}`, psql(first[1].database)]]),
      ["  Analytics", "as superuser", admin(instance.ports.analyticsDatabase, ANALYTICS_DATABASE)],
      ...(first === undefined ? [] : [["", `as ${first[0]}'s reader`, psql(first[1].analytics)]]),
      ["  Keycloak", `as ${KEYCLOAK_ADMIN}`, `${keycloakUrl(instance)}/admin/`],
      ["  Forge", "pull requests", `${forgeUrl(instance)}/`],
      ...supersetStatus(instance).map(() => ["  Superset", "as maria-cruz or al-tan", `${supersetUrl(instance)}/`]),
      ["  Kubernetes", "as administrator", `KUBECONFIG=${kubeconfigPath(instance, "admin")} kubectl get pods -A`],
      ["  Pulumi", "in a shell with", 'eval "$(npx odoo-saas sandbox env)"'],
    ]),
  ].join("\n");
}

/** Where the console is, who can log in there, and what to try. */
function consoleLogins(
  instance: Instance,
  outputs: Readonly<Record<string, unknown>>,
  tenants: readonly (readonly [string, z.infer<typeof tenantsSchema>[string]])[],
): string[] {
  const output = consoleOutput(outputs);
  if (output === undefined) return [];
  const [engineer] = PEOPLE;
  const approver = PEOPLE.find(({ isApprover }) => isApprover);
  return [
    `The console: ${consoleUrl(instance)}`,
    "",
    plainTable([
      ["  USER", "PASSWORD", "ROLE"],
      ...PEOPLE.map(({ login, roles, isApprover }) => [
        `  ${login}`,
        output.staff[login] ?? "",
        `${roles.join(", ")}${isApprover ? ", may approve" : ""}`,
      ]),
    ]),
    "",
    ...tenants
      .filter(([, { lifecycle }]) => lifecycle === "active")
      .slice(0, 1)
      .flatMap(([id, { realm }]) => [
        `As an administrator of ${id}, at ${consoleUrl(instance)}/login/${id} (the first log-in asks for a password of your own):`,
        "",
        plainTable([
          ["  USER", "FIRST PASSWORD"],
          [`  ${realm.administrator.username}`, realm.administrator.password],
        ]),
        "",
      ]),
    `Try this: log in as ${engineer?.login ?? ""}, create a tenant, open its pull request from the page of the request, approve it as`,
    `${approver?.login ?? ""}, and watch the tenant come up.`,
    "",
  ];
}

/** What `sandbox status --json` prints, without the outputs. */
export function statusReport(instance: Instance, showSecrets: boolean): Record<string, unknown> {
  const secret = (value: string) => (showSecrets ? value : "[secret]");
  const { ports, secrets } = instance;
  return {
    home: instance.home,
    services: [...servicesStatus(instance), ...moreServices(instance)].map(({ pid, ...service }) => ({
      ...service,
      running: pid !== undefined,
      ...(pid === undefined ? {} : { pid }),
    })),
    tenantsDatabase: {
      host: "127.0.0.1",
      port: ports.tenantsDatabase,
      name: "postgres",
      role: "postgres",
      password: secret(secrets.tenantsSuperuser),
    },
    analyticsDatabase: {
      host: "127.0.0.1",
      port: ports.analyticsDatabase,
      name: ANALYTICS_DATABASE,
      role: "postgres",
      password: secret(secrets.analyticsSuperuser),
    },
    keycloak: { url: keycloakUrl(instance), user: KEYCLOAK_ADMIN, password: secret(secrets.keycloakAdmin) },
    kubernetes: { url: kubernetesUrl(instance), kubeconfig: kubeconfigPath(instance, "admin") },
    forge: { url: forgeUrl(instance), reader: secret(secrets.forgeReader) },
    ...(hasConsole() && { console: { url: consoleUrl(instance) } }),
  };
}

/** The console's services, where this sandbox has one, and Superset, where it runs. */
function moreServices(instance: Instance) {
  return [...(hasConsole() ? consoleStatus(instance) : []), ...supersetStatus(instance)];
}

/** What `sandbox status` prints for a person. */
export function statusText(instance: Instance, outputs: Readonly<Record<string, unknown>> | undefined): string {
  const services = servicesStatus(instance);
  const rows = [...services, ...moreServices(instance)].map(({ name, pid, port, log }) => [
    name,
    pid === undefined ? "stopped" : `running (${pid})`,
    port === undefined ? "" : String(port),
    log,
  ]);
  const passwords = [
    ["tenants-database", "postgres", instance.secrets.tenantsSuperuser],
    ["analytics-database", "postgres", instance.secrets.analyticsSuperuser],
    ["keycloak", KEYCLOAK_ADMIN, instance.secrets.keycloakAdmin],
  ];
  return [
    plainTable([["SERVICE", "STATE", "PORT", "LOG"], ...rows]),
    "",
    `Data     ${instance.home}`,
    `Ports    moved by ${Object.values(PORTS)
      .map(({ variable }) => variable)
      .join(", ")}`,
    'Pulumi   eval "$(npx odoo-saas sandbox env)"   then: pulumi preview, pulumi up -s sandbox',
    ...(services.every(({ pid }) => pid !== undefined) ? [] : ["Start    npx odoo-saas sandbox start"]),
    ...(outputs === undefined
      ? []
      : [
          "",
          plainTable([["SERVICE", "USER", "PASSWORD"], ...passwords]),
          "",
          "Stack outputs, secrets in plain text:",
          JSON.stringify(outputs, null, 2),
        ]),
  ].join("\n");
}
