import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeState } from "../../../features/state/checkpoint.ts";
import { manifestOf } from "../../../features/state/deployment.ts";
import type { Deployment, Resource } from "../../../features/state/deployment.ts";
import type { JournalEntry } from "../../../features/state/replay.ts";
import { stackKeys } from "../../../features/state/stackKeys.ts";
import { PULUMI_VERSION } from "../../../features/state/withJournal.ts";

/** The stack of these tests. */
export const NAME = { project: "shop", stack: "dev" } as const;
/** The engine of these tests. */
export const ENGINE = { version: PULUMI_VERSION, env: {} } as const;

const urnOf = (name: string) => `urn:pulumi:dev::shop::t:index:T::${name}`;

/** A resource of a name. */
export function resource(name: string, more: Partial<Resource> = {}): Resource {
  return { urn: urnOf(name), custom: true, id: `id-${name}`, type: "t:index:T", ...more };
}

/** URN of a resource of a name. */
export { urnOf };

/** A state with resources. */
export function deployment(resources: readonly Resource[], more: Partial<Deployment> = {}): Deployment {
  return {
    manifest: manifestOf(PULUMI_VERSION, new Date(0)),
    secrets_providers: { type: "passphrase", state: { salt: "v1:x" } },
    resources: [...resources],
    metadata: {},
    ...more,
  };
}

/** An entry of a journal; its numbers are those of its operation. */
export function entry(sequenceID: number, kind: number, more: Partial<JournalEntry> = {}): JournalEntry {
  return { version: 1, kind, sequenceID, operationID: sequenceID, removeOld: null, removeNew: null, ...more };
}

/** A folder of states with one of {@link NAME}. */
export function stateFolder(resources: readonly Resource[] = []): string {
  const folder = mkdtempSync(join(tmpdir(), "odoo-saas-states-"));
  mkdirSync(join(folder, ".pulumi", "stacks", NAME.project), { recursive: true });
  writeFileSync(join(folder, ".pulumi", "meta.yaml"), "version: 1\n");
  const content = encodeState(NAME, { version: 3, features: [], deployment: deployment(resources) });
  writeFileSync(join(folder, stackKeys(NAME).state), content);
  return folder;
}
