import { podTemplate, WORKLOADS } from "./lib/pods.ts";
import { resourcePolicy } from "./lib/policy.ts";
import { K8S } from "./lib/types.ts";

/** Odoo never talks to the Kubernetes API; a token in its pod would only serve whoever breaks in. */
export const noServiceAccountTokens = resourcePolicy({
  name: "no-service-account-tokens",
  description: "No pod, service account or secret may hand out a token for the Kubernetes API.",
  types: [...WORKLOADS, K8S.serviceAccount, K8S.secret],
  check({ type, props }, report) {
    if (type === K8S.secret) {
      const kind = props.at("type");
      if (kind.known && kind.value === "kubernetes.io/service-account-token") {
        report(kind, `is ${kind.shown}`, "Remove the secret: its token never expires");
      }
      return;
    }
    const spec = type === K8S.serviceAccount ? props : podTemplate(type, props).at("spec");
    const automount = spec.at("automountServiceAccountToken");
    if (!automount.mayBe(false)) report(automount, `is ${automount.shown}, expected false`, "Set it to false");
    for (const volume of spec.at("volumes").items()) {
      for (const source of volume.at("projected", "sources").items()) {
        const token = source.at("serviceAccountToken");
        if (token.present && token.known) report(token, "mounts a token", "Remove the projection");
      }
    }
  },
});
