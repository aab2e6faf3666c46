import type { Settings } from "./settings.ts";

/** What n8n itself looks at in a request; the program checks the rest. */
export interface Asked {
  readonly id: string;
  readonly tenant: string;
  readonly requester: string;
  readonly approver: string;
  /** Who asked through a program, the requester then. */
  readonly onBehalfOf?: string;
}

/** Everything that is known of a request while it is on its way. It is JSON: a restart of n8n reads it again. */
export interface State {
  readonly action: string;
  readonly asked: Asked;
  /** The request as it came. */
  readonly request: string;
  /** That its requester asks. */
  readonly proof: string;
  /** Tells this execution's runs from others'. */
  readonly key: string;
  /** When silence becomes a no. Milliseconds since 1970, as all times here. */
  deadline: number;
  /** What is done next. */
  step: StepName;
  /** Step of the program that runs now: an action, `merge` or `close`. */
  running: string;
  /** Since when the present step is waited for. */
  since: number;
  /** Repetitions of the present call. */
  repeated: number;
  run?: { readonly id: number; readonly url: string };
  job?: number;
  pull?: { readonly number: number; readonly url: string; readonly head: string };
  checked?: boolean;
  isAsked?: boolean;
  merged?: string;
  /** Why the pull request is closed. */
  why?: string;
}

/** Names of what comes next: a node of the workflow each. */
export const STEPS = [
  "Start a run",
  "Look for the run",
  "Read its jobs",
  "Read its log",
  "Find the pull request",
  "Read its checks",
  "Ask for approval",
  "Read its reviews",
  "Look for the deployment",
  "Wait",
  "Report",
  "Fail",
] as const;

export type StepName = (typeof STEPS)[number];

/** What comes next, with what the node of that name needs. */
export interface Step {
  readonly next: StepName;
  readonly state: State;
  /** Address and body of a call. */
  readonly url?: string;
  readonly body?: unknown;
  /** Seconds, of `Wait`. */
  readonly wait?: number;
  /** For people, of `Report`, `Fail` and `Ask for approval`. */
  readonly message?: string;
}

/** What came back: GitHub's answer, a failure to reach it, or nothing after a wait. */
export interface Answer {
  readonly statusCode?: number;
  readonly body?: unknown;
  readonly error?: unknown;
}

/** What a decision is made of. */
export interface Situation {
  readonly state: State;
  readonly answer: Answer;
  readonly settings: Settings;
  /** Milliseconds since 1970. */
  readonly now: number;
}
