import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { z } from "zod";
import type { ConfigValues } from "../config/index.ts";

const run = promisify(execFile);

/** A command of the Pulumi CLI that failed; its message is what the CLI said. */
export class PulumiError extends Error {
  override readonly name = "PulumiError";
}

/**
 * Runs the `pulumi` on PATH and returns what it printed.
 *
 * @throws PulumiError when it is not there or exits with another status than 0.
 */
export async function pulumi(args: readonly string[], cwd: string): Promise<string> {
  try {
    const { stdout } = await run("pulumi", [...args, "--non-interactive"], { cwd, maxBuffer: 1 << 30 });
    return stdout;
  } catch (error) {
    const { code, stderr, stdout } = failure.parse(error);
    if (code === "ENOENT")
      throw new PulumiError('pulumi is not on PATH; in the sandbox: eval "$(npm run -s sandbox:env)"');
    throw new PulumiError(`pulumi ${args.slice(0, 2).join(" ")}: ${[stderr, stdout].join("\n").trim()}`);
  }
}

const failure = z.object({
  code: z.union([z.string(), z.number()]).optional(),
  stderr: z.string().default(""),
  stdout: z.string().default(""),
});

/** A resource as `pulumi stack export` lists it, as far as this project reads it. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string | undefined;
}

const exported = z.object({
  deployment: z.object({
    resources: z
      .array(z.object({ urn: z.string(), type: z.string(), id: z.string().optional(), delete: z.boolean().optional() }))
      .nullish(),
  }),
});

/** Resources in a stack's state, those that wait for their deletion left out. */
export async function stateResources(stack: string, cwd: string): Promise<readonly StateResource[]> {
  const text = await pulumi(["stack", "export", "--stack", stack], cwd);
  const { resources } = exported.parse(JSON.parse(text)).deployment;
  return (resources ?? []).filter((resource) => resource.delete !== true);
}

const configValues = z.record(
  z.string(),
  z.object({ value: z.string().optional(), objectValue: z.unknown().optional() }),
);

/** A stack's configuration in plain text, secrets included: keep it in memory. */
export async function stackSettings(stack: string, cwd: string): Promise<ConfigValues> {
  const text = await pulumi(["config", "--json", "--show-secrets", "--stack", stack], cwd);
  return new Map(
    Object.entries(configValues.parse(JSON.parse(text))).map(([key, { value, objectValue }]) => [
      key,
      { text: value, object: objectValue },
    ]),
  );
}
