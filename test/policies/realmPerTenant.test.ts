import { realmPerTenant } from "../../policies/realmPerTenant.ts";
import { add, drop, remake, set } from "./support/fixtures.ts";
import { describePolicy } from "./support/describePolicy.ts";

const REALM = "acme-realm-realm";
const CLIENT = "acme-realm-client";
const BROKER = "acme-realm-broker";

const ADMINISTRATOR = "acme-realm-administrator";

const GROUP = "acme-realm-group";

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
    ["a broker in another realm", set(BROKER, "realm", "globex-eu"), BROKER, /realm is "globex-eu"/],
  ],
  guarded: [
    [REALM, "realm"],
    [CLIENT, "realmId"],
    [BROKER, "realm"],
  ],
});
