import { UserError } from "../../lib/userError.ts";

/** Where a person finds what to do about a journal that could not be taken into the state. */
export const RUNBOOK = "docs/runbooks/interrupted-update.md#a-journal-was-left";

/** A journal or a state that must not be touched without a person: nothing was changed. */
export class StateError extends UserError {
  override readonly name: string = "StateError";
}

/** Another update has the stack. */
export class LockedError extends StateError {
  override readonly name = "LockedError";
}
