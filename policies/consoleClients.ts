import { consoleAddresses } from "../config/consoleClient.ts";
import { CONSOLE, CONSOLE_ADMIN_ROLE } from "../config/names.ts";
import type { Field } from "./lib/field.ts";
import type { Graph, Node } from "./lib/graph.ts";
import { type StackReport, tenantPolicy } from "./lib/policy.ts";
import { haveSameOwner } from "./lib/resourceOwners.ts";
import { KEYCLOAK, PROTOCOL_MAPPERS } from "./lib/types.ts";
import { CONSOLE_COMPONENT } from "./lib/urn.ts";

/** Properties with addresses, and what follows the console's own address in each, by tenant. */
const ADDRESSES = [
  ["validRedirectUris", "callback"],
  ["validPostLogoutRedirectUris", "afterLogout"],
  ["backchannelLogoutUrl", "backchannelLogout"],
] as const;

/**
 * A tenant's people reach the console by a client that is for that alone. Whoever answers a log-in of one realm at another realm's
 * address, or has one client's roles in another's tokens, could be taken for somebody else.
 */
export const consoleClients = tenantPolicy({
  name: "console-clients",
  description:
    "A tenant's client `console` must lead to the console, at the tenant's own addresses; its tokens have its own roles alone, and nobody else is told of log-outs.",
  types: [KEYCLOAK.client],
  check(node, report) {
    const { tenant, props } = node;
    if (tenant === undefined || !props.at("clientId").known) return;
    if (isConsole(props)) {
      checkAddresses(props, tenant, report.bind(undefined, node));
      return;
    }
    const logout = props.at("backchannelLogoutUrl");
    if (logout.present)
      report(node, logout, `is ${logout.shown}, expected none`, "Only the console is told of log-outs");
  },
  checkStack(graph, report) {
    const hasConsole = graph.ofType(CONSOLE_COMPONENT).length > 0;
    for (const node of consolesOf(graph)) {
      if (!hasConsole) report(node, "", "is a client of a console that the stack does not have", "Remove it");
    }
    checkRoles(graph, report);
  },
});

/** Reports what is wrong with one resource. */
type Report = (field: Field, wrong: string, fix: string) => void;

function checkAddresses(props: Field, tenant: string, report: Report): void {
  for (const [key, which] of ADDRESSES) {
    const field = props.at(key);
    const texts = field.text === undefined ? field.items() : [field];
    if (texts.length === 0 && field.known) report(field, "is not set", "components/consoleAccess.ts sets it");
    for (const text of texts) {
      if (!text.known) continue;
      // Of which host it is, unique-hosts judges.
      const origin = URL.parse(text.text ?? "")?.origin ?? "";
      const expected = consoleAddresses(origin, tenant)[which];
      if (text.text !== expected)
        report(text, `is ${text.shown}, expected "${expected}"`, "Use the tenant's own address");
    }
  }
}

/** Tenants' clients of the console. */
function consolesOf(graph: Graph): readonly Node[] {
  return graph.ofType(KEYCLOAK.client).filter(({ tenant, props }) => tenant !== undefined && isConsole(props));
}

function isConsole(props: Field): boolean {
  return props.at("clientId").text === CONSOLE;
}

/** The role is the console's client's, and a token of a client has that client's roles. */
function checkRoles(graph: Graph, report: StackReport): void {
  const clients = graph.ofType(KEYCLOAK.client);
  const clientOf = (node: Node) => {
    const id = node.props.at("clientId");
    return id.known
      ? clients.find((other) => haveSameOwner(other, node) && other.props.at("id").text === id.text)
      : undefined;
  };
  for (const node of graph.ofType(KEYCLOAK.role)) {
    const client = clientOf(node);
    if (node.tenant === undefined || client === undefined) continue;
    const name = node.props.at("name");
    if (!name.known || (name.text === CONSOLE_ADMIN_ROLE) === isConsole(client.props)) continue;
    report(
      node,
      name,
      `is ${name.shown} of ${client.name}`,
      `Give ${CONSOLE_ADMIN_ROLE} to the console's client, and no other`,
    );
  }
  for (const node of graph.ofType(PROTOCOL_MAPPERS.userClientRole)) {
    const client = clientOf(node);
    const of = node.props.at("clientIdForRoleMappings");
    if (client === undefined || !of.known || of.text === client.props.at("clientId").text) continue;
    report(node, of, `is ${of.shown} for tokens of ${client.name}`, "Name the client itself");
  }
}
