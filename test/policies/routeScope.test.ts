import { routeScope } from "../../policies/routeScope.ts";
import { both, set } from "./support/fixtures.ts";
import { type Breach, describePolicy } from "./support/describePolicy.ts";
import { UNKNOWN } from "../../lib/pulumiMarks.ts";
import { paused } from "./support/lifecycles.ts";

const RULE = "spec.rules.0";
const HEADER = `${RULE}.filters.0.requestHeaderModifier.set.0.value`;

describePolicy(routeScope, {
  breaches: [
    [
      "a service of another namespace",
      set("acme-route", `${RULE}.backendRefs.0.namespace`, "odoo-globex-eu"),
      "acme-route",
      /backendRefs\[0\]\.namespace is "odoo-globex-eu"/,
    ],
    [
      "a second backend elsewhere",
      set("acme-route", `${RULE}.backendRefs.1`, { name: "x", namespace: "default" }),
      "acme-route",
      /backendRefs\[1\]\.namespace/,
    ],
    ...["globex-eu.erp.example.com", undefined].map((host): Breach => [
      `the host ${String(host)} for Odoo`,
      set("acme-route", HEADER, host),
      "acme-route",
      /requestHeaderModifier\.set\[0\]\.value is .*, expected \["acme/,
    ]),
    ...[[], undefined].map((filters): Breach => [
      `a host that the visitor says, filters ${JSON.stringify(filters)}`,
      set("acme-route", `${RULE}.filters`, filters),
      "acme-route",
      /filters does not set X-Forwarded-Host/,
    ]),
  ],
  tolerated: [
    ["filters that are not known yet", set("acme-route", `${RULE}.filters`, UNKNOWN)],
    ["its own namespace, spelled out", set("acme-route", `${RULE}.backendRefs.0.namespace`, "odoo-acme")],
  ],
  guarded: [
    ["acme-route", `${RULE}.backendRefs.0.namespace`],
    ["acme-route", "metadata.namespace"],
    ["acme-route", HEADER],
    ["acme-route", "spec.hostnames"],
  ],
});

describePolicy(routeScope, {
  breaches: [
    [
      "another service of the platform's",
      both(paused, set("acme-route", "spec.rules.0.backendRefs.0.name", "other")),
      "acme-route",
      /backendRefs\[0\]\.namespace is "odoo-platform", expected the route's own/,
    ],
    [
      "a service of another tenant's that is called as the maintenance page is",
      both(paused, set("acme-route", "spec.rules.0.backendRefs.0.namespace", "odoo-globex-eu")),
      "acme-route",
      /backendRefs\[0\]\.namespace is "odoo-globex-eu", expected the route's own/,
    ],
  ],
  tolerated: [["a route to the maintenance page", paused]],
  guarded: [],
});
