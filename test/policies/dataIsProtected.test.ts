import { dataIsProtected } from "../../policies/dataIsProtected.ts";
import { remake } from "./support/fixtures.ts";
import { type Breach, describePolicy } from "./support/describePolicy.ts";

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
