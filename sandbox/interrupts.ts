import { log } from "./log.ts";
import { isPulumiRunning } from "./stack.ts";

/** Exit statuses of a process that a signal ends. */
const STATUSES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** What a command learns about signals that it received. */
export interface Interrupts {
  /** Whether there was one. */
  readonly isInterrupted: boolean;
}

/**
 * Takes signals over for a command that runs Pulumi. While Pulumi runs, the command waits: Pulumi gets the terminal's interrupt itself and
 * finishes what it is doing, because what it created would otherwise be missing from the state. At any other time a signal ends the command.
 *
 * @param isRunning whether Pulumi runs now. Default: the Pulumi of this process
 */
export function waitForPulumiOnSignals(isRunning: () => boolean = isPulumiRunning): Interrupts {
  const seen = { isInterrupted: false };
  for (const [signal, status] of Object.entries(STATUSES)) {
    process.removeAllListeners(signal);
    process.on(signal, () => {
      seen.isInterrupted = true;
      if (isRunning()) return;
      log(
        "Interrupted. The same command continues from here; what was started keeps running until `npx odoo-saas sandbox stop`.",
      );
      process.exit(status);
    });
  }
  return seen;
}
