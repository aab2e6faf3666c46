import type { Node } from "./lib/graph.ts";
import { tenantPolicy } from "./lib/policy.ts";
import { haveSameOwner } from "./lib/resourceOwners.ts";
import { KEYCLOAK } from "./lib/types.ts";

const OFFLINE = "offline_access";

/** An offline token outlives the session that it came from, and an administrator's log-out: no client gives one. */
export const noOfflineTokens = tenantPolicy({
  name: "no-offline-tokens",
  description:
    "No client may give tokens that outlive the session: its optional scopes are listed, without offline_access.",
  types: [KEYCLOAK.client, KEYCLOAK.clientOptionalScopes],
  check(node, report) {
    if (node.type !== KEYCLOAK.clientOptionalScopes) return;
    for (const scope of node.props.at("optionalScopes").items()) {
      if (scope.known && scope.text === OFFLINE) {
        report(node, scope, `is "${OFFLINE}", whose tokens outlive sessions and log-outs`, "Remove it");
      }
    }
  },
  checkStack(graph, report) {
    const scopes = graph.ofType(KEYCLOAK.clientOptionalScopes);
    const clients = graph.ofType(KEYCLOAK.client);
    for (const node of clients) {
      // A client's id is known once it is there: until then, as many lists as clients is all there is to judge.
      const own = (other: Node) => haveSameOwner(other, node);
      const ids = scopes.filter(own).map(({ props }) => props.at("clientId"));
      const unknown = ids.filter(({ known }) => !known).length;
      const known = new Set(ids.map(({ text }) => text ?? "").filter((id) => id !== ""));
      if (unknown + known.size >= clients.filter(own).length) continue;
      report(
        node,
        "",
        `has no list of optional scopes, so it has Keycloak's, with "${OFFLINE}"`,
        "Add a ClientOptionalScopes for it; components/keycloakRealm.ts makes one",
      );
    }
  },
});
