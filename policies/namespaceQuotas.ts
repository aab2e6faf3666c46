import type { Field } from "./lib/field.ts";
import { stackPolicy } from "./lib/policy.ts";
import { K8S, namespaceOf } from "./lib/types.ts";

/** What bounds a namespace, and whether an object does. What may stand in them is `known-properties`' business. */
const BOUNDS: readonly (readonly [type: string, what: string, bounds: (props: Field) => boolean])[] = [
  [
    K8S.resourceQuota,
    "ResourceQuota that counts pods, volumes and storage",
    (props) => COUNTED.every((key) => props.at("spec", "hard", key).present),
  ],
  [
    K8S.limitRange,
    "LimitRange with a default and a maximum of containers, and a maximum of pods",
    (props) => {
      const limits = props.at("spec", "limits");
      return LIMITED.every(([type, key]) =>
        limits.items().some((limit) => limit.at("type").mayBe(type) && hasBoth(limit.at(key))),
      );
    },
  ],
];

const COUNTED = ["pods", "persistentvolumeclaims", "requests.storage"];
const LIMITED = [
  ["Container", "default"],
  ["Container", "max"],
  ["Pod", "max"],
] as const;

function hasBoth(resources: Field): boolean {
  return resources.at("cpu").present && resources.at("memory").present;
}

/** A tenant whose pods nothing counts can take the nodes from all others. */
export const namespaceQuotas = stackPolicy({
  name: "namespace-quotas",
  description: "Each tenant's namespace must have a ResourceQuota and a LimitRange.",
  check(graph, report) {
    const namespaces = graph.ofType(K8S.namespace);
    for (const [type, what, bounds] of BOUNDS) {
      const nodes = graph.ofType(type);
      const bounded = new Set(
        nodes.filter(({ props }) => bounds(props)).map((node) => namespaceOf(node.type, node.props).value),
      );
      // What this operation leaves out another makes, and judges: until then it counts as its tenant's.
      const leftOut = new Set(nodes.filter(({ props }) => !props.known).map(({ tenant }) => tenant));
      for (const namespace of namespaces) {
        const name = namespace.props.at("metadata", "name");
        if (namespace.tenant === undefined || !name.known) continue;
        if (bounded.has(name.value) || leftOut.has(namespace.tenant)) continue;
        report(namespace, "", `has no ${what}`, "Add one; components/odooRelease.ts makes it");
      }
    }
  },
});
