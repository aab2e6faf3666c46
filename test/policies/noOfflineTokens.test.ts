import { noOfflineTokens } from "../../policies/noOfflineTokens.ts";
import { add, both, drop, set } from "./support/fixtures.ts";
import { describePolicy, wrong } from "./support/describePolicy.ts";

const CLIENT = "acme-realm-client";
const SCOPES = "acme-realm-client-optional-scopes";
const ADDED = "acme-added";
const list = (type: string, props: Record<string, unknown>) =>
  add({ type: `keycloak:${type}`, name: ADDED, parent: "acme-realm", props: { realmId: "acme", ...props } });

describePolicy(noOfflineTokens, {
  breaches: [
    wrong(SCOPES, "optionalScopes.0", "offline_access", /outlive/),
    wrong(SCOPES, "optionalScopes.1", "offline_access", /outlive/),
    ["a client with Keycloak's own scopes", drop(SCOPES), CLIENT, /has no list of optional scopes/],
    ["a list of no client", set(SCOPES, "clientId", undefined), CLIENT, /has no list of optional scopes/],
    [
      "two lists for one of two clients",
      both(
        add({ type: "keycloak:openid/client:Client", name: ADDED, parent: "acme-realm", props: { realmId: "acme" } }),
        add({
          type: "keycloak:openid/clientOptionalScopes:ClientOptionalScopes",
          name: "acme-second-list",
          parent: "acme-realm",
          props: { realmId: "acme", clientId: "id-of-acme", optionalScopes: [] },
        }),
      ),
      CLIENT,
      /has no list of optional scopes/,
    ],
    [
      "the scope among those that a client always has",
      list("openid/clientDefaultScopes:ClientDefaultScopes", { defaultScopes: ["profile", "offline_access"] }),
      ADDED,
      /defaultScopes\[1\] is "offline_access"/,
    ],
    [
      "the scope among those of new clients",
      list("index/realmOptionalClientScopes:RealmOptionalClientScopes", { optionalScopes: ["offline_access"] }),
      ADDED,
      /optionalScopes\[0\] is "offline_access"/,
    ],
    [
      "the scope among those that new clients always have",
      list("index/realmDefaultClientScopes:RealmDefaultClientScopes", { defaultScopes: ["offline_access"] }),
      ADDED,
      /defaultScopes\[0\] is "offline_access"/,
    ],
    [
      "another scope of its name",
      list("openid/clientScope:ClientScope", { name: "offline_access" }),
      ADDED,
      /name is "offline_access"/,
    ],
  ],
  tolerated: [
    ["no optional scopes", set(SCOPES, "optionalScopes", [])],
    ["a scope of the company's", list("openid/clientScope:ClientScope", { name: "company" })],
  ],
  guarded: [
    [SCOPES, "optionalScopes"],
    [SCOPES, "optionalScopes.0"],
    [SCOPES, "clientId"],
  ],
});
