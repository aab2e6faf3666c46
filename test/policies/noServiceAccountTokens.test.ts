import { noServiceAccountTokens } from "../../policies/noServiceAccountTokens.ts";
import { SPEC } from "./support/containers.ts";
import { set } from "./support/fixtures.ts";
import { describePolicy } from "./support/describePolicy.ts";

const AUTOMOUNT = `${SPEC}.automountServiceAccountToken`;

describePolicy(noServiceAccountTokens, {
  breaches: [
    ["a pod that mounts it", set("acme-web", AUTOMOUNT, true), "acme-web", /automountServiceAccountToken is true/],
    [
      "a pod that does not say",
      set("acme-web", AUTOMOUNT, undefined),
      "acme-web",
      /automountServiceAccountToken is not set/,
    ],
    [
      "an account that does not say",
      set("acme-account", "automountServiceAccountToken", undefined),
      "acme-account",
      /: automountServiceAccountToken is not set/,
    ],
    [
      "an account that hands it out",
      set("acme-account", "automountServiceAccountToken", true),
      "acme-account",
      /is true/,
    ],
    [
      "a CronJob's pod",
      set("acme-backup", `spec.jobTemplate.${AUTOMOUNT}`, true),
      "acme-backup",
      /spec\.jobTemplate\.spec\.template\.spec\.automountServiceAccountToken/,
    ],
  ],
  guarded: [
    ["acme-web", AUTOMOUNT],
    ["acme-account", "automountServiceAccountToken"],
  ],
});
