import type { PolicyResource } from "@pulumi/policy";
import { Field, unproxied } from "./field.ts";
import { stackName, TENANT_COMPONENT } from "./urn.ts";

/** A resource of the stack. */
export interface Node {
  readonly type: string;
  readonly urn: string;
  /** Logical name. */
  readonly name: string;
  readonly props: Field;
  /** Logical name of the outermost tenant component that this is inside of. */
  readonly tenant: string | undefined;
  /** How many tenant components it is inside of: more than one is a nested tenant. */
  readonly depth: number;
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
  readonly opts: { readonly parent?: string };
};

/** Reads the engine's list once: whose each resource is, and an index by type. */
export function readGraph(resources: readonly GraphResource[]): Graph {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const holders = new Map<string, { tenant: string | undefined; depth: number }>();
  const holderOf = (urn: string | undefined): { tenant: string | undefined; depth: number } => {
    const resource = urn === undefined ? undefined : byUrn.get(urn);
    if (resource === undefined) return { tenant: undefined, depth: 0 };
    const seen = holders.get(resource.urn);
    if (seen) return seen;
    const above = holderOf(resource.opts.parent);
    const holder =
      resource.type === TENANT_COMPONENT ? { tenant: above.tenant ?? resource.name, depth: above.depth + 1 } : above;
    holders.set(resource.urn, holder);
    return holder;
  };

  const nodes = resources.map((resource): Node => {
    const { tenant, depth } = holderOf(resource.opts.parent);
    const { type, urn, name } = resource;
    return { type, urn, name, props: new Field(unproxied(resource.props)), tenant, depth };
  });
  const byType = new Map<string, Node[]>();
  for (const node of nodes) {
    const list = byType.get(node.type);
    if (list) list.push(node);
    else byType.set(node.type, [node]);
  }
  return {
    stack: stackName(resources[0]?.urn ?? ""),
    nodes,
    tenants: new Set((byType.get(TENANT_COMPONENT) ?? []).map((node) => node.name)),
    ofType: (...types) => types.flatMap((type) => byType.get(type) ?? []),
  };
}
