import { tenantLifecycle } from "../../policies/tenantLifecycle.ts";
import { add, both, type Change, drop, set } from "./support/fixtures.ts";
import { type Breach, describePolicy } from "./support/describePolicy.ts";
import { UNKNOWN } from "../../lib/pulumiMarks.ts";
import { ending, GRANT, grant, LIFECYCLES, onToday, paused, released, state } from "./support/lifecycles.ts";

onToday();

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
