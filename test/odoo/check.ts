import type { Walk } from "./walk.ts";

/** One thing that was looked at. */
export interface Finding {
  /** What was asked, such as "admin/admin at the log-in page". */
  readonly what: string;
  readonly expected: string;
  readonly found: string;
  readonly outcome: Outcome;
}

/** What looking came to. */
export type Outcome = "passed" | "failed" | "not looked at";

/** One subject of the walk. */
export interface Check {
  /** Says what it is about, in a few words. */
  readonly title: string;
  /** Looks at one tenant. An error is a finding too: the check failed where it was. */
  readonly run: (walk: Walk) => Promise<readonly Finding[]>;
}

/** A finding that two values are equal. */
export function equal(what: string, found: unknown, expected: unknown): Finding {
  const [left, right] = [show(found), show(expected)];
  return { what, expected: right, found: left, outcome: left === right ? "passed" : "failed" };
}

/** A finding that a condition holds. */
export function holds(what: string, passed: boolean, found: unknown, expected: string): Finding {
  return { what, expected, found: show(found), outcome: passed ? "passed" : "failed" };
}

/** Something that this tenant does not have, and why. It counts as neither passed nor failed. */
export function notLookedAt(what: string, why: string): Finding {
  return { what, expected: "", found: why, outcome: "not looked at" };
}

/** How often each value is there. */
export function countsOf(values: readonly (string | number)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

function show(value: unknown): string {
  if (value === undefined) return "not set";
  return typeof value === "string" ? value : JSON.stringify(value);
}
