import { z } from "zod";
import { stackKeys } from "./stackKeys.ts";
import type { StackName } from "./stackKeys.ts";
import type { StateStore } from "./stateStore.ts";

const configValueSchema = z.looseObject({
  string: z.string(),
  secret: z.boolean().optional(),
  object: z.boolean().optional(),
});

/** What the CLI says of an update that it is about to start. */
export const updateProgramSchema = z.looseObject({
  options: z.looseObject({ dryRun: z.boolean().optional() }),
  config: z.record(z.string(), configValueSchema).nullish(),
  metadata: z.looseObject({
    message: z.string().optional(),
    environment: z.record(z.string(), z.string()).nullish(),
  }),
});

/** What is known of an update before it starts; goes into its journal, for the history. */
export const updateInfoSchema = z.object({
  /** `update`, `refresh`, `destroy` */
  kind: z.string(),
  startTime: z.int(),
  message: z.string(),
  environment: z.record(z.string(), z.string()),
  config: z.record(z.string(), z.unknown()),
});

/** What is known of an update before it starts. */
export type UpdateInfo = z.output<typeof updateInfoSchema>;

/** How an update ended. */
export interface UpdateResult {
  readonly result: "succeeded" | "failed";
  /** Counts of resources by what was done to them. */
  readonly changes?: Readonly<Record<string, number>> | undefined;
}

/** An update as the history has it. */
export function updateInfoOf(
  kind: string,
  { config, metadata }: z.output<typeof updateProgramSchema>,
  time: Date,
): UpdateInfo {
  return {
    kind,
    startTime: seconds(time),
    message: metadata.message ?? "",
    environment: metadata.environment ?? {},
    config: Object.fromEntries(
      Object.entries(config ?? {}).map(([key, { string, secret, object }]) => {
        if (object === true) return [key, JSON.parse(string)];
        return [key, secret === true ? { secure: string } : string];
      }),
    ),
  };
}

/** Adds an update to the stack's history, with a copy of its state, and makes a backup: as Pulumi does at each end. */
export async function addToHistory(
  store: StateStore,
  name: StackName,
  info: UpdateInfo,
  { result, changes }: UpdateResult,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const { history, backups, state } = stackKeys(name);
  const now = new Date();
  const stamp = `${BigInt(now.getTime()) * 1_000_000n + (process.hrtime.bigint() % 1_000_000n)}`;
  const entry = {
    ...info,
    version: 0,
    result,
    endTime: seconds(now),
    ...(changes !== undefined && { resourceChanges: changes }),
  };
  const content = await store.read(state);
  await store.write(`${history}${name.stack}-${stamp}.history.json`, Buffer.from(JSON.stringify(entry)));
  if (content === undefined) return;
  await store.write(`${history}${name.stack}-${stamp}.checkpoint.json`, content);
  const isOff = ["PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS", "PULUMI_DISABLE_CHECKPOINT_BACKUPS"];
  if (!isOff.some((variable) => isTrue(env[variable])))
    await store.write(`${backups}${name.stack}.${stamp}.json`, content);
}

/** Whether a variable is set as Pulumi's boolean ones are. */
export const isTrue = (value: string | undefined): boolean => value === "1" || value?.toLowerCase() === "true";

const seconds = (time: Date): number => Math.floor(time.getTime() / 1000);
