import { labelsRequired } from "../../policies/labelsRequired.ts";
import { both, remake, set } from "./support/fixtures.ts";
import { type Breach, describePolicy } from "./support/describePolicy.ts";

const TENANT = ["metadata", "labels", "odoo-saas.dev/tenant"] as const;
const ENVIRONMENT = ["metadata", "labels", "odoo-saas.dev/environment"] as const;

function label(key: string, value: unknown, message: RegExp): Breach {
  return [`${key}: ${String(value)}`, set("acme-web", ["metadata", "labels", key], value), "acme-web", message];
}

describePolicy(labelsRequired, {
  breaches: [
    ...[
      "app.kubernetes.io/name",
      "app.kubernetes.io/instance",
      "app.kubernetes.io/managed-by",
      "odoo-saas.dev/tenant",
      "odoo-saas.dev/environment",
      "odoo-saas.dev/owner",
    ].flatMap((key) => [
      label(key, undefined, new RegExp(`labels\\.${key} is not set`)),
      label(key, "", new RegExp(`labels\\.${key} is ""`)),
    ]),
    label("app.kubernetes.io/instance", "globex-eu", /instance is "globex-eu", expected "acme"/),
    label("odoo-saas.dev/environment", "staging", /environment is "staging" in stack "prod"/),
    label("odoo-saas.dev/environment", "sandbox", /environment is "sandbox" in stack "prod"/),
    ["no labels at all", set("acme-web", "metadata.labels", undefined), "acme-web", /owner is not set/],
    [
      "pods of another tenant",
      set("acme-web", ["spec", "template", ...TENANT], "globex-eu"),
      "acme-web",
      /spec\.template\.metadata\.labels\.odoo-saas\.dev\/tenant is "globex-eu", expected "acme"/,
    ],
    [
      "pods without a tenant",
      set("acme-web", "spec.template.metadata", undefined),
      "acme-web",
      /template.*tenant is not set/,
    ],
    [
      "a namespace without an owner",
      set("acme-namespace", "metadata.labels", {}),
      "acme-namespace",
      /owner is not set/,
    ],
    ["a route without an owner", set("acme-route", "metadata.labels", {}), "acme-route", /owner is not set/],
    [
      "an object in a tenant's namespace, outside any tenant",
      both(remake("acme-account", { parent: "platform" }), set("acme-account", "metadata.labels", {})),
      "acme-account",
      /owner is not set/,
    ],
  ],
  tolerated: [["a shared object without an owner", set("platform-gateway", "metadata.labels", {})]],
  guarded: [
    ["acme-web", "metadata.labels"],
    ["acme-web", TENANT],
    ["acme-web", ENVIRONMENT],
    ["acme-web", ["metadata", "labels", "app.kubernetes.io/instance"]],
    ["acme-web", ["spec", "template", ...TENANT]],
  ],
});
for (const [stack, environment] of [
  ["sandbox", "prod"],
  ["sandbox", "staging"],
  ["staging-eu", "prod"],
  ["production", "prod"],
] as const) {
  describePolicy(labelsRequired, {
    stack,
    breaches: [
      [
        `the label of ${environment}`,
        set("acme-web", ENVIRONMENT, environment),
        "acme-web",
        new RegExp(`environment is "${environment}" in stack "${stack}"`),
      ],
    ],
    guarded: [],
  });
}
