import { readFileSync } from "node:fs";
import { z } from "zod";
import { SECRET, SIGNATURE } from "../lib/pulumiMarks.ts";

/** What JSON can hold. */
export type Json = z.infer<typeof jsonSchema>;
const jsonSchema = z.json();

const resourceSchema = z.looseObject({
  urn: z.string(),
  type: z.string(),
  custom: z.boolean(),
  id: z.string().default(""),
  inputs: z.record(z.string(), jsonSchema).default({}),
  outputs: z.record(z.string(), jsonSchema).default({}),
  parent: z.string().optional(),
  provider: z.string().default(""),
  dependencies: z.array(z.string()).default([]),
  propertyDependencies: z.record(z.string(), z.array(z.string()).nullable()).default({}),
  ignoreChanges: z.array(z.string()).default([]),
});

/** A resource as `pulumi stack export` writes it. */
export type StateResource = z.infer<typeof resourceSchema>;

const exportSchema = z.looseObject({ deployment: z.looseObject({ resources: z.array(resourceSchema) }) });

/** A whole export of a stack. */
export type StateExport = z.infer<typeof exportSchema>;

/**
 * Value of an input: as in JSON, but that an object with one key of these means something else: `$secret`, a value that is
 * not to be shown; `$ref`, the key of another item whose attribute `$attribute` it is, which is only known once that exists.
 */
export type Value = string | number | boolean | null | Value[] | { [name: string]: Value };

/** One resource of a finished stack, freed from the program that made it. */
export interface Item {
  /** `<type>::<name>`, unique in the stack. */
  readonly key: string;
  readonly type: string;
  readonly name: string;
  readonly isProvider: boolean;
  /** Key of the provider that the program made for it; none for the engine's default providers. */
  readonly provider?: string;
  /** Version of the provider's SDK. */
  readonly version?: string;
  readonly inputs: { readonly [name: string]: Value };
  /** Whether the program ignores changes of some properties. */
  readonly ignoresChanges: boolean;
  /** Keys of the items that must exist before; they come earlier in the list. */
  readonly dependsOn: readonly string[];
}

/** Reads an export of a stack, made with `--show-secrets`. */
export function readExport(path: string): StateExport {
  return exportSchema.parse(JSON.parse(readFileSync(path, "utf8")));
}

/** Value of an exported property, secrets marked by `$secret`, without what a provider's check added to the program's inputs. */
export function programInput(value: Json): Value {
  if (Array.isArray(value)) return value.map(programInput);
  if (typeof value !== "object" || value === null) return value;
  if (value[SIGNATURE] === SECRET) {
    if (typeof value["plaintext"] !== "string")
      throw new Error("the export holds encrypted secrets: use --show-secrets");
    return { $secret: programInput(jsonSchema.parse(JSON.parse(value["plaintext"]))) };
  }
  const defaulted = new Set(Array.isArray(value["__defaults"]) ? value["__defaults"] : []);
  const kept = Object.entries(value).filter(([name]) => !name.startsWith("__") && !defaulted.has(name));
  return Object.fromEntries(kept.map(([name, inner]) => [name, programInput(inner)]));
}

/** Value with its secrets unmarked. */
export function revealed(value: Value): Value {
  if (Array.isArray(value)) return value.map(revealed);
  if (!isRecord(value)) return value;
  if ("$secret" in value) return revealed(value["$secret"] ?? null);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, revealed(inner)]));
}

/** Whether a value is an object. */
export function isRecord(value: Value | undefined): value is { [name: string]: Value } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Key of a URN: its type without the parents' types, and its name. */
export function keyOf(urn: string): string {
  const [, , , chain = "", name = ""] = /^urn:pulumi:([^:]*)::(.*?)::(.*?)::(.*)$/s.exec(urn) ?? [];
  return `${chain.slice(chain.lastIndexOf("$") + 1)}::${name}`;
}

/** For each URN of a state: those of the custom resources that it stands for, which of a component are the ones below it. */
export function customResources(resources: readonly StateResource[]): Map<string, string[]> {
  const children = Map.groupBy(resources, ({ parent }) => parent ?? "");
  const found = new Map<string, string[]>();
  const of = ({ urn, custom }: StateResource): string[] => {
    const known = found.get(urn);
    if (known !== undefined) return known;
    const all = custom ? [urn] : (children.get(urn) ?? []).flatMap(of);
    found.set(urn, all);
    return all;
  };
  for (const resource of resources) of(resource);
  return found;
}

const CHART = "kubernetes:helm.sh/v4:Chart";

/**
 * URNs that a resource waits for. The objects of a chart name none: the provider makes them after what the chart waits for.
 */
export function dependenciesOf(resource: StateResource, byUrn: ReadonlyMap<string, StateResource>): readonly string[] {
  const above = byUrn.get(resource.parent ?? "");
  return above?.type === CHART ? [...above.dependencies, ...resource.dependencies] : resource.dependencies;
}

const PROVIDER = "pulumi:providers:";

/**
 * The custom resources of a stack, in the order in which they were made. Values that came from another resource are
 * references again where that resource's id, or one of the given attributes, has the same value.
 *
 * @param attributes names of attributes beside `id` that are referred to. A flat Pulumi program needs ids only, since
 *   passwords may stay what they are.
 */
export function itemsOf({ deployment: { resources } }: StateExport, attributes: readonly string[] = []): Item[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const standsFor = customResources(resources);
  const expand = (urns: readonly string[]): StateResource[] =>
    [...new Set(urns.flatMap((urn) => standsFor.get(urn) ?? []))].flatMap((urn) => byUrn.get(urn) ?? []);

  const items = resources.filter(
    ({ custom, type, urn }) => custom && type !== "pulumi:pulumi:Stack" && !isDefault(urn),
  );
  const position = new Map(items.map(({ urn }, index) => [urn, index]));
  return items.map((resource, index) => {
    const { urn, type, inputs, propertyDependencies } = resource;
    const isProvider = type.startsWith(PROVIDER);
    const before = expand(dependenciesOf(resource, byUrn)).filter(({ urn }) => (position.get(urn) ?? index) < index);
    const providerUrn = resource.provider.slice(0, resource.provider.lastIndexOf("::"));
    const version = plainString((isProvider ? resource : byUrn.get(providerUrn))?.inputs["version"]);
    const plain = asRecord(programInput(inputs));
    delete plain["version"];
    const referred = Object.entries(plain).map(([name, value]) => {
      const from = expand(propertyDependencies[name] ?? []).filter((other) => before.includes(other));
      return [name, withReferences(value, from, attributes)] as const;
    });
    return {
      key: keyOf(urn),
      type,
      name: urn.slice(urn.lastIndexOf("::") + 2),
      isProvider,
      ...(isProvider || providerUrn === "" || isDefault(providerUrn) ? {} : { provider: keyOf(providerUrn) }),
      ...(version === undefined ? {} : { version }),
      inputs: Object.fromEntries(isProvider ? Object.entries(plain) : referred),
      ignoresChanges: resource.ignoreChanges.length > 0,
      dependsOn: before.map((other) => keyOf(other.urn)),
    };
  });
}

/** Whether a URN is that of a provider that the engine made by itself. */
export function isDefault(urn: string): boolean {
  return /::pulumi:providers:[^:]*::default(_|$)/.test(urn);
}

function withReferences(value: Value, from: readonly StateResource[], attributes: readonly string[]): Value {
  if (typeof value === "string") {
    for (const resource of from) {
      if (resource.id === value) return { $ref: keyOf(resource.urn), $attribute: "id" };
      for (const name of attributes) {
        const output = resource.outputs[name];
        if (output !== undefined && revealed(programInput(output)) === value)
          return { $ref: keyOf(resource.urn), $attribute: name };
      }
    }
    return value;
  }
  if (Array.isArray(value)) return value.map((inner) => withReferences(inner, from, attributes));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, withReferences(inner, from, attributes)]),
  );
}

function asRecord(value: Value): Record<string, Value> {
  return isRecord(value) ? { ...value } : {};
}

function plainString(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
