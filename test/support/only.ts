import type { RecordedResource } from "../../lib/mockEngine.ts";

/**
 * The one resource of a type, and of a logical name if it is given.
 *
 * @throws Error when there is none or more than one.
 */
export function only(resources: readonly RecordedResource[], type: string, name?: string): RecordedResource {
  const found = resources.filter(
    (resource) => resource.type === type && (name === undefined || resource.name === name),
  );
  const [resource] = found;
  if (resource === undefined || found.length > 1) {
    const all = resources.map((other) => `${other.type} ${other.name}`).join("\n  ");
    throw new Error(`${found.length} resources are ${type} ${name ?? ""}, expected one of:\n  ${all}`);
  }
  return resource;
}
