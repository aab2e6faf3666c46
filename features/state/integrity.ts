import type { Deployment, Resource } from "./deployment.ts";

/**
 * What is wrong with a state, so that the engine would refuse it: `VerifyIntegrity` in Pulumi's
 * pkg/resource/stack/snapshot/integrity.go.
 *
 * @returns undefined when nothing is
 */
export function integrityProblem({ resources }: Deployment): string | undefined {
  const known = new Map<string, Resource[]>();
  const providers = new Set<string>();
  for (const resource of resources ?? []) {
    const { urn, type, custom, id = "", provider = "", pendingReplacement } = resource;
    if (!custom && id !== "") return `${urn} is a component and has an id`;
    if (type.startsWith("pulumi:providers:")) providers.add(`${urn}::${id}`);
    if (provider !== "" && pendingReplacement !== true && !providers.has(provider))
      return `${urn} refers to provider ${provider}, which does not come before it`;
    const missing = referencesOf(resource).find((other) => !known.has(other));
    if (missing !== undefined) return `${urn} refers to ${missing}, which does not come before it`;
    known.set(urn, [...(known.get(urn) ?? []), resource]);
  }
  const twice = [...known].find(([, states]) => states.filter((state) => state.delete !== true).length > 1);
  return twice === undefined ? undefined : `${twice[0]} is in the state twice`;
}

/** URNs of what must come before a resource, without its provider. */
export function referencesOf(resource: Resource): string[] {
  const { parent = "", dependencies, propertyDependencies, deletedWith = "" } = resource;
  return [
    ...(parent === "" ? [] : [parent]),
    ...(dependencies ?? []),
    ...Object.values(propertyDependencies ?? {}).flatMap((urns) => urns ?? []),
    ...(deletedWith === "" ? [] : [deletedWith]),
  ];
}
