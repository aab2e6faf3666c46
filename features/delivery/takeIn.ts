import { runEngine } from "./engine.ts";
import { DeliveryError, type Section } from "./deliveryError.ts";
import { planOf } from "./plan.ts";

/**
 * Takes what the services have of these resources into the state: the next update puts back what differs, but for what
 * people may set (`ignoreChanges`), which it then keeps.
 *
 * @param section of the runbook
 * @throws DeliveryError
 */
export async function takeIn(
  root: string,
  stack: string,
  urns: readonly string[],
  section: Section,
  log: (line: string) => void,
): Promise<void> {
  log(`Reading ${urns.length} resource${urns.length === 1 ? "" : "s"} of ${stack}.`);
  const targets = urns.flatMap((urn) => ["--target", urn]);
  const { ok, events, text } = await runEngine(root, "refresh", stack, targets);
  if (ok) return;
  const { errors } = planOf(stack, ok, events);
  throw new DeliveryError(`The refresh of ${stack} failed: ${errors.join("; ") || text}`, section);
}
