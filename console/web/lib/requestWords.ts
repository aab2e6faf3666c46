import type { Request, RequestAction } from "../../api/requests.ts";

/** State of a request. */
export type RequestStateName = Request["state"];

/** What a request asks for, as a verb. */
export const ACTION_WORDS: Readonly<Record<RequestAction, string>> = {
  create: "Create",
  change: "Change",
  pause: "Pause",
  resume: "Resume",
  decommission: "Decommission",
};

/** States of a request, for people. */
export const REQUEST_STATE_WORDS: Readonly<Record<RequestStateName, string>> = {
  received: "Received",
  refused: "Refused",
  opened: "Checks running",
  checked: "Checks passed",
  waiting: "Waiting for approval",
  merging: "Merging",
  deploying: "Deploying",
  done: "Done",
  failed: "Failed",
  rejected: "Rejected",
  expired: "Expired",
};

/** Steps of a request, for people. */
export const STEP_WORDS: Readonly<Record<Request["steps"][number]["name"], string>> = {
  received: "Received",
  opened: "Pull request opened",
  checks: "Checks",
  approval: "Approval",
  merged: "Merged",
  deployed: "Deployed",
};

/** Whether a request still moves. */
export const isOpen = (state: RequestStateName): boolean =>
  !["done", "refused", "failed", "rejected", "expired"].includes(state);
