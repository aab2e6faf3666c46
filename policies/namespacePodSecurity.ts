import { resourcePolicy } from "./lib/policy.ts";
import { K8S } from "./lib/types.ts";

const ENFORCE = "pod-security.kubernetes.io/enforce";
const VERSION = "pod-security.kubernetes.io/enforce-version";

/** The API server refuses what is not restricted, also from those who do not come through Pulumi. */
export const namespacePodSecurity = resourcePolicy({
  name: "namespace-pod-security",
  description: "Every namespace must have the API server enforce the restricted Pod Security Standard.",
  types: [K8S.namespace],
  check({ props }, report) {
    const labels = props.at("metadata", "labels");
    const level = labels.at(ENFORCE);
    if (!level.mayBe("restricted")) report(level, `is ${level.shown}, expected "restricted"`, "Set the label");
    const version = labels.at(VERSION);
    if (!version.mayBe(undefined, "latest")) {
      report(version, `is ${version.shown}, expected "latest" or none`, "An old version of the standard has old gaps");
    }
  },
});
