import { createHash } from "node:crypto";
import { z } from "zod";
import { deploymentSchema } from "./deployment.ts";
import type { VersionedDeployment } from "./deployment.ts";
import { fullName, stackKeys } from "./stackKeys.ts";
import type { StackName } from "./stackKeys.ts";
import { StateError } from "./stateError.ts";
import type { StateStore } from "./stateStore.ts";

/** The file of a state, version 3 or 4. */
const checkpointSchema = z.object({
  version: z.int().min(3).max(4),
  features: z.array(z.string()).nullish(),
  checkpoint: z.object({
    stack: z.string(),
    // Without, there has been no update.
    latest: deploymentSchema.nullish(),
  }),
});

/** A state as it lies in the store. */
export interface StoredState extends VersionedDeployment {
  /** Sum of the file, which tells it from every other state. */
  readonly sum: string;
}

/** The sum of a state's file. */
export const sumOf = (content: Buffer): string => createHash("sha256").update(content).digest("hex");

/** The manifest of a stack that was never updated, as Pulumi reads one. */
const EMPTY = { manifest: { time: "0001-01-01T00:00:00Z", magic: "", version: "" } };

/**
 * Reads the state of a stack.
 *
 * @returns undefined when there is no such stack
 * @throws StateError when it is not the state of that stack, or in another form than this project writes
 */
export async function readState(store: StateStore, name: StackName): Promise<StoredState | undefined> {
  const key = stackKeys(name).state;
  const content = await store.read(key);
  if (content === undefined) return undefined;
  const where = `${store.url}/${key}`;
  const parsed = checkpointSchema.safeParse(parse(content, where));
  if (!parsed.success)
    throw new StateError(`${where} is not a state of version 3 or 4: ${z.prettifyError(parsed.error)}`);
  const { version, features, checkpoint } = parsed.data;
  if (checkpoint.stack !== fullName(name))
    throw new StateError(`${where} is the state of ${checkpoint.stack}, expected ${fullName(name)}`);
  return { version, features: features ?? [], deployment: checkpoint.latest ?? EMPTY, sum: sumOf(content) };
}

function parse(content: Buffer, where: string): unknown {
  try {
    return JSON.parse(content.toString("utf8"));
  } catch (error) {
    throw new StateError(`${where} is not JSON: it was cut off`, { cause: error });
  }
}

/** The file of a state. */
export function encodeState(name: StackName, { version, features, deployment }: VersionedDeployment): Buffer {
  const checkpoint = { stack: fullName(name), latest: deployment };
  return Buffer.from(JSON.stringify({ version, ...(features.length > 0 && { features }), checkpoint }));
}

/** Puts a state in the place of the former one, which is kept as Pulumi keeps it. */
export async function writeState(store: StateStore, name: StackName, content: Buffer): Promise<void> {
  const { state, formerState } = stackKeys(name);
  const former = await store.read(state);
  if (former !== undefined) await store.write(formerState, former);
  await store.write(state, content);
}
