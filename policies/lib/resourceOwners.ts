import { CONSOLE_COMPONENT, TENANT_COMPONENT } from "./urn.ts";

/** Whose a resource is: the tenant component that it is inside of. */
export interface Owner {
  /** Logical name of the outermost tenant component, undefined outside of any. */
  readonly tenant: string | undefined;
  /** How many tenant components it is inside of: more than one is a nested tenant. */
  readonly depth: number;
  /** Whether it is the console's: inside its component, and outside of any tenant. */
  readonly console: boolean;
}

/** Of what is outside of any tenant. */
export const NOBODY: Owner = { tenant: undefined, depth: 0, console: false };

/** Whose the children of a resource are, by the resource's own owner. */
export function ownerOfChildren(type: string, name: string, owner: Owner): Owner {
  if (type === TENANT_COMPONENT) return { tenant: owner.tenant ?? name, depth: owner.depth + 1, console: false };
  return type === CONSOLE_COMPONENT && owner.tenant === undefined ? { ...owner, console: true } : owner;
}

/** Whether two resources are the same tenant's, or both the console's, or both shared. */
export function haveSameOwner(one: Owner, other: Owner): boolean {
  return one.tenant === other.tenant && one.console === other.console;
}

/** Owners of the children of every resource that was shown so far, by the resource's URN. */
const seen = new Map<string, Owner>();

/**
 * Whose a resource is that is shown on its own, before it is made. The engine shows a resource after its parent, so that
 * the chain of parents can be followed by remembering it; a URN holds the parents' types only.
 *
 * @returns undefined when the parent was not shown.
 */
export function rememberOwner(urn: string, type: string, name: string, parent: string | undefined): Owner | undefined {
  // Stryker disable next-line ConditionalExpression: A missing parent: only the stack itself has none, and nothing asks for its tenant.
  const isRoot = parent === undefined || parent.includes("::pulumi:pulumi:Stack::");
  const owner = isRoot ? NOBODY : seen.get(parent);
  if (owner === undefined) seen.delete(urn);
  else seen.set(urn, ownerOfChildren(type, name, owner));
  return owner;
}
