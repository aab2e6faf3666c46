import { findInstance, NO_SANDBOX } from "./instance.ts";
import { log } from "./log.ts";
import { statusReport, statusText } from "./report.ts";
import { hasStack, stackOutputs } from "./stack.ts";
import { ensureToolchain } from "./toolchain/ensure.ts";

/** What the status contains. */
export interface StatusOptions {
  /** As JSON, with the stack's outputs. */
  readonly json: boolean;
  /** With passwords and the stack's outputs in plain text. */
  readonly showSecrets: boolean;
}

/**
 * Text of the sandbox's status: which services run, on which ports, with which logs. Creates nothing if there is no sandbox.
 *
 * @throws UserError
 */
export async function sandboxStatus({ json, showSecrets }: StatusOptions): Promise<string> {
  const instance = await findInstance();
  if (instance === undefined) return json ? JSON.stringify({ services: [], outputs: {} }) : NO_SANDBOX;
  const outputs =
    (json || showSecrets) && hasStack(instance)
      ? await stackOutputs(instance, await ensureToolchain(["core"], { log }), showSecrets)
      : {};
  return json
    ? JSON.stringify({ ...statusReport(instance, showSecrets), outputs }, null, 2)
    : statusText(instance, showSecrets ? outputs : undefined);
}
