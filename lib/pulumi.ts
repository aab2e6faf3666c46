import { z } from "zod";
import { attach, run } from "./process.ts";
import type { Attached, Ended, ProgramOptions, RunOptions } from "./process.ts";
import { UserError } from "./userError.ts";

/** A command of the Pulumi CLI that failed; its message is what the CLI said. */
export class PulumiError extends UserError {
  override readonly name = "PulumiError";
}

/** What the Pulumi CLI is run with. */
export interface PulumiOptions extends ProgramOptions {
  /** The project's folder, or one inside it. */
  readonly cwd: string;
  /** Path of the CLI. @default `pulumi` on PATH */
  readonly program?: string | undefined;
  /** Standard input; the place for a secret that is set. @default empty */
  readonly input?: string | undefined;
}

const notThere = () => new PulumiError('pulumi is not on PATH; in the sandbox: eval "$(npx odoo-saas sandbox env)"');

/**
 * Runs the CLI without questions, whatever its exit status. It is not ended with this process: what an update that is
 * ended made would be missing from the state.
 *
 * @throws PulumiError, or what `startError` makes, when it is not there
 */
export function runPulumi(
  args: readonly string[],
  { program = "pulumi", ...options }: PulumiOptions & Pick<RunOptions, "onLine" | "keepsOutput">,
): Promise<Ended> {
  return run(program, [...args, "--non-interactive"], { startError: notThere, ...options, outlivesUs: true });
}

/**
 * Runs the `pulumi` on PATH and returns what it printed.
 *
 * @throws PulumiError when it is not there or exits with another status than 0.
 */
export async function pulumi(args: readonly string[], cwd: string): Promise<string> {
  const { status, stdout, stderr } = await runPulumi(args, { cwd });
  if (status === 0) return stdout;
  throw new PulumiError(`pulumi ${args.slice(0, 2).join(" ")}: ${[stderr, stdout].join("\n").trim()}`);
}

/** How an operation of the engine ended. */
export interface Operated<Event> {
  readonly ok: boolean;
  readonly events: readonly Event[];
  /** What was printed beside the events, for people. */
  readonly text: string;
}

/**
 * Runs an operation of the engine, such as `preview` or `up`, and reads its events.
 *
 * @param parse reads a line's JSON; undefined when it is not an event
 * @throws PulumiError, or what `startError` makes, when the CLI is not there
 */
export async function pulumiEvents<Event>(
  args: readonly string[],
  parse: (value: unknown) => Event | undefined,
  { env = process.env, ...options }: PulumiOptions,
): Promise<Operated<Event>> {
  const events: Event[] = [];
  const text: string[] = [];
  const { status } = await runPulumi([...args, "--json"], {
    ...options,
    // Each event has the whole state of its resource, and a fleet has very many.
    keepsOutput: false,
    // By default a preview prints a digest without the policies' verdicts.
    env: { ...env, PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" },
    onLine: (line, output) => {
      const event = output === "stdout" && line.startsWith("{") ? parse(jsonOf(line)) : undefined;
      if (event === undefined) text.push(line);
      else events.push(event);
    },
  });
  return { ok: status === 0, events, text: text.join("\n") };
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Starts the CLI for a person to watch. It handles an interrupt itself, and must be waited for. */
export function watchPulumi(args: readonly string[], { program = "pulumi", ...options }: PulumiOptions): Attached {
  return attach(program, args, { startError: notThere, ...options });
}

/** A resource as `pulumi stack export` lists it, as far as this project reads it. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string | undefined;
  readonly provider?: string | undefined;
}

/** A resource that the program declares and the state does not have. */
export interface Declared {
  readonly urn: string;
  readonly type: string;
  /** Logical name: the URN's last part. */
  readonly name: string;
  /** Secrets are masked. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** URNs of what an input is made from, by the input's name. */
  readonly madeFrom: Readonly<Record<string, readonly string[] | null>>;
  /** URN of the component that it is part of. */
  readonly parent?: string | undefined;
  /** URN of its provider. */
  readonly provider?: string | undefined;
}

/** What an update that was cut off had begun. */
export interface PendingOperation {
  /** `creating`, `updating`, `deleting`, … */
  readonly operation: string;
  readonly resource: Declared;
}

/** A stack's state, as far as this project reads it. */
export interface StackState {
  /** Without those that wait for their deletion. */
  readonly resources: readonly StateResource[];
  readonly pending: readonly PendingOperation[];
  /** Passwords in plain text by the URN of what made them: keep them in memory. */
  readonly passwords: ReadonlyMap<string, string>;
  /** What each provider logs in with, in plain text by the provider's URN: keep them in memory. */
  readonly credentials: ReadonlyMap<string, string>;
}

/** A resource with its inputs, as states and previews have it. */
const declaredState = z.object({
  urn: z.string(),
  type: z.string(),
  inputs: z.record(z.string(), z.unknown()).optional(),
  parent: z.string().optional(),
  provider: z.string().optional(),
  propertyDependencies: z.record(z.string(), z.array(z.string()).nullable()).optional(),
});

function declaredOf({
  urn,
  type,
  inputs,
  parent,
  provider,
  propertyDependencies,
}: z.output<typeof declaredState>): Declared {
  return {
    urn,
    type,
    name: urn.slice(urn.lastIndexOf("::") + 2),
    inputs: inputs ?? {},
    madeFrom: propertyDependencies ?? {},
    parent,
    // `<urn>::<id>`
    provider: provider?.slice(0, provider.lastIndexOf("::")),
  };
}

const exported = z.object({
  deployment: z.object({
    resources: z
      .array(
        z.object({
          urn: z.string(),
          type: z.string(),
          id: z.string().optional(),
          provider: z.string().optional(),
          delete: z.boolean().optional(),
          inputs: z.record(z.string(), z.unknown()).optional(),
          outputs: z.looseObject({ result: z.unknown().optional() }).optional(),
        }),
      )
      .nullish(),
    pending_operations: z.array(z.object({ type: z.string(), resource: declaredState })).nullish(),
  }),
});

/** A secret as `--show-secrets` has it: its value as JSON. */
const plaintext = z.object({ plaintext: z.string() });

/** Inputs of the program's providers that hold what they log in with; each provider has one of them. */
const CREDENTIALS = ["password", "clientSecret", "kubeconfig"] as const;

/** A secret text in plain text; undefined when it is none. */
function secretText(value: unknown): string | undefined {
  const secret = plaintext.safeParse(value);
  return secret.success ? z.string().safeParse(JSON.parse(secret.data.plaintext)).data : undefined;
}

/** A stack's state. @throws PulumiError */
export async function stackState(stack: string, cwd: string): Promise<StackState> {
  const text = await pulumi(["stack", "export", "--show-secrets", "--stack", stack], cwd);
  const { resources, pending_operations } = exported.parse(JSON.parse(text)).deployment;
  return {
    resources: (resources ?? []).filter((resource) => resource.delete !== true),
    pending: (pending_operations ?? []).map(({ type, resource }) => ({
      operation: type,
      resource: declaredOf(resource),
    })),
    passwords: new Map(
      (resources ?? []).flatMap(({ type, urn, outputs }) => {
        const secret = secretText(outputs?.result);
        return type === "random:index/randomPassword:RandomPassword" && secret !== undefined ? [[urn, secret]] : [];
      }),
    ),
    credentials: new Map(
      (resources ?? []).flatMap(({ type, urn, inputs = {} }) => {
        if (!type.startsWith("pulumi:providers:")) return [];
        const secret = CREDENTIALS.map((key) => secretText(inputs[key])).find((text) => text !== undefined);
        return secret === undefined ? [] : [[urn, secret]];
      }),
    ),
  };
}

const linked = z.object({
  deployment: z.object({
    resources: z
      .array(
        z.object({
          urn: z.string(),
          delete: z.boolean().optional(),
          parent: z.string().optional(),
          dependencies: z.array(z.string()).nullish(),
          propertyDependencies: z.record(z.string(), z.array(z.string()).nullable()).nullish(),
          deletedWith: z.string().optional(),
        }),
      )
      .nullish(),
  }),
});

/** What each resource of a stack's state is part of or made from, by URN. @throws PulumiError */
export async function stateDependencies(stack: string, cwd: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const text = await pulumi(["stack", "export", "--stack", stack], cwd);
  const { resources } = linked.parse(JSON.parse(text)).deployment;
  return new Map(
    (resources ?? [])
      .filter((resource) => resource.delete !== true)
      .map(({ urn, parent = "", deletedWith = "", dependencies, propertyDependencies }) => {
        const values = Object.values(propertyDependencies ?? {}).flatMap((urns) => urns ?? []);
        const all = [parent, deletedWith, ...(dependencies ?? []), ...values];
        return [urn, [...new Set(all)].filter((one) => one !== "")];
      }),
  );
}

const previewed = z.object({
  steps: z.array(z.object({ op: z.string(), newState: declaredState.optional() })).nullish(),
});

/**
 * What the program declares and the state does not have, in the order that it would be made in. Secrets are masked; what
 * made them is in `madeFrom`.
 *
 * @throws PulumiError
 */
export async function declaredAnew(stack: string, cwd: string): Promise<readonly Declared[]> {
  const text = await pulumi(["preview", "--json", "--stack", stack], cwd);
  return (previewed.parse(JSON.parse(text)).steps ?? []).flatMap(({ op, newState }) =>
    op === "create" && newState !== undefined ? [declaredOf(newState)] : [],
  );
}

const configValues = z.record(
  z.string(),
  z.object({ value: z.string().optional(), objectValue: z.unknown().optional() }),
);

/** Values of a stack's configuration by key: a text, or an object. */
export type SettingValues = ReadonlyMap<string, { readonly text?: string | undefined; readonly object?: unknown }>;

/** A stack's configuration in plain text, secrets included: keep it in memory. */
export async function stackSettings(stack: string, cwd: string): Promise<SettingValues> {
  const text = await pulumi(["config", "--json", "--show-secrets", "--stack", stack], cwd);
  return new Map(
    Object.entries(configValues.parse(JSON.parse(text))).map(([key, { value, objectValue }]) => [
      key,
      { text: value, object: objectValue },
    ]),
  );
}
