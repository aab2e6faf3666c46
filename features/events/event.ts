import { z } from "zod";
import { LIFECYCLES } from "../../config/lifecycle.ts";

/** Commands that change or check something, and parts of them that are looked at on their own. */
export const EVENT_KINDS = [
  "sandbox start",
  "sandbox up",
  "deploy up",
  "deploy wave",
  "deploy smoke",
  "deploy attest",
  "deploy promote",
  "deploy rollback",
  "deploy drift",
  "deploy adopt",
  "deploy inventory",
  "deploy preflight",
  "backup create",
  "backup restore",
  "backup drill",
  "backup copy",
  "tenant decommission",
  "tenant request",
  "ci validate",
  "ci preview",
  "ci realms",
] as const;

/** What an event is of. */
export type EventKind = (typeof EVENT_KINDS)[number];

/** Longest `reason`, in characters: the first line of a message. */
export const LONGEST_REASON = 300;

const outcome = z.enum(["succeeded", "failed"]);

/** What came of it for one tenant. */
const resultSchema = z.strictObject({
  tenant: z.string(),
  /** Of a check, `failed`: something is not as it should be. */
  outcome,
  /** First line of why it failed. */
  reason: z.string().max(LONGEST_REASON).optional(),
  /** Id of the restic snapshot that was made, or restored. */
  snapshot: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  /** When the backup that was restored had been made. */
  takenAt: z.iso.datetime().optional(),
  /** Size of what the backup holds, in bytes: restic compresses it, and stores what has not changed once. */
  bytes: z.int().nonnegative().optional(),
  /** How many resources differ from what was deployed. */
  differences: z.int().nonnegative().optional(),
});

/** What came of an event for one tenant. */
export type Result = z.output<typeof resultSchema>;

/** One thing that was done, or tried: a line of the platform's history. It has no secret and no value of a resource. */
export const eventSchema = z.strictObject({
  version: z.literal(1),
  id: z.uuid(),
  kind: z.enum(EVENT_KINDS),
  /** When it ended. */
  at: z.iso.datetime(),
  /** How long it took. */
  seconds: z.number().nonnegative(),
  outcome,
  /** First line of why it failed, in the words that were printed. */
  reason: z.string().max(LONGEST_REASON).optional(),
  stack: z.string().optional(),
  /** Ids of the tenants that it was for; none: the stack, or all. */
  tenants: z.array(z.string()),
  /**
   * What came of it for each tenant; absent where it is the same for all, or where the command ended before it looked.
   * A look for drift has only the tenants that differ.
   */
  results: z.array(resultSchema).optional(),
  /** What the stack's state had then, and when that was written: `deploy inventory` alone. */
  deployed: z
    .strictObject({
      at: z.iso.datetime(),
      tenants: z.array(z.strictObject({ id: z.string(), plan: z.string(), lifecycle: z.enum(LIFECYCLES) })),
    })
    .optional(),
  /** Commit of the files; absent outside a repository. */
  commit: z
    .string()
    .regex(/^[0-9a-f]{40}$/)
    .optional(),
  /** GitHub login in a workflow, otherwise the name of the machine's user. */
  actor: z.string(),
  /** The run of the workflow. */
  link: z.url({ protocol: /^https?$/ }).optional(),
});

/** One thing that was done, or tried. */
export type Event = z.output<typeof eventSchema>;
