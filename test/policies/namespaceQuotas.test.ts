import { namespaceQuotas } from "../../policies/namespaceQuotas.ts";
import { type Breach, describePolicy } from "./support/describePolicy.ts";
import { drop, set } from "./support/fixtures.ts";

const NO_QUOTA = /has no ResourceQuota that counts pods/;
const NO_LIMITS = /has no LimitRange/;

describePolicy(namespaceQuotas, {
  breaches: [
    ["a namespace without a quota", drop("acme-quota"), "acme-namespace", NO_QUOTA],
    ["a quota of another namespace", set("acme-quota", "metadata.namespace", "odoo-other"), "acme-namespace", NO_QUOTA],
    [
      "a quota that counts no pods",
      set("acme-quota", "spec.hard", { persistentvolumeclaims: "2" }),
      "acme-namespace",
      NO_QUOTA,
    ],
    ["a quota of nothing", set("acme-quota", "spec", undefined), "acme-namespace", NO_QUOTA],
    ["a namespace without limits", drop("acme-limits"), "acme-namespace", NO_LIMITS],
    ...["pods", "persistentvolumeclaims", "requests.storage"].map((key): Breach => [
      `a quota without ${key}`,
      set("acme-quota", ["spec", "hard", key], undefined),
      "acme-namespace",
      NO_QUOTA,
    ]),
    ["limits of nothing", set("acme-limits", "spec.limits", [{ type: "Container" }]), "acme-namespace", NO_LIMITS],
    ...["limits.0.default", "limits.0.max", "limits.0.max.memory", "limits.1", "limits.1.max.cpu"].map(
      (path): Breach => [
        `limits without ${path}`,
        set("acme-limits", `spec.${path}`, undefined),
        "acme-namespace",
        NO_LIMITS,
      ],
    ),
    ["no limit", set("acme-limits", "spec.limits", []), "acme-namespace", NO_LIMITS],
  ],
  guarded: [["acme-namespace", "metadata.name"]],
});
