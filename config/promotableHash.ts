import { createHash } from "node:crypto";
import { ConfigError } from "./diagnostics.ts";
import type { ProjectFiles, TenantSpec } from "./types.ts";

/**
 * What of a tenant goes from staging to prod, as a hash: its whole file, for each environment the plan that it names, the
 * modules that its bundles come to, and the release that the stack gives it. What a stack alone decides, such as its hosts'
 * domain, is not in it: two stacks that run the same have the same hash.
 *
 * @returns SHA-256, 64 hexadecimal digits
 * @throws ConfigError when the project files has no file of the tenant
 */
export function promotableHash({ projectFiles }: { readonly projectFiles: ProjectFiles }, spec: TenantSpec): string {
  const tenant = projectFiles.tenants.get(spec.id);
  if (tenant === undefined) throw new ConfigError("A tenant has no file", [spec.id]);
  const environments = Object.entries(tenant.environments).map(([name, overlay]) => {
    const plan = projectFiles.plans.get(overlay.plan ?? tenant.plan);
    // The release is the stack's or the overlay's: what it comes to is below.
    return [name, { ...overlay, release: undefined, plan }] as const;
  });
  return hashOf({
    // Who pays is nothing that runs.
    tenant: { ...tenant, billing: undefined, environments: Object.fromEntries(environments) },
    modules: spec.modules,
    models: spec.analytics.models,
    release: spec.release,
  });
}

/** SHA-256 of a value as JSON with sorted keys, 64 hexadecimal digits. */
export function hashOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value, sorted)).digest("hex");
}

function sorted(_key: string, value: unknown): unknown {
  // Stryker disable next-line ConditionalExpression: No value of the files is null: the schemas take none.
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  // Stryker disable next-line EqualityOperator: No key is there twice. Sorted the other way round: as good an order, with other hashes than those that were attested so far.
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
