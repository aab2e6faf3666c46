import { namespacePodSecurity } from "../../policies/namespacePodSecurity.ts";
import { set } from "./support/fixtures.ts";
import { describePolicy } from "./support/describePolicy.ts";

const ENFORCE = ["metadata", "labels", "pod-security.kubernetes.io/enforce"] as const;
const VERSION = ["metadata", "labels", "pod-security.kubernetes.io/enforce-version"] as const;

describePolicy(namespacePodSecurity, {
  breaches: [
    ["no level", set("acme-namespace", ENFORCE, undefined), "acme-namespace", /enforce is not set/],
    ["a weaker level", set("acme-namespace", ENFORCE, "baseline"), "acme-namespace", /enforce is "baseline"/],
    [
      "an old version of the standard",
      set("acme-namespace", VERSION, "v1.20"),
      "acme-namespace",
      /enforce-version is "v1.20"/,
    ],
    ["no labels", set("platform-namespace", "metadata.labels", undefined), "platform-namespace", /enforce is not set/],
  ],
  tolerated: [["the latest version of the standard", set("acme-namespace", VERSION, "latest")]],
  guarded: [
    ["acme-namespace", ENFORCE],
    ["acme-namespace", VERSION],
    ["acme-namespace", "metadata"],
  ],
});
