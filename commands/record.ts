import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { EVENT_KINDS, record } from "../features/events/index.ts";
import type { Result } from "../features/events/index.ts";
import { PROJECT_ROOT } from "../lib/projectRoot.ts";

const noted = new WeakMap<CommandUnknownOpts, readonly Result[]>();

/** Says what a command that runs has come to for each tenant; its event has what was said last. */
export function noteResults(command: CommandUnknownOpts, results: readonly Result[]): void {
  noted.set(command, results);
}

/**
 * Adds a command that was run to the ledger of events, if it is one that changes or checks something.
 *
 * @param command the one that ran; the program itself where a call named none
 * @param begun when
 * @param error why it failed; undefined where the exit status alone says whether it did
 */
export function recordCommand(command: CommandUnknownOpts, begun: Date, error?: unknown): void {
  const path = `${command.parent?.name() ?? ""} ${command.name()}`;
  // Records itself, with what is deployed.
  const kind = path === "deploy inventory" ? undefined : EVENT_KINDS.find((each) => each === path);
  if (kind === undefined) return;
  const stack: unknown = command.getOptionValue("stack");
  const index = command.registeredArguments.findIndex((argument) => argument.name() === "tenant");
  const tenant = index === -1 ? undefined : command.args[index];
  const results = noted.get(command);
  record(PROJECT_ROOT, {
    kind,
    begun,
    outcome: error === undefined && (process.exitCode ?? 0) === 0 ? "succeeded" : "failed",
    ...(typeof stack === "string" && { stack }),
    tenants: tenant === undefined ? (results ?? []).map((result) => result.tenant) : [tenant],
    results,
    error,
  });
}
