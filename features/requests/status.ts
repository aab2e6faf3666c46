import { z } from "zod";
import { ACTIONS } from "./request.ts";

/** Where a request is on its way. */
export const REQUEST_STATES = [
  "received",
  "refused",
  "opened",
  "checked",
  "waiting",
  "merging",
  "deploying",
  "done",
  "failed",
  "rejected",
  "expired",
] as const;

/** Where a request is on its way. */
export type RequestState = (typeof REQUEST_STATES)[number];

/** States that nothing follows on. */
export const FINAL_STATES = [
  "refused",
  "done",
  "failed",
  "rejected",
  "expired",
] as const satisfies readonly RequestState[];

/** How a check of GitHub's can end. */
export const CHECK_CONCLUSIONS = [
  "success",
  "failure",
  "neutral",
  "cancelled",
  "skipped",
  "timed_out",
  "action_required",
] as const;

const time = z.iso.datetime();

const check = z.strictObject({
  name: z.string().describe("Name of the check, such as validate."),
  status: z.enum(["queued", "in_progress", "completed"]),
  conclusion: z.enum(CHECK_CONCLUSIONS).nullable().describe("null until it is completed."),
  startedAt: time,
  completedAt: time.nullable(),
  summary: z.string().describe("What it printed, shortened; its title in a list. Secrets are masked."),
});

const step = z.strictObject({
  name: z.string().describe("What was done, such as open, validate, preview, approve, merge, write, deploy."),
  at: time,
  outcome: z.enum(["succeeded", "failed"]),
  text: z.string().describe("One line for people."),
});

/** What became of a request so far. */
export const requestStatusSchema = z.strictObject({
  id: z.string(),
  action: z.enum(ACTIONS),
  tenant: z.string(),
  requester: z.string(),
  onBehalfOf: z.string().optional().describe("Person who asked, where the requester is a program."),
  approver: z.string(),
  state: z.enum(REQUEST_STATES),
  reason: z.string().optional().describe("Why it was refused, failed, was rejected or expired, with its runbook."),
  pull: z.strictObject({ number: z.int(), url: z.url() }).optional().describe("Absent before it is opened."),
  checks: z.array(check),
  deadline: time.describe("Without approval until then, it expires."),
  receivedAt: time,
  updatedAt: time,
  steps: z.array(step).describe("What was done, the oldest first."),
});

/** What became of a request so far. */
export type RequestStatus = z.output<typeof requestStatusSchema>;

/** All requests, the newest first. */
export const requestStatusListSchema = z.array(requestStatusSchema);
