import type { TenantLifecycleInputs } from "./inputs.ts";

/** What the state holds of a tenant's lifecycle, or is to hold. */
export type Lifecycle = TenantLifecycleInputs;

/** Something that is refused: the property, and why. */
export interface Refusal {
  readonly property: string;
  readonly reason: string;
}

/** Fewest days of a hold from the day that decommissioning begins: as in config/lifecycle.ts, which a test holds this against. */
export const HOLD_DAYS_MIN = 30;

/** What may follow on what; the end is a deletion. */
const NEXT: Readonly<Record<Lifecycle["lifecycle"], readonly Lifecycle["lifecycle"][]>> = {
  active: ["paused", "decommissioning"],
  paused: ["active", "decommissioning"],
  decommissioning: [],
};

const RUNBOOK = "docs/runbooks/lifecycle.md";

/** Calendar day in UTC, some days from a time on. */
function day(now: Date, days = 0): string {
  return new Date(now.getTime() + days * 86_400_000).toISOString().slice(0, 10);
}

/**
 * What a change would skip or undo: held against the engine's own state, which nobody's choice of a base goes around.
 *
 * @param before what the state holds; undefined for a tenant that it does not know, or an older state
 * @param now the time of the change
 */
export function refusals(before: Lifecycle | undefined, after: Lifecycle, now: Date): Refusal[] {
  const found: Refusal[] = [];
  const refuse = (property: string, reason: string, section: string) =>
    found.push({ property, reason: `tenant ${after.tenant}: ${property} ${reason}. See ${RUNBOOK}#${section}` });
  const was = before?.lifecycle;
  if (was !== undefined && was !== after.lifecycle && !NEXT[was].includes(after.lifecycle)) {
    const expected = NEXT[was].length === 0 ? `${was}: it cannot go back` : [was, ...NEXT[was]].join(" or ");
    refuse("lifecycle", `is "${after.lifecycle}" after "${was}", expected ${expected}`, "what-may-follow-on-what");
  }
  if (after.lifecycle !== "decommissioning") {
    if (after.holdUntil !== undefined || after.release) {
      refuse("lifecycle", `is "${after.lifecycle}" with a hold, expected "decommissioning"`, "a-hold");
    }
    return found;
  }
  const { holdUntil } = after;
  if (holdUntil === undefined) {
    refuse("holdUntil", "is missing, expected the day that the hold ends", "a-hold");
    return found;
  }
  const earliest =
    was === "decommissioning" ? before?.holdUntil : was === undefined ? undefined : day(now, HOLD_DAYS_MIN);
  if (earliest !== undefined && holdUntil < earliest) {
    refuse("holdUntil", `is ${holdUntil}, expected ${earliest} or later: a hold cannot be shortened`, "a-hold");
  }
  if (after.release && before?.release !== true) {
    if (was !== "decommissioning" || holdUntil > day(now)) {
      refuse("release", `is true on ${day(now)}, expected false until the hold is over on ${holdUntil}`, "release");
    }
    if (after.lastBackup === undefined) {
      refuse("release", "is true without a record of a verified last backup, expected one in archive/", "release");
    }
  }
  return found;
}

/**
 * Why a tenant may not be deleted; undefined when it may.
 *
 * @param known what the state holds
 * @param now the time of the deletion
 */
export function deletionRefusal(known: Lifecycle, now: Date): string | undefined {
  if (!known.protected) return undefined;
  const released = known.lifecycle === "decommissioning" && known.release && known.lastBackup !== undefined;
  if (released && known.holdUntil !== undefined && known.holdUntil <= day(now)) return undefined;
  const state = known.release ? `released before ${known.holdUntil ?? "its hold is over"}` : known.lifecycle;
  return [
    `Tenant ${known.tenant} is ${state}: its data is not deleted, expected it to be decommissioned and released first`,
    "  fix:   put its file back, then lifecycle: decommissioning, a verified backup, the hold, release: true",
    `  more:  ${RUNBOOK}#a-deleted-file`,
  ].join("\n");
}
