import { CONSOLE_NAMESPACE, gatewayProxyLabels, PLATFORM_NAMESPACE } from "../config/names.ts";
import type { Field } from "./lib/field.ts";
import { checkout } from "./lib/checkout.ts";
import { type Network, overlaps, parseNetwork } from "./lib/networks.ts";
import { limit, type Report, resourcePolicy } from "./lib/policy.ts";
import { PUBLISHED_NETWORKS_FILE, publishedNetworks } from "./lib/publishedNetworks.ts";
import { stackSettings } from "./lib/stackSettings.ts";
import { K8S, namespaceOf, tenantOfNamespace } from "./lib/types.ts";
import { stackName } from "./lib/urn.ts";

/** Label that the API server itself puts on every namespace: the only one that nobody can forge. */
const NAME_LABEL = "kubernetes.io/metadata.name";

/**
 * Where nodes and clouds answer without a question who asks: metadata and credentials (169.254.169.254, and others there: ECS, EKS Pod
 * Identity), over IPv6 (AWS, EKS Pod Identity, Google), and those of Azure (WireServer) and Alibaba. Some are a cluster's DNS as well.
 */
const METADATA_NETWORKS = [
  "169.254.0.0/16",
  "fe80::/10",
  "fd00:ec2::254/128",
  "fd00:ec2::23/128",
  "fd20:ce::254/128",
  "168.63.129.16/32",
  "100.100.100.200/32",
].flatMap((text) => parseNetwork(text) ?? []);

/**
 * Networks that Google's load balancers and health checks come from, the same everywhere: wider than a service's own, and as narrow as
 * they can be named (https://cloud.google.com/load-balancing/docs/firewall-rules).
 */
const LOAD_BALANCER_NETWORKS: ReadonlySet<unknown> = new Set(["130.211.0.0/22", "35.191.0.0/16"]);

interface Limits {
  readonly minPrefixIPv4: number;
  readonly minPrefixIPv6: number;
}

/** Network policies, tenants' and the platform's, open ways to named services only: never to the world, never to another tenant. */
export const networkPolicyScope = resourcePolicy({
  name: "network-policy-scope",
  description: "A network policy must not select another tenant or the world.",
  types: [K8S.networkPolicy],
  options: {
    minPrefixIPv4: limit(24, "Shortest prefix of an IPv4 network that a rule may name."),
    minPrefixIPv6: limit(64, "Shortest prefix of an IPv6 network that a rule may name."),
  },
  check({ type, urn, props }, report, options) {
    // Stryker disable next-line StringLiteral: Stands in for a missing text; no name equals either text, so nothing changes.
    const namespace = namespaceOf(type, props).text ?? "";
    const policyTypes = props.at("spec", "policyTypes");
    if (policyTypes.empty) {
      report(
        policyTypes,
        "is not set",
        "List Ingress, Egress or both: without it, what is denied follows from the rules",
      );
    }
    for (const [direction, rules, peers] of [
      ["Ingress", "ingress", "from"],
      ["Egress", "egress", "to"],
    ] as const) {
      const list = props.at("spec", rules).items();
      if (list.length > 0 && policyTypes.known && !policyTypes.items().some((item) => item.mayBe(direction))) {
        report(
          props.at("spec", rules),
          `has rules, but spec.policyTypes lacks ${direction}`,
          "Add it, or remove the rules",
        );
      }
      // Whom the Gateway's proxies talk to, their controller says.
      if (isOfProxies(namespace, props.at("spec", "podSelector"), stackName(urn))) continue;
      for (const rule of list) checkRule({ rule, peers: rule.at(peers), direction, namespace }, report, options);
    }
  },
});

/** Whether a policy selects the Gateway's proxies in the platform's namespace, by the labels that the stack's file says, and no other pods. */
function isOfProxies(namespace: string, podSelector: Field, stack: string): boolean {
  if (namespace !== PLATFORM_NAMESPACE || podSelector.at("matchExpressions").present) return false;
  const gateway = stackSettings(stack)?.kubernetes.gateway ?? [{ namespace, labels: undefined }];
  const labels = podSelector.at("matchLabels");
  return gateway
    .filter((peer) => peer.namespace === namespace)
    .map((peer) => Object.entries(gatewayProxyLabels(peer.labels)))
    .some(
      (wanted) =>
        labels.keys().length === wanted.length && wanted.every(([key, value]) => labels.at(key).value === value),
    );
}

/** A rule, its peers' field, and what decides what they may be. */
interface Rule {
  readonly rule: Field;
  readonly peers: Field;
  readonly direction: "Ingress" | "Egress";
  readonly namespace: string;
}

function checkRule({ rule, peers, direction, namespace }: Rule, report: Report, limits: Limits): void {
  const ports = rule.at("ports");
  if (peers.empty) report(peers, "names no peers, which means all", "Name the peers that the rule is for");
  if (ports.empty) report(ports, "names none, which means all", "Name the ports that the rule is for");
  for (const peer of peers.items()) {
    const block = peer.at("ipBlock");
    const selector = peer.at("namespaceSelector");
    if (block.present) {
      if (direction === "Egress") checkDestination(block.at("cidr"), ports, report, limits);
      else checkOrigin(block.at("cidr"), report, limits);
    }
    if (selector.present) {
      checkNamespaces(selector, namespace, report);
      if (direction === "Egress" && peer.at("podSelector").empty) {
        report(peer.at("podSelector"), "names no pods", "Name them by their labels: a namespace has others too");
      }
    }
    if (block.missing && selector.missing && peer.at("podSelector").missing) {
      report(peer, "selects nothing in particular", "Name an ipBlock, a namespaceSelector or a podSelector");
    }
  }
}

function checkOrigin(cidr: Field, report: Report, limits: Limits): void {
  if (LOAD_BALANCER_NETWORKS.has(cidr.value)) return;
  const network = checkNetwork(cidr, report, limits);
  if (network !== undefined && isMetadata(network)) {
    report(cidr, `is ${cidr.shown}, where nodes and the cloud's metadata service are`, "Leave it out");
  }
}

function checkDestination(cidr: Field, ports: Field, report: Report, limits: Limits): void {
  const isPublished = () => isHttps(ports) && publishedNetworks(checkout.root).has(cidr.text ?? "");
  const network = checkNetwork(cidr, report, limits, isPublished);
  if (network === undefined || !isMetadata(network) || (network.isSingle && isDns(ports))) return;
  report(
    cidr,
    `is ${cidr.shown}, where nodes and the cloud's metadata service are`,
    "Leave it out, or open one address for DNS alone: port 53 by UDP and TCP",
  );
}

/** Whether the one port is that of HTTPS, by TCP. */
function isHttps(ports: Field): boolean {
  const [port, ...others] = ports.items();
  return (
    port !== undefined &&
    others.length === 0 &&
    port.at("port").value === 443 &&
    port.at("endPort").missing &&
    port.at("protocol").mayBe(undefined, "TCP")
  );
}

function isMetadata(network: Network): boolean {
  return METADATA_NETWORKS.some((other) => overlaps(network, other));
}

/** Whether ports are those that names are asked for at, or not known yet. */
function isDns(ports: Field): boolean {
  return ports
    .items()
    .every(
      (port) =>
        port.at("port").mayBe(53) && port.at("endPort").mayBe(undefined) && port.at("protocol").mayBe("UDP", "TCP"),
    );
}

/** Reports what is no network, or too wide. @returns the network; undefined when it is none, or not known yet */
function checkNetwork(
  cidr: Field,
  report: Report,
  { minPrefixIPv4, minPrefixIPv6 }: Limits,
  mayBeWide: () => boolean = () => false,
): Network | undefined {
  if (!cidr.known) return undefined;
  // Stryker disable next-line StringLiteral: Stands in for a missing text; no name equals either text, so nothing changes.
  const network = parseNetwork(cidr.text ?? "");
  if (network === undefined) {
    report(cidr, `is ${cidr.shown}, expected a network such as 10.20.30.0/28`, "Write it in CIDR notation");
    return undefined;
  }
  const wide =
    network.family === "ipv4"
      ? network.prefix < minPrefixIPv4
      : network.prefix < minPrefixIPv6 || (network.embedded !== undefined && network.embedded < minPrefixIPv4);
  if (wide && !mayBeWide()) {
    report(
      cidr,
      `is ${cidr.shown}, wider than /${minPrefixIPv4} (IPv4) or /${minPrefixIPv6} (IPv6)`,
      `Name the service's own network in the stack's \`cidrs\`; exceptions do not make a wide network narrow. Those that a cloud publishes for its object store are listed in ${PUBLISHED_NETWORKS_FILE}`,
    );
  }
  return network;
}

function checkNamespaces(selector: Field, own: string, report: Report): void {
  const expressions = selector.at("matchExpressions");
  const lists = expressions
    .items()
    .filter((expression) => expression.at("key").mayBe(NAME_LABEL) && expression.at("operator").mayBe("In"));
  const name = selector.at("matchLabels", NAME_LABEL);
  if (lists.length === 0 && name.missing && expressions.known) {
    report(
      selector,
      `does not say which namespaces by ${NAME_LABEL}`,
      "Name them: other labels can be put on any namespace",
    );
  }
  for (const field of [...lists.flatMap((expression) => expression.at("values").items()), name]) {
    if (field.value === CONSOLE_NAMESPACE && own !== CONSOLE_NAMESPACE) {
      report(field, `is ${field.shown}, the console's namespace`, "Nobody but the Gateway talks to the console");
    }
    const tenant = field.text === undefined || field.text === own ? undefined : tenantOfNamespace(field.text);
    if (tenant !== undefined) {
      report(
        field,
        `is ${field.shown}, the namespace of tenant ${tenant}`,
        "Tenants never talk to each other: remove the peer",
      );
    }
  }
}
