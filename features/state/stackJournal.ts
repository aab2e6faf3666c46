import { randomUUID } from "node:crypto";
import { z } from "zod";
import { encodeState, readState, sumOf, writeState } from "./checkpoint.ts";
import { untypedDeploymentSchema } from "./deployment.ts";
import type { VersionedDeployment } from "./deployment.ts";
import { addToHistory, updateInfoSchema } from "./history.ts";
import type { UpdateInfo, UpdateResult } from "./history.ts";
import { integrityProblem } from "./integrity.ts";
import { decodeRecords, encodeRecord } from "./journalLog.ts";
import { lockStack } from "./lock.ts";
import { ownerOf, ownerSchema } from "./owner.ts";
import { journalEntriesSchema, replay } from "./replay.ts";
import { sortResources } from "./sortResources.ts";
import { fullName, stackKeys } from "./stackKeys.ts";
import type { StackName } from "./stackKeys.ts";
import { RUNBOOK, StateError } from "./stateError.ts";
import type { StateLog, StateStore } from "./stateStore.ts";

/** Version of the form of journals. */
const FORM = 1;

/** First record of a journal. */
const headerSchema = z.strictObject({
  journal: z.literal(FORM),
  /** Version of the engine, as it says it itself. */
  engine: z.string(),
  stack: z.string(),
  /** Sum of the state that the update began with. */
  base: z.string(),
  owner: ownerSchema,
  info: updateInfoSchema,
});

/** First record of a journal. */
export type JournalHeader = z.output<typeof headerSchema>;

const recordSchema = z.union([
  journalEntriesSchema,
  /** The whole state, where the engine keeps no journal. */
  z.strictObject({ checkpoint: untypedDeploymentSchema }),
  /** Sum of the state that is written next. */
  z.strictObject({ result: z.string() }),
]);

/** What an engine and its environment are. */
export interface Engine {
  /** Its version, as it says it itself. */
  readonly version: string;
  /** What it was started with; some variables are about the state. */
  readonly env: NodeJS.ProcessEnv;
}

/** The journal of an update that runs, and the lock of its stack. */
export class StackJournal {
  readonly id: string;
  readonly name: StackName;
  readonly #store: StateStore;
  readonly #log: StateLog;
  #isClosed = false;

  private constructor(store: StateStore, name: StackName, id: string, log: StateLog) {
    this.#store = store;
    this.name = name;
    this.id = id;
    this.#log = log;
  }

  /**
   * Locks a stack and begins the journal of an update.
   *
   * @param pids the engine's process first, and those without which it cannot go on
   * @throws LockedError, StateError
   */
  static async begin(
    store: StateStore,
    name: StackName,
    info: UpdateInfo,
    engine: Engine,
    pids: readonly [number, ...number[]],
  ): Promise<StackJournal> {
    const id = randomUUID();
    const keys = stackKeys(name);
    await lockStack(store, name, id, pids[0]);
    try {
      const state = await readState(store, name);
      if (state === undefined) throw new StateError(`There is no state of ${fullName(name)}`);
      const header: JournalHeader = {
        journal: FORM,
        engine: engine.version,
        stack: fullName(name),
        base: state.sum,
        owner: ownerOf(pids),
        info,
      };
      const log = await store.startLog(keys.journal(id));
      try {
        await log.append(encodeRecord(Buffer.from(JSON.stringify(header))));
      } catch (error) {
        await log.close();
        await store.delete(keys.journal(id));
        throw error;
      }
      return new StackJournal(store, name, id, log);
    } catch (error) {
      await store.delete(keys.lock(id));
      throw error;
    }
  }

  /** Adds what the engine sent: a record's JSON in one line. It is safe when this has returned. */
  async append(record: Buffer): Promise<void> {
    if (this.#isClosed) throw new StateError("The update is over");
    await this.#log.append(encodeRecord(record));
  }

  /** Ends the update: the state is what the journal says. May be repeated where it fails. */
  async finish(engine: Engine, result: UpdateResult, log: (line: string) => void): Promise<void> {
    if (!this.#isClosed) await this.#log.close();
    this.#isClosed = true;
    await applyJournal(this.#store, this.name, this.id, engine, result, log);
  }
}

/** What became of a journal. */
export interface Applied {
  /** Records of the engine that the state has now. */
  readonly records: number;
  /** Operations whose end is unknown. */
  readonly pending: number;
}

/** What a journal holds. */
interface Journal {
  /** Undefined when not even that was wholly written, and so nothing was done yet. */
  readonly header: JournalHeader | undefined;
  readonly records: readonly z.output<typeof recordSchema>[];
  readonly size: number;
  readonly torn: number;
}

/** Reads a journal. @throws StateError when it was damaged */
export async function readJournal(store: StateStore, name: StackName, id: string): Promise<Journal | undefined> {
  const key = stackKeys(name).journal(id);
  const content = await store.read(key);
  if (content === undefined) return undefined;
  try {
    const { records: lines, size, torn } = decodeRecords(content);
    const [first, ...others] = lines.map((line): unknown => JSON.parse(line));
    return {
      header: first === undefined ? undefined : headerSchema.parse(first),
      records: others.map((record) => recordSchema.parse(record)),
      size,
      torn,
    };
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : error;
    throw new StateError(`${store.url}/${key} cannot be read: ${String(why)}. See ${RUNBOOK}`, { cause: error });
  }
}

/**
 * Makes the state what a journal says, and removes the journal and its lock. Cut off at any point, it can be repeated.
 *
 * @throws StateError if the state is neither what the journal began with nor what was made of it: nothing is changed then
 */
export async function applyJournal(
  store: StateStore,
  name: StackName,
  id: string,
  engine: Engine,
  result: UpdateResult,
  log: (line: string) => void,
): Promise<Applied> {
  const keys = stackKeys(name);
  const done = async (): Promise<void> => {
    await store.delete(keys.journal(id));
    await store.delete(keys.lock(id));
  };
  const journal = await readJournal(store, name, id);
  if (journal?.header === undefined) {
    await done();
    return { records: 0, pending: 0 };
  }
  const { header, records, size, torn } = journal;
  const where = `The journal ${store.url}/${keys.journal(id)}`;
  if (header.engine !== engine.version)
    throw new StateError(
      `${where} is of Pulumi ${header.engine}, and is read for ${engine.version} only: finish with the version of this project that wrote it. See ${RUNBOOK}`,
    );
  if (header.stack !== fullName(name)) throw new StateError(`${where} is of ${header.stack}. See ${RUNBOOK}`);
  if (torn > 0) log(`The last ${torn} bytes of the journal were not wholly written and never acknowledged: dropped.`);

  const state = await readState(store, name);
  const results = new Set(records.flatMap((record) => ("result" in record ? [record.result] : [])));
  const own = records.filter((record) => !("result" in record));
  if (state !== undefined && state.sum !== header.base && results.has(state.sum)) {
    await done();
    return { records: own.length, pending: state.deployment.pending_operations?.length ?? 0 };
  }
  if (state?.sum !== header.base)
    throw new StateError(
      `${where} does not begin with the state that is there: somebody changed it since, such as with plain pulumi. Neither was touched. See ${RUNBOOK}`,
    );

  const last = own.length === 0 ? state : replayRecords(state, own, engine, where);
  if (own.length > 0) {
    const content = encodeState(name, last);
    const writer = await store.continueLog(keys.journal(id), size);
    try {
      await writer.append(encodeRecord(Buffer.from(JSON.stringify({ result: sumOf(content) }))));
    } finally {
      await writer.close();
    }
    await writeState(store, name, content);
  }
  try {
    await addToHistory(store, name, header.info, result, engine.env);
  } catch (error) {
    log(`The state is written; its history is not: ${error instanceof Error ? error.message : String(error)}`);
  }
  await done();
  return { records: own.length, pending: last.deployment.pending_operations?.length ?? 0 };
}

function replayRecords(
  { deployment }: VersionedDeployment,
  records: readonly z.output<typeof recordSchema>[],
  engine: Engine,
  where: string,
): VersionedDeployment {
  const entries = records.flatMap((record) => ("entries" in record ? record.entries : []));
  const checkpoint = records.findLast((record) => "checkpoint" in record)?.checkpoint;
  if (checkpoint !== undefined && entries.length > 0)
    throw new StateError(`${where} has both entries and whole states. See ${RUNBOOK}`);
  const replayed =
    checkpoint === undefined
      ? replay(deployment, entries, engine.version, new Date())
      : { ...checkpoint, features: checkpoint.features ?? [] };
  if (integrityProblem(replayed.deployment) === undefined) return replayed;
  const result = { ...replayed, deployment: sortResources(replayed.deployment) };
  const problem = integrityProblem(result.deployment);
  if (problem !== undefined)
    throw new StateError(
      `${where} makes a state that Pulumi would refuse: ${problem}. Nothing was written. See ${RUNBOOK}`,
    );
  return result;
}
