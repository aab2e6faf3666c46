import { CONSOLE, CONSOLE_NAMESPACE, platformHost } from "../config/names.ts";
import { domainsAbove, isExactHost, isWithin } from "../config/hosts.ts";
import type { Graph, Node } from "./lib/graph.ts";
import { admittedBy, type Claim, hostClaims, platformDomains, PUBLISHED } from "./lib/hostClaims.ts";
import { haveSameOwner } from "./lib/resourceOwners.ts";
import { type StackReport, stackPolicy } from "./lib/policy.ts";
import { K8S, KEYCLOAK } from "./lib/types.ts";

/** Records that say where a host is; others could hand a whole zone or its mail to somebody. */
const RECORD_TYPES = ["A", "AAAA", "CNAME"];

/** Who claims a host gets its visitors, and their passwords. */
export const uniqueHosts = stackPolicy({
  name: "unique-hosts",
  description: "Each host name must belong to one tenant, and each tenant must keep to its own.",
  check(graph, report) {
    const claims = hostClaims(graph);
    for (const node of graph.ofType(...PUBLISHED)) checkForm(node, report);
    const baseDomains = platformDomains(claims);
    const owners = new Map<string, Node>();
    for (const { node, field } of claims) {
      const host = field.text;
      if (host === undefined || (node.tenant === undefined && !node.console)) continue;
      if (!isExactHost(host)) {
        report(
          node,
          field,
          `is ${field.shown}, expected one whole host name in lower case`,
          "No wildcard, no dot at its end",
        );
        continue;
      }
      for (const domain of baseDomains) {
        // Which host the console has below it, host-names judges.
        if (node.tenant === undefined) break;
        const own = platformHost(node.tenant, domain);
        if (!isWithin(host, domain) || host === own) continue;
        report(
          node,
          field,
          `is ${field.shown}, below the platform's ${domain}`,
          `There the tenant has ${own} and no other`,
        );
      }
      const owner = owners.get(host);
      if (owner !== undefined && !haveSameOwner(owner, node)) {
        const fix = "Give each tenant its own domains (environments.<environment>.domains of tenants/<id>.yaml)";
        report(node, field, `is ${field.shown}, which ${owner.name} of ${whose(owner)} has already`, fix);
      } else owners.set(host, node);
    }
    checkAbove(claims, owners, report);
    for (const claim of claims) {
      // Stryker disable next-line StringLiteral: Stands in for a missing text; no name equals either text, so nothing changes.
      if (claim.node.tenant === undefined && !claim.node.console) {
        checkShared(claim, owners.get(claim.field.text ?? ""), report);
      }
    }
    checkRedirects(graph, claims, report);
  },
});

/** Label that the API server itself puts on every namespace. */
const NAMESPACE_LABEL = "kubernetes.io/metadata.name";

/** Whose a resource is, in a message. */
function whose({ tenant, console }: Node): string {
  return console ? "the console" : `tenant ${tenant ?? ""}`;
}

/** Above or below another tenant's host, a tenant could set its cookies, and would get what is asked of it by a wildcard. */
function checkAbove(claims: readonly Claim[], owners: ReadonlyMap<string, Node>, report: StackReport): void {
  const fix = "Give each tenant hosts that are neither above nor below another's";
  const reported = new Set<string>();
  for (const { node, field } of claims) {
    // Stryker disable next-line ConditionalExpression: Looks at more wildcards as the platform's; tenants' own are refused anyway, and what is not one is a domain of no host.
    if (node.tenant === undefined && !node.console) continue;
    for (const domain of domainsAbove(field.text ?? "")) {
      const owner = owners.get(domain);
      if (owner === undefined || haveSameOwner(owner, node)) continue;
      report(node, field, `is ${field.shown}, below ${domain} of ${whose(owner)}`, fix);
      reported.add(domain);
    }
  }
  for (const { node, field } of claims) {
    const host = field.text ?? "";
    if ((node.tenant !== undefined || node.console) && reported.has(host))
      report(node, field, `is ${field.shown}, above another's`, fix);
  }
}

/** Reports where a resource takes hosts without naming them, or makes records that are more than an address. */
function checkForm(node: Node, report: StackReport): void {
  const spec = node.props.at("spec");
  if (node.type === K8S.httpRoute) {
    const hostnames = spec.at("hostnames");
    // One of the platform's leads nowhere but to https.
    const leads = spec
      .at("rules")
      .items()
      .some((rule) => rule.at("backendRefs").present);
    if (hostnames.empty && (node.tenant !== undefined || leads)) {
      report(node, hostnames, "names no host, which means all of the gateway's", "Name the tenant's hosts");
    }
  }
  if (node.type !== K8S.dnsEndpoint) return;
  for (const endpoint of spec.at("endpoints").items()) {
    const recordType = endpoint.at("recordType");
    if (recordType.mayBe(...RECORD_TYPES)) continue;
    const wrong = `is ${recordType.shown}, expected one of ${RECORD_TYPES.join(", ")}`;
    report(node, recordType, wrong, "Remove the record");
  }
}

/** What tenants share may name a tenant's host in one place: a listener that only the tenant's routes may attach to. */
function checkShared({ node, field, listener }: Claim, owner: Node | undefined, report: StackReport): void {
  if (owner === undefined) return;
  if (listener === undefined) {
    report(
      node,
      field,
      `is ${field.shown}, which is ${owner.tenant ?? "the console"}'s`,
      "Leave tenants' hosts to the tenants",
    );
    return;
  }
  const selector = listener.at("allowedRoutes", "namespaces", "selector");
  const admitted = owner.console ? selector.at("matchLabels", NAMESPACE_LABEL) : admittedBy(listener);
  const expected = owner.console ? CONSOLE_NAMESPACE : owner.tenant;
  if (!listener.at("allowedRoutes", "namespaces", "from").mayBe("Selector") || !admitted.mayBe(expected)) {
    report(
      node,
      admitted,
      `is ${admitted.shown} for ${field.shown}, expected "${expected ?? ""}"`,
      "Let only its owner's routes attach",
    );
  }
}

/** A client that redirects to a host which is not its tenant's hands over tokens. */
function checkRedirects(graph: Graph, claims: readonly Claim[], report: StackReport): void {
  for (const node of graph.ofType(KEYCLOAK.client)) {
    // The console has a client in each tenant's realm.
    const isConsoles = node.console || node.props.at("clientId").text === CONSOLE;
    const owns = (other: Node) => (isConsoles ? other.console : haveSameOwner(other, node));
    const routes = claims.filter((claim) => claim.node.type === K8S.httpRoute && owns(claim.node));
    const own = routes.map(({ field }) => field.text);
    const uris = [
      ...["validRedirectUris", "validPostLogoutRedirectUris", "webOrigins"].flatMap((key) =>
        node.props.at(key).items(),
      ),
      node.props.at("backchannelLogoutUrl"),
    ];
    for (const uri of uris) {
      // Stryker disable next-line StringLiteral: Stands in for a missing text; no name equals either text, so nothing changes.
      const url = URL.parse(uri.text ?? "");
      if (url?.protocol !== "https:" || own.includes(url.hostname) || routes.some(({ field }) => !field.known))
        continue;
      report(
        node,
        uri,
        `is ${uri.shown}, whose host no HTTPRoute of ${isConsoles ? "the console" : "the tenant"} has`,
        `Use one of ${own.join(", ")}`,
      );
    }
  }
}
