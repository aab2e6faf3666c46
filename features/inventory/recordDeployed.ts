import { EVENTS_VARIABLE, record } from "../events/index.ts";
import { takeInventory } from "./inventory.ts";
import type { Inventory } from "./schema.ts";

/**
 * Adds what a stack has to the ledger of events: which plan is deployed for whom since when, which charges go by. A stack that
 * was never updated adds nothing.
 *
 * @param root the project's root
 */
export function recordDeployed(root: string, { stack, tenants, updatedAt, takenAt }: Inventory): void {
  if (updatedAt === undefined) return;
  record(root, {
    kind: "deploy inventory",
    outcome: "succeeded",
    begun: new Date(takenAt),
    stack,
    deployed: {
      at: updatedAt,
      tenants: tenants.flatMap(({ id, plan, lifecycle }) =>
        plan === undefined || lifecycle === undefined ? [] : [{ id, plan, lifecycle }],
      ),
    },
  });
}

/** The same for a stack whose inventory is not there yet. Without a ledger, nothing is read. What fails is reported, and stops nothing. */
export async function recordStack(
  root: string,
  stack: string,
  warn: (line: string) => void = console.error,
): Promise<void> {
  if ((process.env[EVENTS_VARIABLE] ?? "") === "") return;
  try {
    recordDeployed(root, await takeInventory(root, stack));
  } catch (error) {
    warn(`What ${stack} has now could not be kept: ${error instanceof Error ? error.message : String(error)}`);
  }
}
