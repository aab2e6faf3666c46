import { customResources, dependenciesOf, isDefault, keyOf } from "./state.ts";
import type { Item, StateExport, StateResource } from "./state.ts";

/** What the flat program reads: the stack's resources. */
export interface FlatData {
  readonly items: readonly Item[];
}

/** Name of the flat program's project. */
export const FLAT_PROJECT = "bench-flat";

/**
 * State of a stack as the flat program would have left it: the same resources without components, so that its first
 * preview finds everything made.
 */
export function flatState(state: StateExport, stack: string): StateExport {
  const { resources } = state.deployment;
  const standsFor = customResources(resources);
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const root = `urn:pulumi:${stack}::${FLAT_PROJECT}::pulumi:pulumi:Stack::${FLAT_PROJECT}-${stack}`;
  const renamed = (urn: string): string => `urn:pulumi:${stack}::${FLAT_PROJECT}::${keyOf(urn)}`;
  const list = (urns: readonly string[]): string[] =>
    [...new Set(urns.flatMap((urn) => standsFor.get(urn) ?? []))].map(renamed);
  const provider = (reference: string): string => {
    const at = reference.lastIndexOf("::");
    return at < 0 ? reference : `${renamed(reference.slice(0, at))}${reference.slice(at)}`;
  };
  const custom = resources.filter((resource) => resource.custom && resource.type !== "pulumi:pulumi:Stack");
  const flat = custom.map((resource): StateResource => {
    return {
      ...resource,
      urn: renamed(resource.urn),
      provider: provider(resource.provider),
      dependencies: list(dependenciesOf(resource, byUrn)),
      propertyDependencies: Object.fromEntries(
        Object.entries(resource.propertyDependencies).map(([name, urns]) => [name, list(urns ?? [])]),
      ),
      // Default providers have no parent; everything else hangs below the stack.
      parent: isDefault(resource.urn) ? undefined : root,
    };
  });
  const top = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  const stackResource = top === undefined ? [] : [{ ...top, urn: root, outputs: {}, dependencies: [] }];
  return { ...state, deployment: { ...state.deployment, resources: [...stackResource, ...flat] } };
}
