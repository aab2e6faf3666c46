import { tenantBoundary } from "../../policies/tenantBoundary.ts";
import { add, both, remake, set, TENANTS } from "./support/fixtures.ts";
import { type Breach, describePolicy } from "./support/describePolicy.ts";
import { writeHostFiles } from "./support/hostCheckout.ts";
import { emptyCheckout, useCheckout } from "./support/releasedCheckout.ts";
import { paused } from "./support/lifecycles.ts";

const TENANT = ["metadata", "labels", "odoo-saas.dev/tenant"] as const;

describePolicy(tenantBoundary, {
  breaches: [
    ["an id that is none", add({ type: "odoo:saas:OdooTenant", name: "ACME" }), "ACME", /not a valid tenant id/],
    ...["public", "postgres", "kube-system", "master"].map((name): Breach => [
      `the reserved id ${name}`,
      add({ type: "odoo:saas:OdooTenant", name }),
      name,
      /an id that the platform or its servers use/,
    ]),
    ...["acme", "acme-data"].map((name): Breach => [
      `an id that makes the names of another's analytics schemas, told of ${name}`,
      add({ type: "odoo:saas:OdooTenant", name: "acme-data" }),
      name,
      /makes the analytics schema tenant_acme_data, as do acme and acme-data/,
    ]),
    [
      "a tenant inside a tenant",
      add({ type: "odoo:saas:OdooTenant", name: "inner", parent: "acme" }),
      "inner",
      /inside tenant acme/,
    ],
    [
      "a tenant that exists twice",
      both(
        add({ type: "odoo:saas:Wrapper", name: "wrapper" }),
        add({ type: "odoo:saas:OdooTenant", name: "acme", parent: "wrapper" }),
      ),
      "urn:pulumi:prod::odoo-saas::odoo:saas:Wrapper$odoo:saas:OdooTenant::acme",
      /a tenant that exists twice/,
    ],
    [
      "an object in another tenant's namespace",
      set("acme-web", "metadata.namespace", "odoo-globex-eu"),
      "acme-web",
      /expected "odoo-acme"/,
    ],
    [
      "an object in a shared namespace",
      set("acme-web", "metadata.namespace", "odoo-platform"),
      "acme-web",
      /expected "odoo-acme"/,
    ],
    [
      "an object without a namespace",
      set("acme-web", "metadata.namespace", undefined),
      "acme-web",
      /namespace is not set/,
    ],
    [
      "a certificate in any namespace",
      set("acme-certificate", "metadata.namespace", "default"),
      "acme-certificate",
      /namespace is "default"/,
    ],
    [
      "another name of the namespace",
      set("acme-namespace", "metadata.name", "odoo-other"),
      "acme-namespace",
      /metadata\.name is "odoo-other"/,
    ],
    [
      "another tenant's label",
      set("acme-web", TENANT, "globex-eu"),
      "acme-web",
      /tenant is "globex-eu", expected "acme"/,
    ],
    ["no label", set("acme-web", TENANT, undefined), "acme-web", /tenant is not set, expected "acme"/],
    [
      "an object inside another tenant",
      remake("acme-web", { parent: "globex-eu-release" }),
      "acme-web",
      /expected "odoo-globex-eu"/,
    ],
    [
      "an object for the whole cluster",
      remake("platform-priority", { parent: "acme" }),
      "platform-priority",
      /for the whole cluster/,
    ],
    [
      "a priority class inside a tenant",
      add({
        type: "kubernetes:scheduling.k8s.io/v1:PriorityClass",
        name: "power",
        parent: "acme",
        props: { metadata: { name: "power" }, value: 1 },
      }),
      "power",
      /for the whole cluster/,
    ],
    [
      "a tenant's object outside any tenant",
      remake("acme-web", { parent: "platform" }),
      "acme-web",
      /tenant acme's, outside any tenant/,
    ],
    [
      "a tenant's namespace outside any tenant",
      remake("acme-namespace", { parent: undefined }),
      "acme-namespace",
      /outside any tenant/,
    ],
    [
      "a tenant's label on a shared object",
      set("platform-gateway", TENANT, "acme"),
      "platform-gateway",
      /tenant is "acme", outside any tenant/,
    ],
    [
      "a tenant's label on a shared namespace",
      set("platform-namespace", TENANT, "acme"),
      "platform-namespace",
      /tenant is "acme", outside any tenant/,
    ],
  ],
  tolerated: [["a certificate in the tenant's namespace", set("acme-certificate", "metadata.namespace", "odoo-acme")]],
  guarded: [
    ["acme-web", "metadata.namespace"],
    ["acme-web", TENANT],
    ["acme-namespace", "metadata.name"],
    ["platform-gateway", "metadata.namespace"],
    ["platform-gateway", TENANT],
  ],
});

describePolicy(tenantBoundary, {
  breaches: [],
  tolerated: [["a grant in the platform's namespace", paused]],
  guarded: [],
});

describe("ids of tenants, beside what stacks' settings name", () => {
  useCheckout(() => writeHostFiles(emptyCheckout(), TENANTS, { watchdog: { user: "backup" } }));

  describePolicy(tenantBoundary, {
    breaches: [
      [
        "a role that the settings name",
        add({ type: "odoo:saas:OdooTenant", name: "backup" }),
        "backup",
        /would have the role backup, which watchdog\.user of Pulumi\..*\.yaml names/,
      ],
    ],
    tolerated: [["another id", add({ type: "odoo:saas:OdooTenant", name: "backups" })]],
    guarded: [],
  });
});
