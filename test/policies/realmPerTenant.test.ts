import { realmPerTenant } from "../../policies/realmPerTenant.ts";
import { add, both, drop, remake, set } from "./support/fixtures.ts";
import { type Breach, describePolicy } from "./support/describePolicy.ts";
import { UNKNOWN } from "../../lib/pulumiMarks.ts";

const REALM = "acme-realm-realm";
const CLIENT = "acme-realm-client";
const BROKER = "acme-realm-broker";

const ADMINISTRATOR = "acme-realm-administrator";

const GROUP = "acme-realm-group";

const ROLES = "acme-realm-group-roles";

/** Properties that hold ids which Keycloak made, and whose they are. */
const IDS = [
  [ROLES, "roleIds.0", "role-of-acme"],
  [ROLES, "groupId", "group-of-acme"],
  ["acme-realm-administrator-groups", "groupIds.0", "group-of-acme"],
  ["acme-realm-administrator-groups", "userId", "person-of-acme"],
  ["acme-realm-role", "clientId", "id-of-acme"],
  ["acme-realm-client-optional-scopes", "clientId", "id-of-acme"],
  ["acme-realm-claim-groups", "clientId", "id-of-acme"],
] as const;

describePolicy(realmPerTenant, {
  breaches: [
    ["a tenant without a realm", drop(REALM), "acme", /has 0 realms/],
    [
      "a tenant with two realms",
      add({ type: "keycloak:index/realm:Realm", name: "second", parent: "acme-realm", props: { realm: "acme" } }),
      "acme",
      /has 2 realms/,
    ],
    ["another tenant's realm", set(REALM, "realm", "globex-eu"), REALM, /realm is "globex-eu", expected "acme"/],
    ["the administrators' realm", set(REALM, "realm", "master"), REALM, /realm is "master"/],
    ["a realm outside any tenant", remake(REALM, { parent: "platform" }), REALM, /outside any tenant/],
    ["a realm inside another tenant", remake(REALM, { parent: "globex-eu-realm" }), REALM, /expected "globex-eu"/],
    ["a client in another realm", set(CLIENT, "realmId", "globex-eu"), CLIENT, /realmId is "globex-eu"/],
    ["a client in the administrators' realm", set(CLIENT, "realmId", "master"), CLIENT, /realmId is "master"/],
    ["a client that says no realm", set(CLIENT, "realmId", undefined), CLIENT, /realm is not set/],
    ["a group in another realm", set(GROUP, "realmId", "globex-eu"), GROUP, /realmId is "globex-eu"/],
    ["a group outside any tenant", remake(GROUP, { parent: "platform" }), GROUP, /outside any tenant/],
    ["a person in another realm", set(ADMINISTRATOR, "realmId", "globex-eu"), ADMINISTRATOR, /realmId is "globex-eu"/],
    ...IDS.flatMap(([resource, path, of]): Breach[] =>
      ["6f3c1f8e-2a0e-4a35-9d3b-0a4d7ad1c111", of.replace("acme", "globex-eu")].map((id) => [
        `${resource}.${path}: ${id}`,
        set(resource, path, id),
        resource,
        /is ".*", which is not of a keycloak:.* of the tenant's/,
      ]),
    ),
    ["an id of another kind", set(ROLES, "roleIds.0", "group-of-acme"), ROLES, /roleIds\[0\] is "group-of-acme"/],
    ["a broker in another realm", set(BROKER, "realm", "globex-eu"), BROKER, /realm is "globex-eu"/],
  ],
  tolerated: [
    [
      "ids that only the update knows",
      both(...IDS.map(([resource, path]) => set(resource, path, UNKNOWN)), drop("acme-realm-role")),
    ],
  ],
  guarded: [
    [ROLES, "roleIds"],
    [ROLES, "roleIds.0"],
    [REALM, "realm"],
    [CLIENT, "realmId"],
    [BROKER, "realm"],
  ],
});
