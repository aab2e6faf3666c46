import { promotableHash, selectTenants, stackSettingsOf } from "../../config/index.ts";
import type { ProjectFiles } from "../../config/index.ts";
import { hasPassed, readAttestations, tenantSubject } from "../../policies/lib/attestations.ts";
import type { Attestation } from "../../policies/lib/attestations.ts";
import { readPromotion } from "../../policies/lib/promotions.ts";

/** How far a tenant's files have come on their way to prod. */
export interface Standing {
  readonly tenant: string;
  /** The newest attestation of what the tenant's files say now; without one, the newest of what they said before. */
  readonly attestation:
    | {
        /** File name in the folder of attestations. */
        readonly file: string;
        readonly stack: string;
        /** When staging's tests had ended, ISO 8601. */
        readonly finishedOn: string;
        /** Whether it is of what the files say now. */
        readonly isCurrent: boolean;
      }
    | undefined;
  /** Stacks of prod whose promotion has the tenant as its files say now, sorted. */
  readonly promoted: readonly string[];
}

/** Whether a project has anything that {@link standings} could find, without reading its tenants. */
export function hasStandings(root: string): boolean {
  return readAttestations(root).valid.length > 0 || promotionsOf(root).size > 0;
}

/**
 * How far each tenant's files have come, of those that staging has tested or prod was promoted to. Attestations that no trusted
 * key has signed, and results that did not pass, do not count.
 */
export function standings(root: string, projectFiles: ProjectFiles): Standing[] {
  const attestations = byTenant(readAttestations(root).valid.filter(({ statement }) => hasPassed(statement)));
  const promotions = promotionsOf(root);
  const hashes = hashesOf(root, projectFiles);
  const promotedTenants = [...promotions.values()].flatMap((tenants) => Object.keys(tenants));
  return [...new Set([...attestations.keys(), ...promotedTenants])]
    .filter((tenant) => projectFiles.tenants.has(tenant))
    .sort()
    .map((tenant) => {
      const passed = attestations.get(tenant) ?? [];
      const current = passed.find(({ attestation, sha256 }) => {
        const { stack } = attestation.statement.predicate;
        return hashes.get(stack)?.get(tenant) === sha256;
      });
      const newest = current ?? passed[0];
      return {
        tenant,
        attestation:
          newest === undefined
            ? undefined
            : {
                file: newest.attestation.file,
                stack: newest.attestation.statement.predicate.stack,
                finishedOn: newest.attestation.statement.predicate.finishedOn,
                isCurrent: newest === current,
              },
        promoted: [...promotions]
          .filter(([stack, tenants]) => {
            const hash = hashes.get(stack)?.get(tenant);
            return hash !== undefined && tenants[tenant] === hash;
          })
          .map(([stack]) => stack)
          .sort(),
      };
    });
}

/** Tenants' hashes by stack of prod that has a promotion. */
function promotionsOf(root: string): Map<string, Readonly<Record<string, string>>> {
  const stacks = [...stackSettingsOf(root)].filter(([, { environment }]) => environment === "prod");
  return new Map(
    stacks.flatMap(([stack]) => {
      const promotion = readPromotion(root, stack);
      return promotion === undefined ? [] : [[stack, promotion.tenants] as const];
    }),
  );
}

/** Attestations by the tenants that they name, the newest first, with each tenant's hash. */
function byTenant(attestations: readonly Attestation[]) {
  const newestFirst = attestations.toSorted((a, b) =>
    a.statement.predicate.finishedOn < b.statement.predicate.finishedOn ? 1 : -1,
  );
  const prefix = tenantSubject("");
  const subjects = newestFirst.flatMap((attestation) =>
    attestation.statement.subject
      .filter(({ name }) => name.startsWith(prefix))
      .map(({ name, digest: { sha256 } }) => ({ tenant: name.slice(prefix.length), attestation, sha256 })),
  );
  return Map.groupBy(subjects, ({ tenant }) => tenant);
}

/** What each tenant of each stack would be promoted as, by stack and tenant. */
function hashesOf(root: string, projectFiles: ProjectFiles): Map<string, Map<string, string>> {
  const stacks = [...stackSettingsOf(root)].filter(([, { environment }]) => environment !== "sandbox");
  return new Map(
    stacks.map(([stack, settings]) => [
      stack,
      new Map(selectTenants(projectFiles, settings).map((spec) => [spec.id, promotableHash({ projectFiles }, spec)])),
    ]),
  );
}
