import { cpuMillis, memoryBytes } from "../../config/quantity.ts";
import { MAX_POD_CPU_MILLIS, MAX_POD_MEMORY, MAX_PODS, MAX_STORAGE_GIB, VOLUMES } from "../../config/sizes.ts";
import { Accepted, only, whole } from "../lib/known.ts";
import { K8S } from "../lib/types.ts";
import { objectsOf } from "./metadata.ts";
import { SELECTOR } from "./selectors.ts";

/** A number as text, of at most some. */
function atMost(max: number, unit = ""): Accepted {
  const pattern = new RegExp(`^[1-9]\\d*${unit}$`);
  return new Accepted(
    `a number of at most ${max}${unit}`,
    (value) => typeof value === "string" && pattern.test(value) && Number.parseInt(value, 10) <= max,
  );
}

const cpu = new Accepted(
  `processor time of at most ${MAX_POD_CPU_MILLIS}m`,
  (value) => typeof value === "string" && cpuMillis(value) > 0 && cpuMillis(value) <= MAX_POD_CPU_MILLIS,
);
const memory = new Accepted(
  `memory of at most ${MAX_POD_MEMORY / 2 ** 30}Gi`,
  (value) => typeof value === "string" && memoryBytes(value) > 0 && memoryBytes(value) <= MAX_POD_MEMORY,
);
const RESOURCES = { cpu, memory };

/** What else is in the cluster. */
export const CLUSTER = objectsOf("policies/known/cluster.ts", {
  [K8S.namespace]: {},
  [K8S.serviceAccount]: { automountServiceAccountToken: only(false) },
  // All pods count: a scope would leave some out.
  [K8S.resourceQuota]: {
    spec: {
      hard: {
        persistentvolumeclaims: atMost(VOLUMES),
        pods: atMost(MAX_PODS),
        "requests.storage": atMost(MAX_STORAGE_GIB, "Gi"),
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
