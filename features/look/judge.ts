import type {
  PolicyResource,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import { unknownCheckingProxy } from "../../policies/lib/unknownValues.ts";

/** A resource as the engine shows it to policies. */
export interface Resource {
  readonly type: string;
  readonly urn: string;
  readonly name: string;
  /** URN of the parent; undefined: the stack itself. */
  readonly parent: string | undefined;
  readonly protect: boolean;
  readonly props: Record<string, unknown>;
  /** What its server calls it: shown with all resources together, when it is there. */
  readonly id?: string;
}

/** What a policy reported of one resource. */
export interface Violation {
  readonly urn: string | undefined;
  readonly message: string;
}

/** A policy of the pack. */
export type Policy = ResourceValidationPolicy | StackValidationPolicy;
type Config = Readonly<Record<string, unknown>>;

const NO_TIMEOUTS = { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 };

/** Runs a policy over resources as the engine does: one by one, or all together; properties behind the same proxy. */
export function judge(policy: Policy, resources: readonly Resource[], config: Config = {}): Violation[] {
  const violations: Violation[] = [];
  if ("validateResource" in policy) {
    for (const resource of resources) violations.push(...judgeOne(policy, resource, config));
  }
  if ("validateStack" in policy) violations.push(...judgeStack(policy, resources, config));
  return violations;
}

/** Runs a policy over one resource, as the engine does before it is made. */
export function judgeOne(policy: ResourceValidationPolicy, resource: Resource, config: Config = {}): Violation[] {
  const violations: Violation[] = [];
  const validate = policy.validateResource;
  if (typeof validate !== "function") throw new Error(`${policy.name} validates by several functions, expected one`);
  const args: ResourceValidationArgs = {
    ...seen(resource),
    stackTags: new Map(),
    asType: () => undefined,
    getConfig: () => config as never,
    notApplicable,
  };
  void validate(args, (message) => violations.push({ urn: resource.urn, message }));
  return violations;
}

/** Runs a policy over all resources together only: what it says when it was not shown them before. */
export function judgeStack(
  policy: StackValidationPolicy,
  resources: readonly Resource[],
  config: Config = {},
): Violation[] {
  const violations: Violation[] = [];
  void policy.validateStack(
    { resources: resources.map(made), stackTags: new Map(), getConfig: () => config as never, notApplicable },
    (message, urn) => violations.push({ urn, message }),
  );
  return violations;
}

/** A resource as it is shown with all others: what its server made of it. */
function made(resource: Resource): PolicyResource {
  const { id, props } = resource;
  return seen(id === undefined ? resource : { ...resource, props: { ...props, id } });
}

function seen(resource: Resource): PolicyResource {
  return {
    type: resource.type,
    urn: resource.urn,
    name: resource.name,
    props: unknownCheckingProxy(resource.props),
    opts: {
      protect: resource.protect,
      ignoreChanges: [],
      aliases: [],
      customTimeouts: NO_TIMEOUTS,
      additionalSecretOutputs: [],
      ...(resource.parent === undefined ? {} : { parent: resource.parent }),
    },
    dependencies: [],
    propertyDependencies: {},
    isType: () => false,
    asType: () => undefined,
  };
}

function notApplicable(): never {
  throw new Error("a policy of this pack says nothing where it does not apply");
}
