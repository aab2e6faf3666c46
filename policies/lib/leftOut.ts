import {
  KEYCLOAK,
  KNOWN_KINDS,
  PRIVATE_DATABASE,
  PROTOCOL_MAPPERS,
  RANDOM_PASSWORD,
  SQL,
  STAFF_KEYCLOAK,
} from "./types.ts";

/**
 * Types of which no resource is made without properties: the provider names each Kubernetes object, and refuses everything else
 * here that lacks a name, a realm or the like.
 */
export const NEVER_EMPTY: ReadonlySet<string> = new Set([
  ...KNOWN_KINDS,
  ...Object.values(SQL),
  ...Object.values(KEYCLOAK),
  ...Object.values(PROTOCOL_MAPPERS),
  ...Object.values(STAFF_KEYCLOAK),
  PRIVATE_DATABASE,
  RANDOM_PASSWORD,
]);

/** URNs of what is left out of the operation. */
const leftOut = new Set<string>();

/**
 * Notes whether a resource, shown on its own before anything is made of it, is left out of an update of some resources
 * (`--target`, `--exclude`). The engine shows what it would make otherwise, without its properties.
 */
export function noteLeftOut(urn: string, type: string, props: object): boolean {
  const isLeftOut = NEVER_EMPTY.has(type) && Object.keys(props).length === 0;
  if (isLeftOut) leftOut.add(urn);
  else leftOut.delete(urn);
  return isLeftOut;
}

/**
 * Whether a resource, shown with all others, is left out. What was not shown on its own before is not: it may be a read one, which has
 * no properties while its id is not known.
 */
export function isLeftOut(urn: string, props: object): boolean {
  return leftOut.has(urn) && Object.keys(props).length === 0;
}
