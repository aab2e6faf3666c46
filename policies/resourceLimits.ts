import { podTemplate, WORKLOADS } from "./lib/pods.ts";
import { resourcePolicy } from "./lib/policy.ts";

const NEEDED = [
  ["requests", "cpu"],
  ["requests", "memory"],
  ["limits", "cpu"],
  ["limits", "memory"],
] as const;

/** A container without limits takes its neighbours' share: those of other tenants. */
export const resourceLimits = resourcePolicy({
  name: "resource-limits",
  description: "Every container must request and limit processor time and memory.",
  types: WORKLOADS,
  check({ type, props }, report) {
    const spec = podTemplate(type, props).at("spec");
    // Not those for debugging: they take no resources of their own, and Kubernetes refuses them any.
    for (const container of [...spec.at("initContainers").items(), ...spec.at("containers").items()]) {
      for (const [kind, resource] of NEEDED) {
        const field = container.at("resources", kind, resource);
        if (!field.mayBe(undefined, 0, "0", "")) continue;
        if (field.known) report(field, `is ${field.shown}`, "Set it from the tenant's plan (plans.yaml)");
      }
    }
  },
});
