import { existsSync } from "node:fs";
import { join } from "node:path";
import { POLICY_PACK } from "../../lib/policyPack.ts";
import { pulumiEvents } from "../../lib/pulumi.ts";
import type { Operated } from "../../lib/pulumi.ts";
import { stackEnvironment } from "../../policies/lib/urn.ts";
import { withJournal } from "../state/index.ts";
import { DeliveryError } from "./deliveryError.ts";
import { engineEvent } from "./events.ts";
import type { EngineEvent } from "./events.ts";

/** What is asked of the engine: `propose` previews what nobody has attested or promoted yet, `compare` only shows how the services differ from the state, `refresh` takes that into it. */
export type Operation = "propose" | "preview" | "up" | "compare" | "refresh";

/** How options of Pulumi's begin that no workflow may pass: they switch off what keeps tenants' data. */
export const FORBIDDEN_OPTIONS = [
  "--ignore-protect",
  "--disable-integrity-checking",
  "--policy-pack",
  "--config",
  "--stack",
  "-c",
  "-s",
] as const;

/**
 * The engine's arguments for a stack: always with the policy pack, relaxed for nobody whose stack is named staging or prod but for
 * the previews of proposals, which tell what would be and cannot be promoted yet.
 *
 * @throws DeliveryError for an option that would go around what protects tenants.
 */
export function engineArguments(operation: Operation, stack: string, more: readonly string[]): string[] {
  const forbidden = more.find((word) => FORBIDDEN_OPTIONS.some((option) => word.startsWith(option)));
  if (forbidden !== undefined) {
    throw new DeliveryError(
      `${forbidden.split("=", 1)[0] ?? ""} is refused: no workflow goes around the policies, the protection or the stack's settings`,
      "preview",
    );
  }
  const command = { propose: "preview", preview: "preview", up: "up", compare: "refresh", refresh: "refresh" }[
    operation
  ];
  const base = [command, "--stack", stack];
  // Neither declares anything that policies could judge.
  if (operation === "compare") return [...base, "--preview-only", ...more];
  if (operation === "refresh") return [...base, "--yes", "--skip-preview", ...more];
  const isSandbox = stackEnvironment(stack) === undefined;
  const config = isSandbox
    ? "policies/sandbox.json"
    : operation === "propose"
      ? "policies/pull-request.json"
      : undefined;
  return [
    ...base,
    "--policy-pack",
    POLICY_PACK,
    ...(config === undefined ? [] : ["--policy-pack-config", config]),
    ...(operation === "up" ? ["--yes", "--skip-preview"] : []),
    ...more,
  ];
}

/**
 * Runs the `pulumi` on PATH and reads its events.
 *
 * @param root the project's root
 * @param log gets a line for a journal that was replayed, and for why there is none
 * @throws DeliveryError when it cannot be started; StateError for a journal that a person must look at
 */
export async function runEngine(
  root: string,
  operation: Operation,
  stack: string,
  more: readonly string[] = [],
  log: (line: string) => void = console.error,
): Promise<Operated<EngineEvent>> {
  const args = engineArguments(operation, stack, more);
  if (!existsSync(join(root, POLICY_PACK))) {
    throw new DeliveryError(`${join(root, POLICY_PACK)}, the policy pack, is missing`, "preview");
  }
  const command = await withJournal(stack, { program: "pulumi", args }, { cwd: root, env: process.env, log });
  return pulumiEvents(command.args, (value) => engineEvent.safeParse(value).data, {
    cwd: root,
    program: command.program,
    startError: () =>
      new DeliveryError("pulumi is not on PATH, expected the Pulumi CLI of package.json's @pulumi/pulumi", "preview"),
  });
}
