import { HARMLESS, only, text, whole } from "../lib/known.ts";
import { K8S } from "../lib/types.ts";
import { objectsOf } from "./metadata.ts";
import { SELECTOR } from "./selectors.ts";

const COUNT = text(/^\d{1,3}$/, "a number");
const RESOURCES = { cpu: HARMLESS, memory: HARMLESS };

/** What else is in the cluster. */
export const CLUSTER = objectsOf("policies/known/cluster.ts", {
  [K8S.namespace]: {},
  [K8S.serviceAccount]: { automountServiceAccountToken: only(false) },
  // All pods count: a scope would leave some out.
  [K8S.resourceQuota]: {
    spec: {
      hard: {
        persistentvolumeclaims: COUNT,
        pods: COUNT,
        "requests.storage": HARMLESS,
        "services.loadbalancers": only("0"),
        "services.nodeports": only("0"),
      },
    },
  },
  [K8S.limitRange]: {
    spec: {
      limits: [{ type: only("Container", "Pod"), default: RESOURCES, defaultRequest: RESOURCES, max: RESOURCES }],
    },
  },
  [K8S.podDisruptionBudget]: {
    spec: { maxUnavailable: only(1), selector: SELECTOR, unhealthyPodEvictionPolicy: only("AlwaysAllow") },
  },
  [K8S.priorityClass]: {
    // The cluster's own classes begin at a thousand million.
    value: whole(0, 1_000_000),
    preemptionPolicy: only("PreemptLowerPriority", "Never"),
  },
});
