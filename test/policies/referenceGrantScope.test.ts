import { referenceGrantScope } from "../../policies/referenceGrantScope.ts";
import { both, remake, set } from "./support/fixtures.ts";
import { type Breach, describePolicy } from "./support/describePolicy.ts";
import { GRANT, grant, paused } from "./support/lifecycles.ts";

const broken = (path: string, value: unknown): Breach => [
  `${path}: ${JSON.stringify(value) || "missing"}`,
  both(paused, set(GRANT, path, value)),
  GRANT,
  new RegExp(`: ${path.replace(/\.(\d+)/g, "[$1]").replace(/[[\].]/g, "\\$&")} is `),
];
describePolicy(referenceGrantScope, {
  breaches: [
    broken("metadata.namespace", "odoo-acme"),
    broken("spec.from", []),
    broken("spec.from.0.group", ""),
    broken("spec.from.0.kind", "Gateway"),
    broken("spec.from.0.namespace", "odoo-globex-eu"),
    broken("spec.to", undefined),
    broken("spec.to.0.group", "apps"),
    broken("spec.to.0.kind", "Secret"),
    broken("spec.to.0.name", "other"),
    // Without a name, all Services.
    broken("spec.to.0.name", undefined),
    [
      "a second entry",
      both(paused, set(GRANT, "spec.to.1", { group: "", kind: "Secret" })),
      GRANT,
      /spec\.to\[1\]\.kind/,
    ],
    ["a grant outside any tenant", both(grant, remake(GRANT, { parent: "platform" })), GRANT, /is outside any tenant/],
  ],
  tolerated: [["the program's grant", paused]],
  guarded: [],
});
