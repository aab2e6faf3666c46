/** Where a tenant with a file is on its way: docs/runbooks/lifecycle.md says what may follow on what. */
export const LIFECYCLES = ["active", "paused", "decommissioning"] as const;

/** Where a tenant is: absent before its file exists and permanently after it is gone. */
export type LifecycleState = (typeof LIFECYCLES)[number] | "absent";

/** Fewest days between the day a tenant starts to be decommissioned and the end of its hold: a month to change one's mind. */
export const HOLD_DAYS_MIN = 30;

/** Page that every refusal of a change of the lifecycle names. */
export const LIFECYCLE_RUNBOOK = "docs/runbooks/lifecycle.md";

/**
 * What may follow on what. A state may always stay. That a tenant goes only after its hold, released and recorded, is for
 * who compares two versions of the files to see.
 */
const NEXT: Readonly<Record<LifecycleState, readonly LifecycleState[]>> = {
  absent: ["active"],
  active: ["paused", "decommissioning"],
  paused: ["active", "decommissioning"],
  decommissioning: ["absent"],
};

/** Whether a tenant may go from one state to the other in one change. */
export function isLegalTransition(from: LifecycleState, to: LifecycleState): boolean {
  return from === to || NEXT[from].includes(to);
}

/** States that may follow, such as `paused or decommissioning`, for messages. */
export function nextStates(from: LifecycleState): string {
  // Stryker disable next-line StringLiteral: Only how a message joins two words.
  return NEXT[from].join(" or ");
}

/** The calendar day in UTC, such as `2026-11-22`. */
export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

/** The calendar day some days later. */
export function addDays(day: string, days: number): string {
  return dayOf(new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000));
}

/** Whether a text is a calendar day that there is: `2027-02-28`, not `2027-02-30`. */
export function isDay(text: string): boolean {
  // Stryker disable next-line Regex: A longer text is not a date, or is not what the date is written as again.
  if (!/^20\d\d-\d\d-\d\d$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && dayOf(new Date(time)) === text;
}

/** Whether a hold is over: on its day, not before. Days of this form compare as texts. */
export function isHoldOver(holdUntil: string, today: string): boolean {
  return today >= holdUntil;
}
