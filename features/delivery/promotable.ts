import { promotableHash, releaseImages } from "../../config/index.ts";
import {
  attestedDigests,
  hasPassed,
  programSubject,
  settingSubject,
  tenantSubject,
} from "../../policies/lib/attestations.ts";
import type { Attestation, Attestations, Statement } from "../../policies/lib/attestations.ts";
import { RUNBOOK } from "./deliveryError.ts";
import type { Resolved, ResolvedStack } from "./resolved.ts";
import { sharedSettings } from "./stackOwn.ts";

/** The subjects of a stack's attestation: its tenants and the images that they run, each once, sorted. */
export function subjectsOf(resolved: Resolved, stack: ResolvedStack): Statement["subject"] {
  const subjects = new Map<string, Statement["subject"][number]>();
  const add = (name: string, sha256: string) => subjects.set(`${name}@${sha256}`, { name, digest: { sha256 } });
  const own = resolved.projectFiles.releases.get(stack.settings.release);
  for (const release of [
    ...(own === undefined ? [] : [own]),
    ...[...stack.tenants.values()].map((spec) => spec.release),
  ]) {
    for (const { repository, digest } of releaseImages(release).values())
      add(repository, digest.replace(/^sha256:/, ""));
  }
  for (const spec of stack.tenants.values()) add(tenantSubject(spec.id), promotableHash(resolved, spec));
  return [...subjects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, subject]) => subject);
}

/** What makes a stack run as it does beside its tenants and images: the program, and the settings that stacks share. */
export function madeOf(resolved: Resolved, { settings, file }: ResolvedStack): Statement["subject"] {
  return [
    ...[...resolved.program].map(([entry, sha256]) => ({ name: programSubject(entry), digest: { sha256 } })),
    ...[...sharedSettings(settings, file)].map(([path, sha256]) => ({
      name: settingSubject(path),
      digest: { sha256 },
    })),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What of {@link madeOf} an attestation has otherwise, sorted: names of subjects; none when staging ran the same. */
function differing(made: Statement["subject"], { statement }: Attestation): string[] {
  const isPart = ({ name }: { readonly name: string }) =>
    name.startsWith(programSubject("")) || name.startsWith(settingSubject(""));
  const [is, was] = [made, statement.subject.filter(isPart)].map(
    (subjects) => new Map(subjects.map(({ name, digest }) => [name, digest.sha256])),
  );
  return [...new Set([...(is?.keys() ?? []), ...(was?.keys() ?? [])])]
    .filter((name) => is?.get(name) !== was?.get(name))
    .sort();
}

/**
 * Why a stack may not be brought up as the files say: what staging has not tested, and attestations that are not to be believed.
 * Tenants and images count as tested only where staging ran them with this very program and these settings.
 */
export function unattested(resolved: Resolved, stack: ResolvedStack, attestations: Attestations): string[] {
  const made = madeOf(resolved, stack);
  const passed = attestations.valid
    .filter(({ statement }) => hasPassed(statement))
    .sort((a, b) => (a.statement.predicate.finishedOn < b.statement.predicate.finishedOn ? 1 : -1));
  const alike = passed.filter((attestation) => differing(made, attestation).length === 0);
  const [newest] = passed;
  const others = alike.length > 0 || newest === undefined ? [] : differing(made, newest).map(notTested(newest));
  // Where staging never ran this program, the tenants' own differences are reported all the same.
  const attested = attestedDigests({ valid: alike.length > 0 ? alike : passed, refused: [] });
  const missing = subjectsOf(resolved, stack)
    .filter(({ name, digest }) => attested.get(name)?.has(digest.sha256) !== true)
    .map(({ name, digest }) =>
      name.startsWith(tenantSubject(""))
        ? `${name} has not passed staging's tests (${digest.sha256.slice(0, 12)}), ${expectedDigest(attested.get(name))}`
        : `image ${name}@sha256:${digest.sha256.slice(0, 12)}… has passed no test in staging`,
    );
  const refused = attestations.refused.map(
    ({ file, reason }) =>
      `${file} ${reason}: it was modified after signing, or signed by an untrusted key (${RUNBOOK}#attestation)`,
  );
  return [...refused, ...others, ...missing];
}

function notTested({ file }: Attestation): (name: string) => string {
  return (name) =>
    `${name} differs from staging's newest attestation (${file}): staging must run it first${name.startsWith(settingSubject("")) ? ", or its own settings must be the same (features/delivery/stackOwn.ts lists what may differ)" : ""}`;
}

function expectedDigest(passed: ReadonlySet<string> = new Set()): string {
  const known = [...passed].map((digest) => digest.slice(0, 12)).join(", ");
  return known === "" ? "and staging has never tested it" : `expected one of ${known}`;
}
