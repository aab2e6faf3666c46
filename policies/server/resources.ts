import type { PolicyResource, PolicyResourceOptions } from "@pulumi/policy";
import type { AnalyzeRequest, AnalyzerResource } from "@pulumi/pulumi/proto/analyzer_pb.js";
import { unknownCheckingProxy } from "../lib/unknownValues.ts";
import { unpackProperties } from "./properties.ts";

/** A resource as its policies see it. They name types by their tokens: for classes of resources these would have to be loaded. */
export interface ShownResource extends Omit<PolicyResource, "isType" | "asType"> {
  isType(): never;
  asType(): never;
}

/** A resource of the wire as its policies see it; without those that it depends on. */
export function readResource(message: AnalyzeRequest | AnalyzerResource): ShownResource {
  const provider = message.getProvider();
  let providerProps: Record<string, unknown> | undefined;
  return {
    type: message.getType(),
    // The proxy also hides a property of the name by which policies ask it for what it stands before.
    props: unknownCheckingProxy(unpackProperties(message.getProperties())),
    urn: message.getUrn(),
    name: message.getName(),
    opts: readOptions(message),
    dependencies: [],
    propertyDependencies: {},
    isType: unsupported,
    asType: unsupported,
    ...(provider && {
      provider: {
        type: provider.getType(),
        urn: provider.getUrn(),
        name: provider.getName(),
        // Unpacked when a policy asks: it comes with each resource, with a whole kubeconfig.
        get props() {
          return (providerProps ??= unknownCheckingProxy(unpackProperties(provider.getProperties())));
        },
      },
    }),
  };
}

/** The stack's resources, each with its parent and what it depends on. */
export function readResources(messages: readonly AnalyzerResource[]): ShownResource[] {
  const read = messages.map((message) => ({ message, resource: readResource(message) }));
  const byUrn = new Map(read.map(({ resource }) => [resource.urn, resource]));
  const found = (urns: readonly string[]) => urns.flatMap((urn) => byUrn.get(urn) ?? []);
  for (const { message, resource } of read) {
    const parent = byUrn.get(message.getParent());
    if (parent !== undefined) resource.parent = parent;
    resource.dependencies = found(message.getDependenciesList());
    for (const [property, { urnsList }] of message.getPropertydependenciesMap().toObject(false, dependenciesObject)) {
      resource.propertyDependencies[property] = found(urnsList);
    }
  }
  return read.map(({ resource }) => resource);
}

function dependenciesObject(_: boolean, dependencies: { getUrnsList(): string[] }): { readonly urnsList: string[] } {
  return { urnsList: dependencies.getUrnsList() };
}

function readOptions(message: AnalyzeRequest | AnalyzerResource): PolicyResourceOptions {
  const options = message.getOptions();
  if (options === undefined) throw new Error(`The engine shows ${message.getUrn()} without its options`);
  const timeouts = options.getCustomtimeouts();
  return {
    protect: options.getProtect(),
    ignoreChanges: options.getIgnorechangesList(),
    aliases: options.getAliasesList(),
    customTimeouts: {
      createSeconds: timeouts?.getCreate() ?? 0,
      updateSeconds: timeouts?.getUpdate() ?? 0,
      deleteSeconds: timeouts?.getDelete() ?? 0,
    },
    additionalSecretOutputs: options.getAdditionalsecretoutputsList(),
    ...(options.getDeletebeforereplacedefined() && { deleteBeforeReplace: options.getDeletebeforereplace() }),
    ...(options.getParent() !== "" && { parent: options.getParent() }),
  };
}

function unsupported(): never {
  throw new Error("isType and asType are not served here, compare the resource's type");
}
