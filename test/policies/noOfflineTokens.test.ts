import { noOfflineTokens } from "../../policies/noOfflineTokens.ts";
import { add, both, drop, set } from "./support/fixtures.ts";
import { describePolicy, wrong } from "./support/describePolicy.ts";

const CLIENT = "acme-realm-client";
const SCOPES = "acme-realm-client-optional-scopes";
const ADDED = "acme-added";

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
  ],
  tolerated: [["no optional scopes", set(SCOPES, "optionalScopes", [])]],
  guarded: [
    [SCOPES, "optionalScopes"],
    [SCOPES, "optionalScopes.0"],
    [SCOPES, "clientId"],
  ],
});
