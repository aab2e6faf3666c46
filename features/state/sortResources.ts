import type { Deployment, Resource } from "./deployment.ts";
import { referencesOf } from "./integrity.ts";

/**
 * The same resources, each after what it refers to, and otherwise in their order. If a full disk refused an entry in the middle
 * of a journal, its resource stays at its old place, behind newer ones that need it. `pulumi state repair` sorts them too.
 */
export function sortResources(deployment: Deployment): Deployment {
  const resources = deployment.resources ?? [];
  const byUrn = Map.groupBy(resources, ({ urn }) => urn);
  const ordered: Resource[] = [];
  const visited = new Set<Resource>();
  const place = (resource: Resource): void => {
    if (visited.has(resource)) return;
    // Marked before its references are placed, so that a circle ends. No order is right for a circle.
    visited.add(resource);
    const { provider = "" } = resource;
    const providerUrn = provider.slice(0, provider.lastIndexOf("::"));
    for (const urn of [providerUrn, ...referencesOf(resource)]) byUrn.get(urn)?.forEach(place);
    ordered.push(resource);
  };
  resources.forEach(place);
  return { ...deployment, ...(resources.length > 0 && { resources: ordered }) };
}
