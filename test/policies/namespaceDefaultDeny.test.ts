import { namespaceDefaultDeny } from "../../policies/namespaceDefaultDeny.ts";
import { both, drop, remake, set } from "./support/fixtures.ts";
import { type Breach, describePolicy } from "./support/describePolicy.ts";
import { UNKNOWN } from "../../lib/pulumiMarks.ts";

const NO_INGRESS = /uses namespace odoo-acme, where no network policy denies ingress by default/;
const NO_EGRESS = /uses namespace odoo-acme, where no network policy denies egress by default/;
/** The fixture's other policy selects all pods too: without it the first one stands alone. */
const alone = drop("acme-allow");

describePolicy(namespaceDefaultDeny, {
  breaches: [
    ["a namespace without policies", both(alone, drop("acme-deny")), "acme-namespace", NO_INGRESS],
    ["a namespace without policies, for egress too", both(alone, drop("acme-deny")), "acme-namespace", NO_EGRESS],
    [
      "ingress that is not denied",
      both(alone, set("acme-deny", "spec.policyTypes", ["Egress"])),
      "acme-namespace",
      NO_INGRESS,
    ],
    [
      "egress that is not denied",
      both(alone, set("acme-deny", "spec.policyTypes", ["Ingress"])),
      "acme-namespace",
      NO_EGRESS,
    ],
    ["policyTypes left out", both(alone, set("acme-deny", "spec.policyTypes", undefined)), "acme-namespace", NO_EGRESS],
    [
      "a policy for some pods",
      both(alone, set("acme-deny", "spec.podSelector", { matchLabels: { app: "web" } })),
      "acme-namespace",
      NO_INGRESS,
    ],
    [
      "a policy for some pods by expression",
      both(alone, set("acme-deny", "spec.podSelector", { matchExpressions: [{ key: "a", operator: "Exists" }] })),
      "acme-namespace",
      NO_INGRESS,
    ],
    [
      "a policy for no pods in particular",
      both(alone, set("acme-deny", "spec.podSelector", undefined)),
      "acme-namespace",
      NO_INGRESS,
    ],
    [
      "a policy in another namespace",
      both(alone, set("acme-deny", "metadata.namespace", "odoo-globex-eu")),
      "acme-namespace",
      NO_INGRESS,
    ],
    [
      "a namespace that is made elsewhere",
      both(alone, drop("acme-deny"), drop("acme-namespace")),
      "acme-account",
      NO_INGRESS,
    ],
    [
      "a second namespace of the tenant",
      set("acme-web", "metadata.namespace", "acme-jobs"),
      "acme-web",
      /uses namespace acme-jobs, where no network policy denies ingress/,
    ],
    [
      "a tenant's namespace outside any tenant",
      both(remake("acme-namespace", { parent: "platform" }), alone, drop("acme-deny")),
      "acme-namespace",
      NO_INGRESS,
    ],
    // At an update's end the namespace would be open already.
    [
      "pods that are not known yet",
      both(alone, set("acme-deny", "spec.podSelector", UNKNOWN)),
      "acme-namespace",
      NO_INGRESS,
    ],
    [
      "types that are not known yet",
      both(alone, set("acme-deny", "spec.policyTypes", UNKNOWN)),
      "acme-namespace",
      NO_EGRESS,
    ],
    [
      "the platform's namespace without policies",
      drop("platform-deny"),
      "platform-namespace",
      /uses namespace odoo-platform, where no network policy denies ingress/,
    ],
    ...["ingress", "egress"].map((rules): Breach => [
      `${rules} that is open to everybody`,
      set("platform-deny", `spec.${rules}`, [{ ports: [{ port: 443 }] }]),
      "platform-deny",
      new RegExp(`spec\\.${rules}\\[0\\] opens all pods to everyone`),
    ]),
  ],
  tolerated: [
    [
      "some pods that are open to everybody",
      set("acme-allow", "spec", { podSelector: { matchLabels: { app: "x" } }, ingress: [{}] }),
    ],
    ["a policy that also allows", drop("acme-deny")],
    ["a namespace that something else than an object names", set("acme-chart", "metadata.namespace", "elsewhere")],
    [
      "a namespace that an object for the whole cluster names",
      both(
        remake("platform-priority", { parent: "acme" }),
        set("platform-priority", "metadata.namespace", "elsewhere"),
      ),
    ],
    [
      "one policy for each direction",
      both(set("acme-deny", "spec.policyTypes", ["Ingress"]), set("acme-allow", "spec.policyTypes", ["Egress"])),
    ],
  ],
  guarded: [
    ["acme-deny", "spec.podSelector"],
    ["acme-deny", "spec.policyTypes"],
    ["acme-deny", "metadata.namespace"],
    ["acme-namespace", "metadata.name"],
  ],
});
