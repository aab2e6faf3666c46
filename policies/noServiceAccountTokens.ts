import { podTemplate, WORKLOADS } from "./lib/pods.ts";
import { resourcePolicy } from "./lib/policy.ts";
import { K8S } from "./lib/types.ts";

/** Odoo never talks to the Kubernetes API; a token in its pod would only serve whoever breaks in. */
export const noServiceAccountTokens = resourcePolicy({
  name: "no-service-account-tokens",
  description: "No pod or service account may hand out a token for the Kubernetes API.",
  types: [...WORKLOADS, K8S.serviceAccount],
  check({ type, props }, report) {
    const spec = type === K8S.serviceAccount ? props : podTemplate(type, props).at("spec");
    const automount = spec.at("automountServiceAccountToken");
    if (!automount.mayBe(false)) report(automount, `is ${automount.shown}, expected false`, "Set it to false");
  },
});
