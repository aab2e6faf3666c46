import { analyticsNames, nameCollisions } from "../names.ts";
import { show } from "../schemas/common.ts";
import { TENANT_ENVIRONMENTS } from "../schemas/tenant.ts";
import { domainMessage, isBelow } from "../select.ts";
import { forTenants, tenantFile } from "./rule.ts";
import type { Rule, RuleProblem } from "./rule.ts";

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
    // The host that DNS gives the Gateway's address, components/platform.ts.
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
    "ns1",
    "ns2",
    "mta-sts",
    "autodiscover",
  ],
  ...["status", "docs", "grafana", "superset", "keycloak", "console", "portal", "monitoring", "localhost", "wildcard"],
]);
const RESERVED_PREFIXES = ["kube-", "pg-", "supabase-", "xn-"];

/** Ids that would take a name from the platform or its servers. */
export const reservedIds: Rule = forTenants(({ id }) =>
  RESERVED_IDS.has(id) || RESERVED_PREFIXES.some((prefix) => id.startsWith(prefix))
    ? [{ path: [], message: `is named ${show(id)}, expected another name: this one is reserved` }]
    : [],
);

/** Host names belong to one tenant in one environment, and never to the platform's own domains. */
export const uniqueHosts: Rule = ({ tenants, baseDomains }) => {
  const owners = new Map<string, string>();
  const problems: RuleProblem[] = [];
  for (const tenant of tenants.values()) {
    for (const name of TENANT_ENVIRONMENTS) {
      tenant.environments[name]?.domains.forEach((domain, index) => {
        const file = tenantFile(tenant.id);
        const path = ["environments", name, "domains", index];
        const owner = owners.get(domain);
        if (owner !== undefined) {
          problems.push({ file, path, message: `is ${show(domain)}, which ${owner} has, expected a host of its own` });
        }
        owners.set(domain, `${file} (${name})`);
        for (const base of baseDomains) {
          if (isBelow(domain, base)) problems.push({ file, path, message: domainMessage(domain, base) });
        }
      });
    }
  }
  return problems;
};

/** No two tenants make the same name on a server, as `acme` with its private schema `tenant_acme_data` and `acme-data` would. */
export const distinctNames: Rule = ({ tenants }) => {
  // Only ids with one of the suffixes can collide; with 10,000 tenants, comparing all names of all takes too long.
  const suspects = new Set<string>();
  const { schema, ...others } = analyticsNames("x");
  const suffixes = Object.values(others).map((name) => name.slice(schema.length).replaceAll("_", "-"));
  for (const id of tenants.keys()) {
    for (const suffix of suffixes) {
      const stem = id.slice(0, -suffix.length);
      if (id.endsWith(suffix) && tenants.has(stem)) suspects.add(id).add(stem);
    }
  }
  return nameCollisions([...suspects]).flatMap(({ name, tenants: [first, ...rest] }) =>
    rest.map((id) => ({
      file: tenantFile(id),
      path: [],
      message: `is named ${show(id)}, which makes the ${name} that tenant ${first ?? ""} has, expected another name`,
    })),
  );
};
