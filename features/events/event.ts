import { z } from "zod";

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

/** One thing that was done, or tried: a line of the platform's history. It has no secret and no value of a resource. */
export const eventSchema = z.strictObject({
  version: z.literal(1),
  id: z.uuid(),
  kind: z.enum(EVENT_KINDS),
  /** When it ended. */
  at: z.iso.datetime(),
  /** How long it took. */
  seconds: z.number().nonnegative(),
  outcome: z.enum(["succeeded", "failed"]),
  /** First line of why it failed, in the words that were printed. */
  reason: z.string().max(LONGEST_REASON).optional(),
  stack: z.string().optional(),
  /** Ids of the tenants that it was for; none: the stack, or all. */
  tenants: z.array(z.string()),
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
