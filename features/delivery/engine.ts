import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { stackEnvironment } from "../../policies/lib/urn.ts";
import { DeliveryError } from "./errors.ts";
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
  const base = [command, "--stack", stack, "--non-interactive", "--json"];
  // Neither declares anything that policies could judge.
  if (operation === "compare") return [...base, "--preview-only", ...more];
  if (operation === "refresh") return [...base, "--yes", "--skip-preview", ...more];
  const isSandbox = stackEnvironment(stack) === undefined;
  const config = isSandbox ? "policies/sandbox.json" : operation === "propose" ? "policies/proposal.json" : undefined;
  return [
    ...base,
    "--policy-pack",
    "policies",
    ...(config === undefined ? [] : ["--policy-pack-config", config]),
    ...(operation === "up" ? ["--yes", "--skip-preview"] : []),
    ...more,
  ];
}

/** How an operation of the engine ended. */
export interface Finished {
  readonly ok: boolean;
  readonly events: readonly EngineEvent[];
  /** What was printed beside the events, for people. */
  readonly text: string;
}

/**
 * Runs the `pulumi` on PATH and reads its events.
 *
 * @param root the project's root
 * @throws DeliveryError when it cannot be started
 */
export async function runEngine(
  root: string,
  operation: Operation,
  stack: string,
  more: readonly string[] = [],
): Promise<Finished> {
  const args = engineArguments(operation, stack, more);
  if (!existsSync(join(root, "policies", "PulumiPolicy.yaml"))) {
    throw new DeliveryError(`${join(root, "policies")} holds no policy pack`, "preview");
  }
  const child = spawn("pulumi", args, {
    cwd: root,
    // By default a preview prints a digest without the policies' verdicts.
    env: { ...process.env, PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const events: EngineEvent[] = [];
  const text: string[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => {
    const event = parseEvent(line);
    if (event === undefined) text.push(line);
    else events.push(event);
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => text.push(chunk.trimEnd()));
  const closed = new Promise((done) => lines.once("close", done));
  const status = await new Promise<number>((done, fail) => {
    child.once("error", () => {
      fail(
        new DeliveryError("pulumi is not on PATH, expected the Pulumi CLI of package.json's @pulumi/pulumi", "preview"),
      );
    });
    child.once("close", (code) => done(code ?? 1));
  });
  await closed;
  return { ok: status === 0, events, text: text.join("\n") };
}

function parseEvent(line: string): EngineEvent | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return engineEvent.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
