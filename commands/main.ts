import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { complete } from "./complete.ts";
import { reportError } from "./command.ts";
import { programFor } from "./program.ts";

/** Adds a command that was run to the ledger of events, where there is one: few commands need what that loads. */
async function keepEvent(command: CommandUnknownOpts, begun: Date, error?: unknown): Promise<void> {
  if ((process.env.ODOO_SAAS_EVENTS ?? "") === "") return;
  const { recordCommand } = await import("./record.ts");
  recordCommand(command, begun, error);
}

/** Runs a call of the command line and sets the exit status. Signals end the process by way of its exit handlers. */
async function main(args: readonly string[]): Promise<void> {
  for (const [signal, status] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const) {
    process.on(signal, () => process.exit(status));
  }
  // A reader such as head may close the pipe early.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
  const program = await programFor(args);
  let running = program;
  let begun = new Date();
  program.hook("preAction", (_, command) => {
    running = command;
    begun = new Date();
  });
  try {
    if (args[0] === "complete") complete(program, args.slice(1));
    else await program.parseAsync(args.length === 0 ? ["--help"] : args, { from: "user" });
    await keepEvent(running, begun);
  } catch (error) {
    await keepEvent(running, begun, error);
    // Setting exitCode is not enough: other work that still runs would keep the process alive.
    process.exit(reportError(error, running));
  }
}

await main(process.argv.slice(2));
