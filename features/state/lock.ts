import { hostname, userInfo } from "node:os";
import { z } from "zod";
import { stackKeys } from "./stackKeys.ts";
import type { StackName } from "./stackKeys.ts";
import { LockedError } from "./stateError.ts";
import type { StateStore } from "./stateStore.ts";

const lockSchema = z.looseObject({
  pid: z.int(),
  username: z.string(),
  hostname: z.string(),
  timestamp: z.string(),
});

/**
 * Locks a stack for an update, as Pulumi's self-managed backend does it: everyone writes a lock of their own and goes
 * back when there is another one, before or after.
 *
 * @param id names the lock
 * @param pid of the process that updates
 * @param besides ids of locks of processes that are gone
 * @throws LockedError
 */
export async function lockStack(
  store: StateStore,
  name: StackName,
  id: string,
  pid: number,
  besides: readonly string[] = [],
): Promise<void> {
  const key = stackKeys(name).lock(id);
  await assertUnlocked(store, name, [id, ...besides]);
  const content = {
    pid,
    username: userInfo().username,
    hostname: hostname(),
    timestamp: new Date().toISOString(),
  };
  await store.write(key, Buffer.from(JSON.stringify(content)));
  try {
    await assertUnlocked(store, name, [id, ...besides]);
  } catch (error) {
    await store.delete(key);
    throw error;
  }
}

/** Ids of the locks that a stack has. */
export async function lockIds(store: StateStore, name: StackName): Promise<readonly string[]> {
  const files = await store.list(stackKeys(name).locks);
  return files.flatMap((file) => (file.endsWith(".json") ? [file.slice(0, -".json".length)] : []));
}

/** @throws LockedError in the words of Pulumi, if there is another lock than the ones of `besides` */
async function assertUnlocked(store: StateStore, name: StackName, besides: readonly string[]): Promise<void> {
  const others = (await lockIds(store, name)).filter((id) => !besides.includes(id));
  if (others.length === 0) return;
  const lines = [];
  for (const id of others) {
    const key = stackKeys(name).lock(id);
    const lock = parseLock(await store.read(key));
    const by =
      lock === undefined ? "" : `: created by ${lock.username}@${lock.hostname} (pid ${lock.pid}) at ${lock.timestamp}`;
    lines.push(`\n  ${store.url}/${key}${by}`);
  }
  throw new LockedError(
    `the stack is currently locked by ${others.length} lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.${lines.join("")}`,
  );
}

/** What a lock's file says; undefined when it is not a lock's. */
export function parseLock(content: Buffer | undefined): z.output<typeof lockSchema> | undefined {
  try {
    return lockSchema.safeParse(JSON.parse(content?.toString("utf8") ?? "null")).data;
  } catch {
    return undefined;
  }
}
