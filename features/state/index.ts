/** A journal for states in folders: what Pulumi keeps for Pulumi Cloud only, with the same CLI. */
export { LockedError } from "./stateError.ts";
export { replayLeftJournal, withJournal } from "./withJournal.ts";
export type { JournalOptions, PulumiCommand } from "./withJournal.ts";
