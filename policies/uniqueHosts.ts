import { platformHost, TENANT_LABEL } from "../config/names.ts";
import { Field } from "./lib/field.ts";
import type { Graph, Node } from "./lib/graph.ts";
import { isExactHost, isWithin, wildcardDomain } from "../config/hosts.ts";
import { type StackReport, stackPolicy } from "./lib/policy.ts";
import { K8S, KEYCLOAK } from "./lib/types.ts";

/** A host name and the resource that claims it. */
interface Claim {
  readonly node: Node;
  readonly field: Field;
  /** The gateway's listener that it is of. */
  readonly listener?: Field;
}

/** Kinds that external-dns publishes host names of. */
const PUBLISHED = [K8S.httpRoute, K8S.dnsEndpoint, K8S.certificate, K8S.gateway, K8S.service];

/** Annotations by which external-dns is told host names, old prefix and new; several are separated by commas. */
const HOST_ANNOTATIONS = ["external-dns.alpha.kubernetes.io", "external-dns.kubernetes.io"].flatMap((prefix) => [
  `${prefix}/hostname`,
  `${prefix}/internal-hostname`,
]);

/** Records that say where a host is; others could hand a whole zone or its mail to somebody. */
const RECORD_TYPES = ["A", "AAAA", "CNAME"];

/** Who claims a host gets its visitors, and their passwords. */
export const uniqueHosts = stackPolicy({
  name: "unique-hosts",
  description: "Each host name must belong to one tenant, and each tenant must keep to its own.",
  check(graph, report) {
    const claims = graph.ofType(...PUBLISHED).flatMap((node) => claimsOf(node, report));
    const baseDomains = platformDomains(claims);
    const owners = new Map<string, Node>();
    for (const { node, field } of claims) {
      const host = field.text;
      if (host === undefined || node.tenant === undefined) continue;
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
      if (owner !== undefined && owner.tenant !== node.tenant) {
        const mend = "Give each tenant its own domains (environments.<environment>.domains of tenants/<id>.yaml)";
        report(node, field, `is ${field.shown}, which ${owner.name} of tenant ${owner.tenant ?? ""} has already`, mend);
      } else owners.set(host, node);
    }
    for (const claim of claims) {
      if (claim.node.tenant === undefined) checkShared(claim, owners.get(claim.field.text ?? "")?.tenant, report);
    }
    checkRedirects(graph, claims, report);
  },
});

/** All hosts that a resource names; reports where a tenant's takes every host by naming none. */
function claimsOf(node: Node, report: StackReport): Claim[] {
  const spec = node.props.at("spec");
  const fields: Field[] = [];
  switch (node.type) {
    case K8S.httpRoute: {
      const hostnames = spec.at("hostnames");
      // One of the platform's leads nowhere but to https.
      const leads = spec
        .at("rules")
        .items()
        .some((rule) => rule.at("backendRefs").present);
      if (hostnames.empty && (node.tenant !== undefined || leads)) {
        report(node, hostnames, "names no host, which means all of the gateway's", "Name the tenant's hosts");
      }
      fields.push(...hostnames.items());
      break;
    }
    case K8S.dnsEndpoint:
      for (const endpoint of spec.at("endpoints").items()) {
        const recordType = endpoint.at("recordType");
        if (!recordType.mayBe(...RECORD_TYPES)) {
          report(
            node,
            recordType,
            `is ${recordType.shown}, expected one of ${RECORD_TYPES.join(", ")}`,
            "Remove the record",
          );
        }
        fields.push(endpoint.at("dnsName"));
      }
      break;
    case K8S.certificate:
      fields.push(...spec.at("dnsNames").items(), spec.at("commonName"));
      break;
    case K8S.gateway:
      return spec
        .at("listeners")
        .items()
        .map((listener) => ({ node, field: listener.at("hostname"), listener }));
  }
  fields.push(...annotatedHosts(node));
  return fields.filter((field) => field.present).map((field) => ({ node, field }));
}

function annotatedHosts(node: Node): Field[] {
  const annotations = node.props.at("metadata", "annotations");
  return HOST_ANNOTATIONS.flatMap((key) => {
    const field = annotations.at(key);
    return (field.text ?? "")
      .split(",")
      .filter((host) => host.trim() !== "")
      .map((host) => new Field(host.trim(), field.path));
  });
}

/** Domains under which the platform names its tenants: those of the shared gateway's and certificates' wildcards. */
function platformDomains(claims: readonly Claim[]): string[] {
  const domains = claims
    .filter(({ node }) => node.tenant === undefined)
    .map(({ field }) => wildcardDomain(field.text ?? ""))
    .filter((domain) => domain !== undefined);
  return [...new Set(domains)];
}

/** What tenants share may name a tenant's host in one place: a listener that only the tenant's routes may attach to. */
function checkShared({ node, field, listener }: Claim, owner: string | undefined, report: StackReport): void {
  if (owner === undefined) return;
  if (listener === undefined) {
    report(node, field, `is ${field.shown}, which is ${owner}'s`, "Leave tenants' hosts to the tenants");
    return;
  }
  const routes = listener.at("allowedRoutes", "namespaces");
  const admitted = routes.at("selector", "matchLabels", TENANT_LABEL);
  if (!routes.at("from").mayBe("Selector") || !admitted.mayBe(owner)) {
    report(
      node,
      admitted,
      `is ${admitted.shown} for ${field.shown}, expected "${owner}"`,
      "Let only its owner's routes attach",
    );
  }
}

/** A client that redirects to a host which is not its tenant's hands over tokens. */
function checkRedirects(graph: Graph, claims: readonly Claim[], report: StackReport): void {
  for (const node of graph.ofType(KEYCLOAK.client)) {
    const routes = claims.filter((claim) => claim.node.type === K8S.httpRoute && claim.node.tenant === node.tenant);
    const own = routes.map(({ field }) => field.text);
    const uris = ["validRedirectUris", "validPostLogoutRedirectUris", "webOrigins"].flatMap((key) =>
      node.props.at(key).items(),
    );
    for (const uri of uris) {
      const url = URL.parse(uri.text ?? "");
      if (url?.protocol !== "https:" || own.includes(url.hostname) || routes.some(({ field }) => !field.known))
        continue;
      report(node, uri, `is ${uri.shown}, whose host no HTTPRoute of the tenant has`, `Use one of ${own.join(", ")}`);
    }
  }
}
