import { z } from "zod";
import { deploymentSchema, manifestOf, operationSchema, resourceSchema, secretsProviderSchema } from "./deployment.ts";
import type { Deployment, Operation, Resource, VersionedDeployment } from "./deployment.ts";
import { normalizeUrns } from "./normalizeUrns.ts";
import { StateError } from "./stateError.ts";

/** Kinds of journal entries: `JournalEntryKind` in Pulumi's sdk/go/common/apitype/journal.go. */
const KIND = {
  begin: 0,
  success: 1,
  failure: 2,
  refreshSuccess: 3,
  outputs: 4,
  write: 5,
  secretsManager: 6,
  rebuiltBaseState: 7,
  extensionParameterize: 8,
  snippets: 9,
} as const;

const reference = z.int().nullish();

/**
 * An entry of the engine's journal. Strict: a key that this code does not know may change what an entry means, so that an
 * engine that sends one must not be believed to be understood.
 */
const entrySchema = z.strictObject({
  version: z.literal(1),
  kind: z.int().min(0).max(9),
  sequenceID: z.int().positive(),
  operationID: z.int(),
  removeOld: reference,
  removeNew: reference,
  pendingReplacementOld: reference,
  pendingReplacementNew: reference,
  deleteOld: reference,
  deleteNew: reference,
  state: resourceSchema.nullish(),
  operation: operationSchema.nullish(),
  isRefresh: z.boolean().optional(),
  secretsProvider: secretsProviderSchema.nullish(),
  snippets: deploymentSchema.shape.snippets,
  newSnapshot: deploymentSchema.nullish(),
  extensionRef: z.string().nullish(),
  extension: z.unknown().optional(),
  requiresByteString: z.boolean().optional(),
});

/** An entry of the engine's journal. */
export type JournalEntry = z.output<typeof entrySchema>;

/** What the engine sends at once. */
export const journalEntriesSchema = z.strictObject({ entries: z.array(entrySchema) });

/** Entries since the base was built last. */
interface Changes {
  /** What this update made, by the operation that made it; in this order. */
  readonly made: Map<number, Resource>;
  /** Operations that made something which is gone again. */
  readonly removedNew: Set<number>;
  /** Indices in the base. */
  readonly removedOld: Set<number>;
  readonly replacedOld: Map<number, Resource>;
  readonly deletedOld: Set<number>;
  readonly pendingOld: Set<number>;
  readonly begun: Map<number, Operation | undefined>;
  readonly extensions: Map<string, unknown>;
}

const noChanges = (): Changes => ({
  made: new Map(),
  removedNew: new Set(),
  removedOld: new Set(),
  replacedOld: new Map(),
  deletedOld: new Set(),
  pendingOld: new Set(),
  begun: new Map(),
  extensions: new Map(),
});

/**
 * The state that a journal makes of the state that its update began with. Does what the engine itself does for its other
 * backends: `JournalReplayer` in Pulumi's pkg/backend/journal.go.
 *
 * @param entries in any order; one that was sent twice counts once
 * @param engine version of the engine that wrote the entries
 * @throws StateError for entries that do not fit together
 */
export function replay(
  base: Deployment,
  entries: readonly JournalEntry[],
  engine: string,
  time: Date,
): VersionedDeployment {
  const replayer = new Replayer(base, engine, time);
  const bySequence = new Map(entries.map((entry) => [entry.sequenceID, entry]));
  for (const [, entry] of [...bySequence].sort(([a], [b]) => a - b)) replayer.add(entry);
  return replayer.deployment();
}

class Replayer {
  #base: Deployment;
  #changes = noChanges();
  #hasRefresh = false;
  #requiresByteString = false;
  readonly #engine: string;
  readonly #time: Date;

  constructor(base: Deployment, engine: string, time: Date) {
    this.#base = base;
    this.#engine = engine;
    this.#time = time;
  }

  add(entry: JournalEntry): void {
    const { kind, operationID, state, removeOld, removeNew } = entry;
    const changes = this.#changes;
    this.#requiresByteString ||= entry.requiresByteString === true;
    switch (kind) {
      case KIND.begin:
        changes.begun.set(operationID, entry.operation ?? undefined);
        return;
      case KIND.success:
        this.#succeed(entry);
        return;
      case KIND.failure:
        changes.begun.delete(operationID);
        return;
      case KIND.refreshSuccess:
        changes.begun.delete(operationID);
        this.#hasRefresh = true;
        if (removeOld != null) {
          if (state == null) changes.removedOld.add(this.#oldIndex(removeOld));
          else changes.replacedOld.set(this.#oldIndex(removeOld), state);
        }
        if (removeNew != null) {
          if (state == null) changes.removedNew.add(this.#madeBy(removeNew));
          else changes.made.set(this.#madeBy(removeNew), state);
        }
        return;
      case KIND.outputs:
        if (state == null) return;
        if (removeOld != null) changes.replacedOld.set(this.#oldIndex(removeOld), state);
        if (removeNew != null) changes.made.set(this.#madeBy(removeNew), state);
        return;
      case KIND.write:
        if (entry.newSnapshot == null) throw unfit(entry, "has no snapshot");
        this.#base = entry.newSnapshot;
        return;
      case KIND.secretsManager:
        if (entry.secretsProvider == null) throw unfit(entry, "has no secrets provider");
        this.#base = { ...this.#base, secrets_providers: entry.secretsProvider };
        return;
      case KIND.rebuiltBaseState:
        this.#base = this.#build("all").deployment;
        this.#changes = noChanges();
        return;
      case KIND.extensionParameterize:
        if (entry.extensionRef == null) throw unfit(entry, "has no extension");
        changes.extensions.set(entry.extensionRef, entry.extension);
        return;
      case KIND.snippets:
        this.#base = { ...this.#base, snippets: entry.snippets };
        return;
      default:
        throw unfit(entry, "is of an unknown kind");
    }
  }

  #succeed(entry: JournalEntry): void {
    const { operationID, state } = entry;
    const changes = this.#changes;
    changes.begun.delete(operationID);
    if (state != null) changes.made.set(operationID, state);
    if (entry.removeOld != null) changes.removedOld.add(this.#oldIndex(entry.removeOld));
    if (entry.removeNew != null) changes.removedNew.add(this.#madeBy(entry.removeNew));
    if (entry.deleteOld != null) changes.deletedOld.add(this.#oldIndex(entry.deleteOld));
    if (entry.deleteNew != null) this.#mark(entry.deleteNew, { delete: true });
    if (entry.pendingReplacementOld != null) changes.pendingOld.add(this.#oldIndex(entry.pendingReplacementOld));
    if (entry.pendingReplacementNew != null) this.#mark(entry.pendingReplacementNew, { pendingReplacement: true });
    this.#hasRefresh ||= entry.isRefresh === true;
  }

  #mark(operation: number, marks: Pick<Resource, "delete" | "pendingReplacement">): void {
    const made = this.#changes.made.get(this.#madeBy(operation));
    if (made !== undefined) this.#changes.made.set(operation, { ...made, ...marks });
  }

  /** @throws StateError if the operation made nothing */
  #madeBy(operation: number): number {
    if (this.#changes.made.has(operation)) return operation;
    throw new StateError(
      `The journal names what operation ${operation} made, and no entry before says that it made anything`,
    );
  }

  /** @throws StateError if the base has no such resource */
  #oldIndex(index: number): number {
    const count = this.#base.resources?.length ?? 0;
    if (index >= 0 && index < count) return index;
    throw new StateError(`The journal names resource ${index} of a state that has ${count}`);
  }

  deployment(): VersionedDeployment {
    return this.#build("dangling");
  }

  /** @param rebuilt which resources get their dependencies from the state again after a refresh */
  #build(rebuilt: "all" | "dangling"): VersionedDeployment {
    const { made, removedNew, removedOld, replacedOld, deletedOld, pendingOld, begun, extensions } = this.#changes;
    const merged = [
      ...[...made].flatMap(([operation, resource]) => (removedNew.has(operation) ? [] : [resource])),
      ...(this.#base.resources ?? []).flatMap((resource, index) => {
        if (removedOld.has(index)) return [];
        const replaced = replacedOld.get(index);
        if (replaced !== undefined) return [replaced];
        return [
          {
            ...resource,
            ...(pendingOld.has(index) && { pendingReplacement: true }),
            ...(deletedOld.has(index) && { delete: true }),
          },
        ];
      }),
    ];
    const pending = [
      ...[...begun.values()].filter((operation) => operation !== undefined),
      // Only a person, or adopt, can tell what became of them.
      ...(this.#base.pending_operations ?? []).filter(({ type }) => type === "creating"),
    ];
    const resources = this.#hasRefresh ? withoutDangling(merged, rebuilt) : merged;
    const snippets = this.#base.snippets ?? [];
    const allExtensions = { ...Object.fromEntries(extensions), ...this.#base.extensions };
    const features = featuresOf(
      [...resources, ...pending.map(({ resource }) => resource)],
      this.#requiresByteString,
      snippets.length > 0,
    );
    const { secrets_providers, metadata } = this.#base;
    return {
      version: features.length > 0 ? 4 : 3,
      features,
      deployment: normalizeUrns({
        manifest: manifestOf(this.#engine, this.#time),
        ...(secrets_providers != null && { secrets_providers }),
        ...(resources.length > 0 && { resources }),
        ...(pending.length > 0 && { pending_operations: pending }),
        metadata: metadata ?? {},
        ...(snippets.length > 0 && { snippets }),
        ...(Object.keys(allExtensions).length > 0 && { extensions: allExtensions }),
      }),
    };
  }
}

function unfit({ kind, sequenceID }: JournalEntry, what: string): StateError {
  return new StateError(`Entry ${sequenceID} of the journal, of kind ${kind}, ${what}`);
}

/** What a reader must know to understand the state: `ApplyFeatures` in Pulumi's pkg/resource/stack/deployment.go. */
function featuresOf(resources: readonly Resource[], requiresByteString: boolean, hasSnippets: boolean): string[] {
  const some = (has: (resource: Resource) => boolean) => resources.some(has);
  return [
    ...(requiresByteString && resources.length > 0 ? ["byteString"] : []),
    ...(some(({ extensionRef = "" }) => extensionRef !== "") ? ["extensionParameterization"] : []),
    ...(some(({ resourceHooks }) => Object.keys(resourceHooks ?? {}).length > 0) ? ["hooks"] : []),
    ...(some(({ refreshBeforeUpdate }) => refreshBeforeUpdate === true) ? ["refreshBeforeUpdate"] : []),
    ...(some(({ replaceWith }) => (replaceWith ?? []).length > 0) ? ["replaceWith"] : []),
    ...(hasSnippets || some(({ snippetID = "" }) => snippetID !== "") ? ["snippets-prototype"] : []),
    ...(some(({ taint }) => taint === true) ? ["taint"] : []),
    ...(some(({ viewOf = "" }) => viewOf !== "") ? ["views"] : []),
  ];
}

/**
 * A refresh may remove what others depend on: `rebuildDependencies` in Pulumi's pkg/backend/journal.go.
 *
 * @param rebuilt `all` drops empty lists of dependencies, too, as the engine does with what was refreshed; it keeps those
 *   of what the program declared since
 */
function withoutDangling(resources: readonly Resource[], rebuilt: "all" | "dangling"): Resource[] {
  const known = new Set<string>();
  const isKnown = (urn: string) => known.has(urn);
  const kept = resources.map((resource) => {
    const isRebuilt = rebuilt === "all" || !dependenciesOf(resource).every(isKnown);
    const result = isRebuilt ? withKnown(resource, isKnown) : resource;
    known.add(resource.urn);
    return result;
  });
  const parents = new Map<string, string | undefined>();
  return kept.map((resource) => {
    const { urn, parent } = resource;
    const isDangling = parent !== undefined && !known.has(parent);
    const result = isDangling ? { ...resource, parent: parents.get(parent) } : resource;
    parents.set(urn, result.parent);
    return result;
  });
}

function dependenciesOf({ dependencies, propertyDependencies, replaceWith, deletedWith }: Resource): string[] {
  return [
    ...(dependencies ?? []),
    ...Object.values(propertyDependencies ?? {}).flatMap((urns) => urns ?? []),
    ...(replaceWith ?? []),
    ...(deletedWith === undefined ? [] : [deletedWith]),
  ];
}

/** A resource without its dependencies on unknown ones. */
function withKnown(resource: Resource, isKnown: (urn: string) => boolean): Resource {
  const { dependencies, propertyDependencies, replaceWith, deletedWith } = resource;
  return {
    ...resource,
    ...(dependencies != null && { dependencies: dependencies.filter(isKnown) }),
    ...(propertyDependencies != null && {
      propertyDependencies: Object.fromEntries(
        Object.entries(propertyDependencies).flatMap(([key, urns]) => {
          const left = (urns ?? []).filter(isKnown);
          return left.length > 0 ? [[key, left]] : [];
        }),
      ),
    }),
    ...(replaceWith != null && { replaceWith: replaceWith.filter(isKnown) }),
    ...(deletedWith !== undefined && { deletedWith: isKnown(deletedWith) ? deletedWith : undefined }),
  };
}
