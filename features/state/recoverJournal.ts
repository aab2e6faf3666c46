import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { processIdentity } from "../../lib/processIdentity.ts";
import { lockIds, lockStack, parseLock } from "./lock.ts";
import { isRunning } from "./owner.ts";
import { applyJournal, readJournal } from "./stackJournal.ts";
import type { Engine, JournalHeader } from "./stackJournal.ts";
import { fullName, stackKeys } from "./stackKeys.ts";
import type { StackName } from "./stackKeys.ts";
import { LockedError, RUNBOOK, StateError } from "./stateError.ts";
import type { StateStore } from "./stateStore.ts";

/**
 * Takes what an update that was cut off left in its journal into the state.
 *
 * @returns whether there was one
 * @throws LockedError while its update may still run; StateError when a person must look
 */
export async function recoverJournal(
  store: StateStore,
  name: StackName,
  engine: Engine,
  log: (line: string) => void,
): Promise<boolean> {
  const keys = stackKeys(name);
  const ids = (await store.list(keys.journals)).flatMap((file) =>
    file.endsWith(".journal") ? [file.slice(0, -".journal".length)] : [],
  );
  const [id, ...others] = ids;
  if (id === undefined) return false;
  if (others.length > 0)
    throw new StateError(
      `There are ${ids.length} journals in ${store.url}/${keys.journals}, expected one. See ${RUNBOOK}`,
    );
  const journal = await readJournal(store, name, id);
  if (journal === undefined) return false;
  await assertNotRunning(store, name, id, journal.header);

  const own = randomUUID();
  await lockStack(store, name, own, process.pid, [id]);
  try {
    const { records, pending } = await applyJournal(store, name, id, engine, { result: "failed" }, log);
    const since =
      journal.header === undefined ? "" : ` of ${new Date(journal.header.info.startTime * 1000).toISOString()}`;
    const rest = pending === 0 ? "" : `; ${pending} operation${pending === 1 ? "" : "s"} had not ended`;
    log(
      `Replayed the journal of the update${since} of ${fullName(name)}, which was cut off: ${records} records${rest}.`,
    );
  } finally {
    await store.delete(keys.lock(own));
  }
  return true;
}

/** @throws LockedError while those who write the journal may still do so */
async function assertNotRunning(
  store: StateStore,
  name: StackName,
  id: string,
  header: JournalHeader | undefined,
): Promise<void> {
  const running = header === undefined ? await lockerRuns(store, name, id) : isRunning(header.owner);
  if (running === false) return;
  // Removing the lock says that nobody uses the stack.
  if (running === "unknown" && !(await lockIds(store, name)).includes(id)) return;
  const pids = header?.owner.processes.map(({ pid }) => pid).join(" and ") ?? "unknown";
  const on = header?.owner.hostname ?? "";
  throw new LockedError(
    running === true
      ? `the stack is currently locked: ${fullName(name)} is being updated by process ${pids}. Wait until it has ended.`
      : `the stack is currently locked: an update of ${fullName(name)} was begun on ${on} (process ${pids}), and left a journal that is not yet in the state. If it no longer runs there, see ${RUNBOOK}`,
  );
}

/** Whether the process of a lock runs. */
async function lockerRuns(store: StateStore, name: StackName, id: string): Promise<boolean | "unknown"> {
  const content = await store.read(stackKeys(name).lock(id));
  if (content === undefined) return false;
  const locker = parseLock(content);
  if (locker?.hostname !== hostname()) return "unknown";
  return processIdentity(locker.pid) !== undefined;
}
