import type { PolicyResource } from "@pulumi/policy";
import { Field, unproxied } from "./field.ts";
import { isLeftOut } from "./leftOut.ts";
import { NOBODY, type Owner, ownerOfChildren } from "./resourceOwners.ts";
import { stackName, TENANT_COMPONENT } from "./urn.ts";

/** A resource of the stack, and whose it is. */
export interface Node extends Owner {
  readonly type: string;
  readonly urn: string;
  /** Logical name. */
  readonly name: string;
  /** Not known where the operation leaves the resource out. It counts as being there: another operation makes it, and judges it. */
  readonly props: Field;
  /** Whether the engine refuses to delete it. */
  readonly protect: boolean;
}

/** The stack's resources by what policies ask for. */
export interface Graph {
  readonly stack: string;
  readonly nodes: readonly Node[];
  /** Ids of the tenant components, in the order of their registration. */
  readonly tenants: ReadonlySet<string>;
  /** All resources of some types. */
  ofType(...types: readonly string[]): readonly Node[];
}

/** What {@link readGraph} needs of a resource. */
export type GraphResource = Pick<PolicyResource, "type" | "urn" | "name"> & {
  readonly props: Record<string, unknown>;
  readonly opts: { readonly parent?: string; readonly protect?: boolean };
};

/** Reads the engine's list once: whose each resource is, and an index by type. */
export function readGraph(resources: readonly GraphResource[]): Graph {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const owners = new Map<string, Owner>();
  /** Whose the children of a resource are. */
  const ownerBelow = (urn: string | undefined): Owner => {
    // Stryker disable next-line ConditionalExpression: No resource has a missing URN: none is found.
    const resource = urn === undefined ? undefined : byUrn.get(urn);
    if (resource === undefined) return NOBODY;
    const known = owners.get(resource.urn);
    // Stryker disable next-line ConditionalExpression: Found again each time: the same answer, later.
    if (known) return known;
    const owner = ownerOfChildren(resource.type, resource.name, ownerBelow(resource.opts.parent));
    // Stryker disable next-line CallExpression: Found again each time: the same answer, later.
    owners.set(resource.urn, owner);
    return owner;
  };

  const nodes = resources.map((resource): Node => {
    const { type, urn, name, opts } = resource;
    const shown = unproxied(resource.props);
    const props = new Field(shown, "", !isLeftOut(urn, shown));
    return { type, urn, name, props, protect: opts.protect === true, ...ownerBelow(opts.parent) };
  });
  const byType = new Map<string, Node[]>();
  for (const node of nodes) {
    const list = byType.get(node.type);
    if (list) list.push(node);
    else byType.set(node.type, [node]);
  }
  return {
    // Stryker disable next-line StringLiteral: Stands in for a missing text; no name equals either text, so nothing changes.
    stack: stackName(resources[0]?.urn ?? ""),
    nodes,
    tenants: new Set((byType.get(TENANT_COMPONENT) ?? []).map((node) => node.name)),
    ofType: (...types) => types.flatMap((type) => byType.get(type) ?? []),
  };
}
