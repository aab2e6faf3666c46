import { wildcardDomain } from "../../config/hosts.ts";
import { TENANT_LABEL } from "../../config/names.ts";
import { Field } from "./field.ts";
import type { Graph, Node } from "./graph.ts";
import { K8S } from "./types.ts";

/** A host name and the resource that claims it. */
export interface Claim {
  readonly node: Node;
  readonly field: Field;
  /** The gateway's listener that it is of. */
  readonly listener?: Field;
}

/** The tenant whose routes a listener lets attach. */
export function admittedBy(listener: Field): Field {
  return listener.at("allowedRoutes", "namespaces", "selector", "matchLabels", TENANT_LABEL);
}

/** Kinds that external-dns publishes host names of. */
export const PUBLISHED = [K8S.httpRoute, K8S.dnsEndpoint, K8S.certificate, K8S.gateway, K8S.service];

/** Annotations that give external-dns host names, old prefix and new; several are separated by commas. */
const HOST_ANNOTATIONS = ["external-dns.alpha.kubernetes.io", "external-dns.kubernetes.io"].flatMap((prefix) => [
  `${prefix}/hostname`,
  `${prefix}/internal-hostname`,
]);

/** All hosts that resources name: routes, records, certificates, listeners and annotations. What is left out claims hosts that are not known. */
export function hostClaims(graph: Graph): Claim[] {
  return graph.ofType(...PUBLISHED).flatMap((node) => {
    if (!node.props.known) return [{ node, field: node.props }];
    const named = hostsOf(node).map((field) => ({ node, field }));
    const annotated = annotatedHosts(node).map((field) => ({ node, field }));
    return [...named, ...listenersOf(node), ...annotated].filter(({ field }) => field.present);
  });
}

function hostsOf({ type, props }: Node): Field[] {
  const spec = props.at("spec");
  switch (type) {
    case K8S.httpRoute:
      return spec.at("hostnames").items();
    case K8S.dnsEndpoint:
      return spec
        .at("endpoints")
        .items()
        .map((endpoint) => endpoint.at("dnsName"));
    case K8S.certificate:
      return [...spec.at("dnsNames").items(), spec.at("commonName")];
    default:
      return [];
  }
}

function listenersOf(node: Node): Claim[] {
  if (node.type !== K8S.gateway) return [];
  const listeners = node.props.at("spec", "listeners").items();
  return listeners.map((listener) => ({ node, field: listener.at("hostname"), listener }));
}

function annotatedHosts({ props }: Node): Field[] {
  const annotations = props.at("metadata", "annotations");
  return HOST_ANNOTATIONS.flatMap((key) => {
    const field = annotations.at(key);
    return (field.text ?? "")
      .split(",")
      .filter((host) => host.trim() !== "")
      .map((host) => new Field(host.trim(), field.path));
  });
}

/** Domains under which the platform names its tenants: those of the shared gateway's and certificates' wildcards. */
export function platformDomains(claims: readonly Claim[]): string[] {
  const domains = claims
    .filter(({ node }) => node.tenant === undefined)
    .map(({ field }) => wildcardDomain(field.text ?? ""))
    .filter((domain) => domain !== undefined);
  return [...new Set(domains)];
}
