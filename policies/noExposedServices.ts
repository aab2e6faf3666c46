import { resourcePolicy } from "./lib/policy.ts";
import { K8S } from "./lib/types.ts";

/** The only way in is the platform's gateway. */
export const noExposedServices = resourcePolicy({
  name: "no-exposed-services",
  description: "Services must be reachable inside the cluster only.",
  types: [K8S.service],
  check({ props }, report) {
    const spec = props.at("spec");
    if (!spec.at("type").mayBe(undefined, "ClusterIP")) {
      report(
        spec.at("type"),
        `is ${spec.at("type").shown}, expected ClusterIP`,
        "Publish it with an HTTPRoute instead",
      );
    }
    for (const key of ["externalIPs", "externalName", "loadBalancerIP"]) {
      const field = spec.at(key);
      if (field.known && !field.empty && !field.mayBe("")) report(field, `is ${field.shown}`, "Remove it");
    }
    for (const port of spec.at("ports").items()) {
      const nodePort = port.at("nodePort");
      if (!nodePort.mayBe(undefined, 0)) report(nodePort, `is ${nodePort.shown}`, "Remove it: nodes open no ports");
    }
  },
});
