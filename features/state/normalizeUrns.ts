import type { Deployment, Resource } from "./deployment.ts";
import { StateError } from "./stateError.ts";

/** Parts of a URN: `urn:pulumi:<stack>::<project>::<parent types>$<type>::<name>`. */
function partsOf(urn: string): { head: string; qualifiedType: string; name: string } {
  const [stack = "", project = "", qualifiedType = "", ...name] = urn.split("::");
  return { head: `${stack}::${project}`, qualifiedType, name: name.join("::") };
}

/** Type of the resource that every stack has. */
const ROOT_TYPE = "pulumi:pulumi:Stack";

/**
 * Names everything by its new URN where a resource had another one before, and forgets the old ones:
 * `NormalizeURNReferences` in Pulumi's sdk/go/common/apitype/core.go.
 *
 * @throws StateError if two resources had the same URN
 */
export function normalizeUrns(deployment: Deployment): Deployment {
  const aliased = aliasesOf(deployment.resources ?? []);
  if (aliased.size === 0) return deployment;
  const fix = (urn: string): string => aliased.get(urn) ?? urn;
  const { resources, snippets } = deployment;
  return {
    ...deployment,
    ...(resources != null && { resources: resources.map((resource) => renamed(resource, fix)) }),
    ...(snippets != null && {
      snippets: snippets.map((snippet) => ({
        ...snippet,
        ...(snippet.references != null && {
          references: Object.fromEntries(Object.entries(snippet.references).map(([key, urn]) => [key, fix(urn)])),
        }),
      })),
    }),
  };
}

/** New URNs by old ones. */
function aliasesOf(resources: readonly Resource[]): Map<string, string> {
  const aliased = new Map<string, string>();
  for (const { urn, parent, aliases } of resources) {
    for (const alias of aliases ?? []) {
      const other = aliased.get(alias);
      if (other !== undefined && other !== urn) throw new StateError(`${other} and ${urn} both were ${alias} before`);
      aliased.set(alias, urn);
    }
    const newParent = parent === undefined ? undefined : aliased.get(parent);
    if (newParent === undefined) continue;
    const { qualifiedType: parentType } = partsOf(newParent);
    if (parentType === ROOT_TYPE) continue;
    const { head, qualifiedType, name } = partsOf(urn);
    const type = qualifiedType.slice(qualifiedType.lastIndexOf("$") + 1);
    aliased.set(urn, `${head}::${parentType}$${type}::${name}`);
  }
  return aliased;
}

function renamed(resource: Resource, fix: (urn: string) => string): Resource {
  const { urn, parent, provider, dependencies, propertyDependencies, deletedWith, viewOf } = resource;
  return {
    ...resource,
    urn: fix(urn),
    ...(parent !== undefined && { parent: fix(parent) }),
    ...(provider !== undefined && provider !== "" && { provider: fixProvider(provider, fix) }),
    ...(dependencies != null && { dependencies: dependencies.map(fix) }),
    ...(propertyDependencies != null && {
      propertyDependencies: Object.fromEntries(
        Object.entries(propertyDependencies).map(([key, urns]) => [key, urns?.map(fix) ?? null]),
      ),
    }),
    ...(deletedWith !== undefined && { deletedWith: fix(deletedWith) }),
    ...(viewOf !== undefined && { viewOf: fix(viewOf) }),
    aliases: undefined,
  };
}

/** `<URN>::<id>` */
function fixProvider(provider: string, fix: (urn: string) => string): string {
  const end = provider.lastIndexOf("::");
  return `${fix(provider.slice(0, end))}${provider.slice(end)}`;
}
