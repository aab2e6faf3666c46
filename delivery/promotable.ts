import { createHash } from "node:crypto";
import { attestedDigests, tenantSubject } from "./attestations.ts";
import type { Attestations, Statement } from "./attestations.ts";
import { ConfigError } from "../config/index.ts";
import type { Release, TenantSpec } from "../config/index.ts";
import { RUNBOOK } from "./errors.ts";
import type { Resolved, ResolvedStack } from "./resolved.ts";

/**
 * What of a tenant goes from staging to prod, as a hash: its whole file, for each environment the plan that it names, the
 * modules that its bundles come to, and the release that the stack gives it. What a stack alone decides, such as its hosts'
 * domain, is not in it: two stacks that run the same have the same hash.
 *
 * @returns SHA-256, 64 hexadecimal digits
 */
export function promotableHash({ catalogue }: Resolved, spec: TenantSpec): string {
  const tenant = catalogue.tenants.get(spec.id);
  if (tenant === undefined) throw new ConfigError("A tenant has no file", [spec.id]);
  const environments = Object.entries(tenant.environments).map(([name, overlay]) => {
    const plan = catalogue.plans.get(overlay.plan ?? tenant.plan);
    // The release is the stack's or the overlay's: what it comes to is below. Prices are nothing that runs.
    return [name, { ...overlay, release: undefined, plan: { ...plan, pricePerMonth: undefined } }] as const;
  });
  return hashOf({
    tenant: { ...tenant, environments: Object.fromEntries(environments) },
    modules: spec.modules,
    models: spec.analytics.models,
    release: spec.release,
  });
}

/** SHA-256 of a value as JSON with sorted keys. */
export function hashOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value, sorted)).digest("hex");
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Images of a release: repository and digest (hex). */
export function imagesOf({ image, backup }: Release): { readonly name: string; readonly digest: string }[] {
  return [image, backup.image].map(({ repository, digest }) => ({
    name: repository,
    digest: digest.replace(/^sha256:/, ""),
  }));
}

/** The subjects of a stack's attestation: its tenants and the images that they run, each once, sorted. */
export function subjectsOf(resolved: Resolved, stack: ResolvedStack): Statement["subject"] {
  const subjects = new Map<string, Statement["subject"][number]>();
  const add = (name: string, sha256: string) => subjects.set(`${name}@${sha256}`, { name, digest: { sha256 } });
  const own = resolved.catalogue.releases.get(stack.settings.release);
  for (const release of [
    ...(own === undefined ? [] : [own]),
    ...[...stack.tenants.values()].map((spec) => spec.release),
  ]) {
    for (const { name, digest } of imagesOf(release)) add(name, digest);
  }
  for (const spec of stack.tenants.values()) add(tenantSubject(spec.id), promotableHash(resolved, spec));
  return [...subjects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, subject]) => subject);
}

/** Why a stack may not be brought up as the files say: what staging has not tested, and attestations that are not to be believed. */
export function unattested(resolved: Resolved, stack: ResolvedStack, attestations: Attestations): string[] {
  const attested = attestedDigests(attestations);
  const missing = subjectsOf(resolved, stack)
    .filter(({ name, digest }) => attested.get(name)?.has(digest.sha256) !== true)
    .map(({ name, digest }) =>
      name.startsWith(tenantSubject(""))
        ? `${name} is not what staging's tests have passed with (${digest.sha256.slice(0, 12)}), expected one of ${[...(attested.get(name) ?? [])].map((known) => known.slice(0, 12)).join(", ") || "none: staging has never had it"}`
        : `image ${name}@sha256:${digest.sha256.slice(0, 12)}… has passed no test of staging's`,
    );
  const refused = attestations.refused.map(
    ({ file, reason }) =>
      `${file} ${reason}: it was changed after it was signed, or signed by nobody who is trusted (${RUNBOOK}#attestation)`,
  );
  return [...refused, ...missing];
}
