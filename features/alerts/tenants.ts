import type { TenantSpec } from "../../config/index.ts";
import { namespaceName } from "../../config/names.ts";

/** What blackbox_exporter asks a tenant's hosts for: Odoo's health check, with a question to its database. */
const HEALTH = "/web/health?db_server_status=1";

/**
 * Recording rules that say whose a tenant is: `odoo_tenant_info` for each tenant, and `odoo_tenant_domain_info` for each
 * custom domain, whose certificate has the domain's name. Alerts join them to know the team, and to keep still about
 * tenants that are not active.
 */
export function tenantRules(tenants: readonly TenantSpec[]) {
  const rules = tenants.flatMap((tenant) => {
    const { id, owner, environment } = tenant;
    const own = { tenant: id, team: owner.team, environment };
    return [
      {
        record: "odoo_tenant_info",
        expr: "vector(1)",
        labels: {
          ...own,
          namespace: namespaceName(id),
          cell: tenant.cell,
          plan: tenant.plan.name,
          lifecycle: tenant.lifecycle,
        },
      },
      ...tenant.hosts.custom.map((name) => ({
        record: "odoo_tenant_domain_info",
        expr: "vector(1)",
        labels: { ...own, name },
      })),
    ];
  });
  return { groups: rules.length === 0 ? [] : [{ name: "odoo-tenant-info", rules }] };
}

/** Every host of every tenant, as `file_sd_configs` of the scrape job `odoo-tenants` reads it. */
export function probeTargets(tenants: readonly TenantSpec[]) {
  return tenants.map(({ id, hosts }) => ({
    targets: [hosts.platform, ...hosts.custom].map((host) => `https://${host}${HEALTH}`),
    labels: { tenant: id },
  }));
}
