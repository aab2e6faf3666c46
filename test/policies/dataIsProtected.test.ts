import assert from "node:assert/strict";
import { dataIsProtected } from "../../policies/dataIsProtected.ts";
import { DATA_TYPES } from "../../policies/lib/dataHolders.ts";
import { both, type Change, compliantStack, drop, named, remake } from "./support/fixtures.ts";
import { type Breach, describePolicy } from "./support/describePolicy.ts";
import { judge } from "../../features/look/judge.ts";
import { ending, LIFECYCLES, onToday, released, state } from "./support/lifecycles.ts";

onToday();

function unprotected(resource: string): Breach {
  return [
    `${resource} unprotected`,
    remake(resource, { protect: false }),
    resource,
    /opts\.protect is false, expected true/,
  ];
}

const HOLDS_DATA = [
  "acme-database-database",
  "acme-database-role",
  "acme-database-reporter",
  "acme-analytics-owner",
  "acme-analytics-schema",
  "acme-realm-realm",
  "acme-realm-administrator",
  "acme-filestore",
  "acme-namespace",
  "acme-backup-password",
  "platform-namespace",
  "github-repository",
];

describePolicy(dataIsProtected, {
  breaches: HOLDS_DATA.map(unprotected),
  tolerated: [
    ["an object without data", remake("acme-web", { protect: false })],
    ["another password", remake("acme-database-password", { protect: false })],
  ],
  guarded: [],
});
for (const stack of ["prod", "prod-eu", "staging", "staging-2"]) {
  describePolicy(dataIsProtected, {
    stack,
    config: { protectData: false },
    breaches: [unprotected("acme-database-database")],
    guarded: [],
  });
}
describePolicy(dataIsProtected, {
  stack: "sandbox",
  breaches: [unprotected("acme-database-database")],
  guarded: [],
});
describePolicy(dataIsProtected, {
  stack: "sandbox",
  config: { protectData: false },
  breaches: [],
  tolerated: HOLDS_DATA.map((resource) => [`${resource} unprotected`, remake(resource, { protect: false })]),
  guarded: [],
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

describe("types that hold data", () => {
  for (const type of DATA_TYPES) {
    it(`have ${type} among the resources that these tests leave unprotected`, () => {
      const stack = compliantStack();
      assert.ok(
        HOLDS_DATA.some((name) => named(stack, name).type === type),
        `add a resource of type ${type} to test/policies/support/, and its name to HOLDS_DATA of test/policies/dataIsProtected.test.ts`,
      );
    });
  }
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
