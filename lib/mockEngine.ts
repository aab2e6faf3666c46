import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks.js";
import type { MockCallArgs, MockResourceArgs } from "@pulumi/pulumi/runtime/mocks.js";
import { SECRET as SECRET_SIGNATURE, SIGNATURE, UNKNOWN as UNKNOWN_SIGNATURE } from "./pulumiMarks.ts";

/**
 * Runs a Pulumi program with the SDK's mocks instead of an engine, and records every resource that it registers.
 *
 * Functions (`invoke`, `call`) are refused unless they are answered: this project's program asks providers nothing.
 */

/** A JSON value as it went over the wire, secrets replaced by {@link SECRET} and unknown values by {@link UNKNOWN}. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Stands for a secret value in {@link RecordedResource.inputs}. */
export const SECRET = "[secret]";
/** Stands for a value that is not known before the update. */
export const UNKNOWN = "[unknown]";

/** A resource that the program registered. */
export interface RecordedResource {
  /** Type token, such as `kubernetes:core/v1:Namespace`. */
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  /** URN of this resource, as the mocks make it: parent's type, type and name. */
  readonly urn: string;
  /** URN of the parent; empty for a root. */
  readonly parent: string;
  /** False for a component. */
  readonly custom: boolean;
  /** Inputs, secrets and unknown values replaced. */
  readonly inputs: { readonly [key: string]: Json };
  /** Inputs with the secrets' values, for assertions on what they hold. Never write them into a golden file. */
  readonly revealed: { readonly [key: string]: Json };
  /** Logical name of the provider that was given, empty for the default one. */
  readonly provider: string;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  /** Properties that are as the state has them, whatever the program says. */
  readonly ignoreChanges: readonly string[];
  /** URNs of what it waits for: explicitly, and through its inputs. Sorted. */
  readonly dependsOn: readonly string[];
  /** Custom timeouts; empty strings where none was given. */
  readonly timeouts: { readonly create: string; readonly update: string; readonly delete: string };
}

/** Choices of {@link runProgram}. */
export interface RunOptions {
  /** Default `odoo-saas`. */
  readonly project?: string;
  /** Default `test`. */
  readonly stack?: string;
  /** Whether it is the preview of a first update: what only a provider can tell is unknown. Default false. */
  readonly preview?: boolean;
  /** Pulumi configuration, such as `odoo-saas:environment`; values are text, objects as JSON. Default none. */
  readonly config?: Readonly<Record<string, string>>;
  /** Keys of `config` that are secret. Default none. */
  readonly secretKeys?: readonly string[];
  /** What providers would compute, by resource; added to the inputs to make the state. Default: {@link computedOutputs}. */
  readonly computed?: (resource: MockResourceArgs) => Readonly<Record<string, unknown>>;
  /** Answers function calls. Default: every call is an error. */
  readonly call?: (call: MockCallArgs) => Record<string, unknown>;
}

/** What {@link runProgram} saw. */
export interface RunResult<Value> {
  /** What the program returned. */
  readonly value: Value;
  /** Every resource, sorted by URN. */
  readonly resources: readonly RecordedResource[];
}

/** The part of a registration request that is recorded. */
interface Registration {
  getType(): string;
  getName(): string;
  getParent(): string;
  getCustom(): boolean;
  getProvider(): string;
  getProvidersMap(): { toObject(): [string, string][] };
  getProtect(): boolean | undefined;
  getRetainondelete(): boolean | undefined;
  getIgnorechangesList(): string[];
  getDependenciesList(): string[];
  getObject(): { toJavaScript(): { [key: string]: Json } } | undefined;
  getCustomtimeouts(): { getCreate(): string; getUpdate(): string; getDelete(): string } | undefined;
}

/** Tells the error, or the response with the resource's URN. */
type Answer = (error: Error | null, response: { getUrn(): string } | undefined) => void;

/** Listens to the mocked engine: `Mocks` do not get parents, options and dependencies. */
function recordRegistrations(): RecordedResource[] {
  const monitor: unknown = pulumi.runtime.getMonitor();
  if (!(monitor instanceof MockMonitor)) throw new Error("No mocks are set, expected pulumi.runtime.setMocks before");
  const recorded: RecordedResource[] = [];
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request: Registration, answer: Answer) =>
    register(request, (error: Error | null, response: { getUrn(): string } | undefined) => {
      if (error === null && response !== undefined) recorded.push(record(request, response.getUrn()));
      answer(error, response);
    });
  return recorded;
}

function record(request: Registration, urn: string): RecordedResource {
  const inputs = request.getObject()?.toJavaScript() ?? {};
  const timeouts = request.getCustomtimeouts();
  // A reference is `<urn>::<id>`; a component is given a map of references instead.
  const references = request
    .getProvidersMap()
    .toObject()
    .map(([, reference]) => reference);
  const provider = request.getProvider() === "" ? (references[0] ?? "") : request.getProvider();
  return {
    type: request.getType(),
    name: request.getName(),
    urn,
    parent: request.getParent(),
    custom: request.getCustom(),
    inputs: readAll(inputs, true),
    revealed: readAll(inputs, false),
    provider: provider.split("::")[3] ?? "",
    protect: request.getProtect() ?? false,
    retainOnDelete: request.getRetainondelete() ?? false,
    ignoreChanges: request.getIgnorechangesList(),
    dependsOn: request.getDependenciesList().sort(),
    timeouts: {
      create: timeouts?.getCreate() ?? "",
      update: timeouts?.getUpdate() ?? "",
      delete: timeouts?.getDelete() ?? "",
    },
  };
}

function readAll(values: { readonly [key: string]: Json }, mask: boolean): { [key: string]: Json } {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, read(value, mask)]));
}

function read(value: Json, mask: boolean): Json {
  if (value === UNKNOWN_SIGNATURE) return UNKNOWN;
  if (Array.isArray(value)) return value.map((item) => read(item, mask));
  if (typeof value !== "object" || value === null) return value;
  if (value[SIGNATURE] === SECRET_SIGNATURE) return mask ? SECRET : read(value["value"] ?? null, mask);
  return readAll(value, mask);
}

/**
 * What the real providers compute and the program reads: random passwords (secret), and names as ids where a provider's id
 * is the name.
 */
export function computedOutputs(resource: MockResourceArgs): Readonly<Record<string, unknown>> {
  if (resource.type === "random:index/randomPassword:RandomPassword") {
    return { result: pulumi.secret(`password-of-${resource.name}`) };
  }
  return {};
}

/**
 * Runs a program to its end, all registrations and the outputs that they wait for included.
 *
 * @param program what `index.ts` or a test would do; may return outputs
 * @throws Error what the program throws, or the first registration that failed.
 */
export async function runProgram<Value>(
  program: () => Value | Promise<Value>,
  options: RunOptions = {},
): Promise<RunResult<Value>> {
  const computed = options.computed ?? computedOutputs;
  const mocks: pulumi.runtime.Mocks = {
    newResource: (args) => ({
      id: resourceId(args),
      state: { ...inputsOf(args), ...(options.preview === true ? {} : computed(args)) },
    }),
    call: (args) => {
      if (options.call === undefined) {
        const message = `The program called ${args.token}, expected it to call no function; answer it with RunOptions.call.`;
        // The SDK shows the `details` of a failed call.
        throw Object.assign(new Error(message), { details: message });
      }
      return options.call(args);
    },
  };
  const project = options.project ?? "odoo-saas";
  const stack = options.stack ?? "test";
  const preview = options.preview ?? false;
  await pulumi.runtime.setMocks(mocks, project, stack, preview);
  const recorded = recordRegistrations();
  pulumi.runtime.setAllConfig({ ...options.config }, [...(options.secretKeys ?? [])]);

  const failures: Error[] = [];
  const onRejection = (reason: unknown) => {
    failures.push(reason instanceof Error ? reason : new Error(String(reason)));
  };
  // Outputs that nobody awaits fail by way of unhandled rejections: a test must see those, not the test runner.
  const others = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", onRejection);
  try {
    const value = await program();
    await pulumi.runtime.disconnect();
    // Rejections are reported when the queue of promises is empty.
    await new Promise((resolve) => setImmediate(resolve));
    const [failure] = failures;
    if (failure !== undefined) throw failure;
    const resources = [...recorded].sort((a, b) => (a.urn < b.urn ? -1 : a.urn > b.urn ? 1 : 0));
    return { value, resources };
  } finally {
    process.removeListener("unhandledRejection", onRejection);
    for (const listener of others) process.on("unhandledRejection", listener);
  }
}

function inputsOf({
  inputs,
}: {
  readonly inputs: Readonly<Record<string, unknown>>;
}): Readonly<Record<string, unknown>> {
  return inputs;
}

/** Keycloak's realms have their name as id; everything else an id made from its logical name. */
function resourceId(args: MockResourceArgs): string {
  const { realm } = inputsOf(args);
  return args.type === "keycloak:index/realm:Realm" && typeof realm === "string" ? realm : `${args.name}-id`;
}
