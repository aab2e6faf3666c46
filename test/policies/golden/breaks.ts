import { Field } from "../../../policies/lib/field.ts";
import { podTemplate, WORKLOADS } from "../../../policies/lib/pods.ts";
import { K8S } from "../../../policies/lib/types.ts";
import { isInTenant } from "../../../policies/lib/urn.ts";
import type { Resource } from "../../../features/look/judge.ts";
import { add, type Change, type Planned, set } from "../support/fixtures.ts";

/** The tenant of the fixture company whose resources are broken: it is in staging and in prod. */
export const OWN = "tbwa-finance";
/** Another tenant: in staging it is there, in prod only its name is. */
export const OTHER = "tbwa-crm";

/** Which resources are broken, one after the other. */
export interface Selector {
  /** Resource types. */
  readonly types: readonly string[];
  /** Narrows them further. Default: all of them. */
  readonly where?: (resource: Resource) => boolean;
}

/** One property that gets a wrong value, on each resource that is selected. */
export interface FieldBreak {
  readonly on: Selector;
  /** Keys; `*` stands for every entry of a list that is there. */
  readonly path: readonly string[];
  /** The wrong value; undefined removes it. A function makes it from the right one. */
  readonly value: unknown;
  /** Whether the violation is told of another resource, such as the namespace that a removed policy leaves open. */
  readonly elsewhere: boolean;
  /** The stack that it can be made in. Default: every one. */
  readonly stack?: string;
}

/** A change of the graph that is more than one property. */
export interface GraphBreak {
  readonly what: string;
  readonly change: Change;
  /** Properties that it breaks, as {@link readPath} has them. */
  readonly breaks?: readonly string[];
  /** The stack that it can be made in. Default: every one. */
  readonly stack?: string;
}

/** For each policy, by its name, the ways in which it must see the graph broken. */
export type Breaks = Readonly<Record<string, readonly (FieldBreak | GraphBreak)[]>>;

/** A change of one graph, made on a copy. */
export interface Mutant {
  readonly what: string;
  readonly resources: readonly Resource[];
  /** URN of the resource that must be named; undefined where it may be any. */
  readonly urn: string | undefined;
  /** The properties that are broken, as {@link readPath} has them. */
  readonly broken: readonly string[];
}

/** Resources of some types. */
export function only(types: string | readonly string[], where?: Selector["where"]): Selector {
  return { types: typeof types === "string" ? [types] : types, ...(where && { where }) };
}

/** Whether a resource is inside a tenant's component. */
export function ofTenants({ urn }: Resource): boolean {
  return isInTenant(urn);
}

/** A property with each of several wrong values; `undefined` removes it. */
export function bad(on: string | Selector, path: string | readonly string[], ...values: unknown[]): FieldBreak[] {
  return values.map((value) => ({
    on: typeof on === "string" ? only(on) : on,
    path: typeof path === "string" ? path.split(".") : path,
    value,
    elsewhere: false,
  }));
}

/** As {@link bad}, where the violation is told of another resource. */
export function badElsewhere(...args: Parameters<typeof bad>): FieldBreak[] {
  return bad(...args).map((broken) => ({ ...broken, elsewhere: true }));
}

/** A property of the pods that each kind of workload makes: the first value with all kinds, the others with Deployments. */
export function badPod(path: string | readonly string[], ...values: unknown[]): FieldBreak[] {
  const keys = typeof path === "string" ? path.split(".") : path;
  return WORKLOADS.flatMap((type) =>
    bad(type, [...templatePath(type), ...keys], ...values.slice(0, type === K8S.deployment ? undefined : 1)),
  );
}

/** A property of all containers: those that start before, the workload's own, and those for debugging. */
export function badContainer(path: string, ...values: unknown[]): FieldBreak[] {
  return ["initContainers", "containers", "ephemeralContainers"].flatMap((list) =>
    badPod(["spec", list, "*", ...path.split(".")], ...values),
  );
}

function templatePath(type: string): string[] {
  const { path } = podTemplate(type, new Field({}));
  return path === "" ? [] : path.split(".");
}

/** The first resource of a type that is the tenant's own, otherwise the platform's. */
export function first(resources: readonly Resource[], type: string): Resource {
  const own = resources.filter((resource) => resource.type === type && isOwn(resource));
  const found = own.find(ofTenants) ?? own[0];
  if (found === undefined) throw new Error(`The graph has no ${type}`);
  return found;
}

/** Takes a resource out of the graph. */
export function without(type: string): Change {
  return (resources) => {
    resources.splice(resources.indexOf(first(resources, type)), 1);
  };
}

/** Adds a copy of a resource, with another name, parent or properties. */
export function again(type: string, changes: Partial<Planned>): Change {
  return (resources) => {
    const { props, protect } = first(resources, type);
    add({ type, name: `${OWN}-again`, parent: OWN, protect, props, ...changes })(resources);
  };
}

/** Has a resource made outside of its tenant. */
export function outside(type: string): Change {
  return (resources) => {
    const { name } = first(resources, type);
    again(type, { name: `${name}-outside`, parent: undefined })(resources);
  };
}

/** Whether a resource is one that the breaks are made on: the first tenant's, or nobody's. */
function isOwn({ urn, name }: Resource): boolean {
  return !isInTenant(urn) || name.startsWith(OWN);
}

/** Every graph that a break makes of one that is right. */
export function mutants(broken: FieldBreak | GraphBreak, graph: readonly Resource[], stack: string): Mutant[] {
  if (broken.stack !== undefined && broken.stack !== stack) return [];
  if ("change" in broken) {
    const resources = structuredClone([...graph]);
    broken.change(resources);
    return [{ what: broken.what, resources, urn: undefined, broken: broken.breaks ?? [] }];
  }
  const { on, path, value, elsewhere } = broken;
  return graph
    .filter((resource) => on.types.includes(resource.type) && isOwn(resource) && (on.where?.(resource) ?? true))
    .flatMap((resource) =>
      places(resource.props, path).map((keys): Mutant => {
        const wrong: unknown = makes(value) ? value(valueAt(resource.props, keys)) : value;
        const copy = { ...resource, props: structuredClone(resource.props) };
        set(resource.urn, keys, wrong)([copy]);
        return {
          what: `${resource.name} ${keys.join(".")}: ${wrong === undefined ? "missing" : JSON.stringify(wrong)}`,
          resources: graph.map((other) => (other === resource ? copy : other)),
          urn: elsewhere ? undefined : resource.urn,
          broken: [readPath(resource.type, keys.map((key) => (/^\d+$/.test(key) ? `[${key}]` : key)).join("."))],
        };
      }),
    );
}

/** A path as it is compared: without positions in lists, and from the pods on where the resource makes pods. */
export function readPath(type: string, path: string): string {
  const flat = path.replace(/\.?\[\d+\]/g, "[]");
  if (!WORKLOADS.includes(type)) return flat;
  const template = templatePath(type).join(".");
  if (template === "") return `pods.${flat}`;
  return flat === template ? "pods" : flat.replace(`${template}.`, "pods.");
}

function valueAt(value: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), value);
}

/** The paths that a pattern stands for in some properties. */
function places(props: unknown, path: readonly string[]): string[][] {
  const star = path.indexOf("*");
  if (star < 0) return [[...path]];
  const above = path.slice(0, star);
  const list = valueAt(props, above);
  if (!Array.isArray(list)) return [];
  return list.flatMap((_, index) => places(props, [...above, String(index), ...path.slice(star + 1)]));
}

function makes(value: unknown): value is (right: unknown) => unknown {
  return typeof value === "function";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
