import { runEngine } from "./engine.ts";
import { planOf, planSchema } from "./plan.ts";
import type { Plan } from "./plan.ts";

/** How the preview of a proposal ended. */
export interface StackPreview {
  readonly plan: Plan;
  /** What policies and the engine objected to, one message each. May be empty although the preview failed. */
  readonly objections: readonly string[];
  /** What the engine printed for people. */
  readonly text: string;
}

/**
 * Previews a stack with the policy pack. What is proposed needs no attestation yet; the update does.
 *
 * @param root the project's root
 * @throws DeliveryError if the engine cannot be started
 */
export async function previewStack(root: string, stack: string): Promise<StackPreview> {
  const { ok, events, text } = await runEngine(root, "propose", stack);
  const plan = planSchema.parse(planOf(stack, ok, events));
  const refusals = plan.policies.map(({ policy, message }) => `${policy}: ${message}`);
  return { plan, objections: [...refusals, ...plan.errors], text };
}
