import type { Node } from "./lib/graph.ts";
import { type StackReport, tenantPolicy } from "./lib/policy.ts";
import { KEYCLOAK } from "./lib/types.ts";

const OFFLINE = "offline_access";

/** Properties that give scopes: to a client, and to the clients that a realm's administrators will make. */
const SCOPES: Readonly<Record<string, string>> = {
  [KEYCLOAK.clientOptionalScopes]: "optionalScopes",
  [KEYCLOAK.clientDefaultScopes]: "defaultScopes",
  [KEYCLOAK.realmOptionalScopes]: "optionalScopes",
  [KEYCLOAK.realmDefaultScopes]: "defaultScopes",
};

/** An offline token outlives the session that it came from, and an administrator's log-out: no client gives one. */
export const noOfflineTokens = tenantPolicy({
  name: "no-offline-tokens",
  description:
    "No client may give tokens that outlive the session: its optional scopes are listed, without offline_access.",
  types: [KEYCLOAK.client, KEYCLOAK.clientScope, ...Object.keys(SCOPES)],
  check(node, report) {
    if (node.type === KEYCLOAK.clientScope) checkName(node, report);
    const key = SCOPES[node.type];
    if (key === undefined) return;
    for (const scope of node.props.at(key).items()) {
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
      const own = (other: Node) => other.tenant === node.tenant;
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

/** The scope that every realm has by itself: made again by the program, it would be another one of that name. */
function checkName(node: Node, report: StackReport): void {
  const name = node.props.at("name");
  if (name.known && name.text === OFFLINE) report(node, name, `is "${OFFLINE}"`, "Give it another name");
}
