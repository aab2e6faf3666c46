import { promotableHash } from "../config/index.ts";
import type { Release } from "../config/index.ts";
import { attestedDigests, tenantSubject } from "../policies/lib/attestations.ts";
import type { Attestations, Statement } from "../policies/lib/attestations.ts";
import { RUNBOOK } from "./errors.ts";
import type { Resolved, ResolvedStack } from "./resolved.ts";

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
