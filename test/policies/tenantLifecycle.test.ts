import assert from "node:assert/strict";
import { clock } from "../../policies/lib/clock.ts";
import { dataIsProtected } from "../../policies/dataIsProtected.ts";
import { referenceGrantScope } from "../../policies/referenceGrantScope.ts";
import { routeScope } from "../../policies/routeScope.ts";
import { tenantBoundary } from "../../policies/tenantBoundary.ts";
import { tenantLifecycle } from "../../policies/tenantLifecycle.ts";
import { add, both, type Change, compliantStack, drop, named, remake, set } from "./support/fixtures.ts";
import { type Breach, describePolicy } from "./support/describePolicy.ts";
import { judge, UNKNOWN } from "./support/judge.ts";

const TODAY = "2026-11-22";
const GRANT = "acme-grant";
const LIFECYCLES = ["acme-lifecycle", "acme-lifecycle-end"];

const real = clock.now;
before(() => {
  clock.now = () => new Date(`${TODAY}T12:00:00Z`);
});
after(() => {
  clock.now = real;
});

/** Sets a property of both of acme's lifecycles. */
const state = (key: string, value: unknown): Change => both(...LIFECYCLES.map((name) => set(name, key, value)));

const grant = add({
  type: "kubernetes:gateway.networking.k8s.io/v1beta1:ReferenceGrant",
  name: GRANT,
  parent: "acme-dns",
  props: {
    apiVersion: "gateway.networking.k8s.io/v1beta1",
    kind: "ReferenceGrant",
    metadata: { name: "odoo-acme", namespace: "odoo-platform", labels: { "odoo-saas.dev/tenant": "acme" } },
    spec: {
      from: [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute", namespace: "odoo-acme" }],
      to: [{ group: "", kind: "Service", name: "maintenance" }],
    },
  },
});

/** Acme as the program makes it when it does not run. */
const paused = both(
  state("lifecycle", "paused"),
  set("acme-web", "spec.replicas", 0),
  set("acme-realm-realm", "enabled", false),
  set("acme-route", "spec.rules", [{ backendRefs: [{ name: "maintenance", namespace: "odoo-platform", port: 8080 }] }]),
  grant,
);
const ending = both(paused, state("lifecycle", "decommissioning"), state("holdUntil", "2026-12-22"));
const released = both(ending, state("holdUntil", TODAY), state("release", true), state("lastBackup", "0123abcd"));

const idle = (what: string, from: Change, resource: string, path: string, value: unknown): Breach => [
  what,
  both(from, set(resource, path, value)),
  resource,
  /in a tenant that does not run/,
];

describePolicy(tenantLifecycle, {
  breaches: [
    ["a tenant without lifecycles", both(...LIFECYCLES.map(drop)), "acme", /has 0 lifecycles, expected two/],
    ["a tenant whose end is not guarded", drop("acme-lifecycle-end"), "acme", /has 1 lifecycles, expected two/],
    [
      "another tenant's id",
      set("acme-lifecycle", "tenant", "globex-eu"),
      "acme-lifecycle",
      /tenant is "globex-eu", expected "acme"/,
    ],
    [
      "pods of a tenant that is paused by one of its two lifecycles",
      set("acme-lifecycle-end", "lifecycle", "paused"),
      "acme-web",
      /spec\.replicas is .* in a tenant that does not run/,
    ],
    [
      "a state that there is not",
      state("lifecycle", "gone"),
      "acme-lifecycle",
      /lifecycle is "gone", expected one of active/,
    ],
    ...["lifecycle", "holdUntil", "release", "protected", "lastBackup"].map((key): Breach => [
      `two lifecycles that differ in ${key}`,
      set("acme-lifecycle-end", key, key === "lifecycle" ? "paused" : "other"),
      "acme-lifecycle-end",
      new RegExp(`${key} is "\\w+", but .* in acme-lifecycle`),
    ]),
    [
      "a lifecycle outside any tenant",
      add({ type: "odoosql:index:TenantLifecycle", name: "stray", parent: "platform", props: { tenant: "acme" } }),
      "stray",
      /is outside any tenant/,
    ],
    ...[["paused", paused] as const, ["ending", ending] as const].flatMap(([what, change]) => [
      idle(`pods of a tenant that is ${what}`, change, "acme-web", "spec.replicas", 1),
      idle(`pods by default in a tenant that is ${what}`, change, "acme-web", "spec.replicas", undefined),
      idle(`log-ins to a tenant that is ${what}`, change, "acme-realm-realm", "enabled", true),
      idle(`log-ins by default to a tenant that is ${what}`, change, "acme-realm-realm", "enabled", undefined),
      idle(`backups that stop in a tenant that is ${what}`, change, "acme-backup", "spec.suspend", true),
      idle(
        `a route to Odoo in a tenant that is ${what}`,
        change,
        "acme-route",
        "spec.rules.0.backendRefs.0.name",
        "odoo",
      ),
      idle(
        `a page of its own in a tenant that is ${what}`,
        change,
        "acme-route",
        "spec.rules.0.backendRefs.0.namespace",
        undefined,
      ),
    ]),
    ["a way to the maintenance page for a tenant that runs", grant, GRANT, /to a tenant that runs/],
    [
      "an end without a hold",
      both(ending, state("holdUntil", undefined)),
      "acme-lifecycle",
      /holdUntil is not set, expected the day/,
    ],
    [
      "a hold until a day that there is not",
      both(ending, state("holdUntil", "2027-02-30")),
      "acme-lifecycle",
      /holdUntil is "2027-02-30"/,
    ],
    [
      "a release the day before",
      both(released, state("holdUntil", "2026-11-23")),
      "acme-lifecycle",
      /release is true on 2026-11-22/,
    ],
    ["a release without a backup", both(released, state("lastBackup", undefined)), "acme-lifecycle", /backup not set/],
    [
      "a release of a tenant that is only paused",
      both(released, state("lifecycle", "paused")),
      "acme-lifecycle",
      /release is true/,
    ],
  ],
  tolerated: [
    ["a paused tenant", paused],
    ["a tenant that ends", ending],
    ["a tenant that is released on its day", released],
    ["a release whose backup is not known yet", both(released, state("lastBackup", UNKNOWN))],
    ["a release whose hold is not known yet", both(released, state("holdUntil", UNKNOWN))],
    ["a backup that says it goes on", both(paused, set("acme-backup", "spec.suspend", false))],
  ],
  guarded: [
    ["acme-lifecycle", "tenant"],
    ["acme-lifecycle", "lifecycle"],
    ["acme-lifecycle", "holdUntil"],
    ["acme-lifecycle", "release"],
  ],
});

/** Takes the protection off, in place: a lifecycle comes before what it speaks of. */
const unprotect =
  (...names: readonly string[]): Change =>
  (resources) => {
    for (const name of names) {
      const old = named(resources, name);
      resources[resources.indexOf(old)] = { ...old, protect: false };
    }
  };
const DATA = ["acme-lifecycle", "acme-database-database", "acme-filestore", "acme-realm-realm", "acme-lifecycle-end"];
const refused = (what: string, from: Change, resource: string): Breach => [
  what,
  both(from, unprotect(resource)),
  resource,
  /opts\.protect is false, expected true/,
];

describePolicy(dataIsProtected, {
  breaches: [
    ...DATA.map((name) => refused(`${name} unprotected before the release`, ending, name)),
    ...DATA.map((name) =>
      refused(`${name} unprotected by a release too early`, both(released, state("holdUntil", "2026-11-23")), name),
    ),
    ...DATA.map((name) =>
      refused(`${name} unprotected when all but the release is there`, both(released, state("release", false)), name),
    ),
    refused("another's data beside a tenant that is released", released, "globex-eu-filestore"),
    refused("the platform's namespace beside a tenant that is released", released, "platform-namespace"),
  ],
  tolerated: [["unprotected data of a tenant that is released", both(released, unprotect(...DATA))]],
  guarded: [],
});

describe("the protection of data in a process that has judged before", () => {
  it("does not take a release for one of the next run", () => {
    const judged = (...changes: Change[]) => {
      const resources = compliantStack();
      both(...changes)(resources);
      return judge(dataIsProtected, resources).map(({ urn = "" }) => urn.split("::").at(-1));
    };
    const database = unprotect("acme-database-database");
    assert.deepEqual(judged(released, database), []);
    assert.deepEqual(judged(...LIFECYCLES.map(drop), database), ["acme-database-database"]);
  });
});

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
describePolicy(tenantBoundary, {
  breaches: [],
  tolerated: [["a grant in the platform's namespace", paused]],
  guarded: [],
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
