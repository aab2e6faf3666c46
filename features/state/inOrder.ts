import type { Deployment, Resource } from "./deployment.ts";
import { referencesOf } from "./integrity.ts";

/**
 * The same resources, each after what it refers to, and otherwise where they were. A journal that lacks an entry in the middle,
 * because the disk was full for that one, leaves a resource at its old place, behind those that were written anew and need it.
 * `pulumi state repair` does the same by hand.
 */
export function inOrder(deployment: Deployment): Deployment {
  const resources = deployment.resources ?? [];
  const byUrn = Map.groupBy(resources, ({ urn }) => urn);
  const placed = new Set<Resource>();
  const place = (resource: Resource): void => {
    if (placed.has(resource)) return;
    // Before what it refers to: a circle, which no order mends, ends here.
    placed.add(resource);
    const { provider = "" } = resource;
    for (const urn of [provider.slice(0, Math.max(provider.lastIndexOf("::"), 0)), ...referencesOf(resource)]) {
      for (const other of byUrn.get(urn) ?? []) if (other !== resource) place(other);
    }
    ordered.push(resource);
  };
  const ordered: Resource[] = [];
  for (const resource of resources) place(resource);
  return { ...deployment, ...(resources.length > 0 && { resources: ordered }) };
}
