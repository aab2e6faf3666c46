import { isWithin } from "./hosts.ts";
import { platformHost } from "./names.ts";
import { compareText, ConfigError } from "./diagnostics.ts";
import { moduleResolver, PLATFORM_BUNDLE } from "./modules.ts";
import { suggestion } from "./schemas/common.ts";
import type { ProjectFiles, Tenant, TenantSelection, TenantSpec } from "./types.ts";

/** Reporting model that every tenant has: the sync log and what all others build on. */
export const CORE_MODEL = "core/v1";

/**
 * The tenants of a stack, resolved and sorted by id: those whose environments name the stack's and whose cell it serves.
 * The sandbox takes every tenant, as its prod environment has it, or else its staging environment.
 *
 * @throws ConfigError when the stack names a release that there is not, or a tenant's domain lies below the stack's.
 */
export function selectTenants(projectFiles: ProjectFiles, stack: TenantSelection): TenantSpec[] {
  const problems: string[] = [];
  const release = projectFiles.releases.get(stack.release);
  if (release === undefined) {
    const known = [...projectFiles.releases.keys()];
    problems.push(`odoo-saas:release: is "${stack.release}", expected ${suggestion(stack.release, known)}`);
  }
  const modulesOf = moduleResolver(projectFiles.bundles, projectFiles.tables.modules);
  const specs: TenantSpec[] = [];
  for (const tenant of projectFiles.tenants.values()) {
    const { environments, storage, ...own } = tenant;
    // Who pays is nothing that a pod needs, and what pods are given is in their configuration.
    delete own.billing;
    const overlay = overlayOf(environments, tenant.cell, stack);
    if (overlay === undefined) continue;
    for (const domain of overlay.domains) {
      // The files' rules go by Pulumi.<stack>.yaml; the stack's settings may come from elsewhere.
      if (isWithin(domain, stack.baseDomain)) {
        problems.push(
          `tenants/${tenant.id}.yaml: is ${JSON.stringify(domain)}, expected a domain outside the platform's own ${stack.baseDomain}, whose names and certificate are the platform's`,
        );
      }
    }
    const plan = projectFiles.plans.get(overlay.plan ?? tenant.plan);
    const ownRelease = overlay.release === undefined ? release : projectFiles.releases.get(overlay.release);
    if (plan === undefined || ownRelease === undefined) continue;
    specs.push({
      ...own,
      company: { ...tenant.company, name: tenant.company.name ?? tenant.displayName },
      ...endOf(tenant, projectFiles),
      plan: { ...plan, storage: storage ?? plan.storage },
      release: ownRelease,
      bundles: [...tenant.bundles].sort(compareText),
      modules: modulesOf(tenant),
      egress: [...(overlay.egress ?? [])].sort((a, b) => compareText(a.for, b.for)),
      hosts: { platform: platformHost(tenant.id, stack.baseDomain), custom: overlay.domains },
      analytics: { ...tenant.analytics, models: modelsOf(tenant, projectFiles) },
      environment: stack.environment,
    });
  }
  if (problems.length > 0) throw new ConfigError("The stack's tenants cannot be used", problems);
  return specs.sort((a, b) => compareText(a.id, b.id));
}

function endOf({ id, decommission }: Tenant, { archive }: ProjectFiles): Pick<TenantSpec, "decommission"> {
  if (decommission === undefined) return {};
  const lastBackup = archive.get(id)?.lastBackup.id;
  return { decommission: { ...decommission, ...(lastBackup === undefined ? {} : { lastBackup }) } };
}

function overlayOf({ prod, staging }: Tenant["environments"], cell: string, stack: TenantSelection) {
  if (stack.environment === "sandbox") return prod ?? staging;
  if (cell !== stack.cell) return undefined;
  return stack.environment === "prod" ? prod : staging;
}

function modelsOf(tenant: Tenant, projectFiles: ProjectFiles): string[] {
  const models = new Set([CORE_MODEL, ...tenant.analytics.models]);
  for (const bundle of [PLATFORM_BUNDLE, ...tenant.bundles]) {
    for (const model of projectFiles.bundles.get(bundle)?.reporting ?? []) models.add(model);
  }
  return [...models].sort(compareText);
}
