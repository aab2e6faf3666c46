import type { Field } from "./lib/field.ts";
import { holds, parseNetwork } from "./lib/networks.ts";
import { limit, type Report, resourcePolicy } from "./lib/policy.ts";
import { K8S, namespaceOf, tenantOfNamespace } from "./lib/types.ts";
import { isInTenant } from "./lib/urn.ts";

/** Label that the API server itself puts on every namespace: the only one that nobody can forge. */
const NAME_LABEL = "kubernetes.io/metadata.name";

/** Addresses that hand out a cloud's credentials to whoever asks (AWS, Azure, Google; AWS over IPv6). */
const METADATA_ADDRESSES = ["169.254.169.254", "fd00:ec2::254"] as const;

interface Limits {
  readonly minPrefixIPv4: number;
  readonly minPrefixIPv6: number;
}

/** A tenant's network policies open ways to named services only: never to the world, never to another tenant. */
export const networkPolicyScope = resourcePolicy({
  name: "network-policy-scope",
  description: "A tenant's network policy must not select another tenant or the world.",
  types: [K8S.networkPolicy],
  options: {
    minPrefixIPv4: limit(24, "Shortest prefix of an IPv4 network that a rule may name."),
    minPrefixIPv6: limit(64, "Shortest prefix of an IPv6 network that a rule may name."),
  },
  check({ type, urn, props }, report, options) {
    const namespace = namespaceOf(type, props).text ?? "";
    if (!isInTenant(urn) && tenantOfNamespace(namespace) === undefined) return;

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
      for (const rule of list) checkRule(rule, rule.at(peers), namespace, report, options);
    }
  },
});

function checkRule(rule: Field, peers: Field, namespace: string, report: Report, limits: Limits): void {
  if (peers.empty) report(peers, "names nobody, which means everybody", "Name the peers that the rule is for");
  if (rule.at("ports").empty)
    report(rule.at("ports"), "names none, which means all", "Name the ports that the rule is for");
  for (const peer of peers.items()) {
    const block = peer.at("ipBlock");
    const selector = peer.at("namespaceSelector");
    if (block.present) checkNetwork(block.at("cidr"), report, limits);
    if (selector.present) checkNamespaces(selector, namespace, report);
    if (block.missing && selector.missing && peer.at("podSelector").missing) {
      report(peer, "selects nothing in particular", "Name an ipBlock, a namespaceSelector or a podSelector");
    }
  }
}

function checkNetwork(cidr: Field, report: Report, { minPrefixIPv4, minPrefixIPv6 }: Limits): void {
  if (!cidr.known) return;
  const network = parseNetwork(cidr.text ?? "");
  if (network === undefined) {
    report(cidr, `is ${cidr.shown}, expected a network such as 10.20.30.0/28`, "Write it in CIDR notation");
    return;
  }
  const wide =
    network.family === "ipv4"
      ? network.prefix < minPrefixIPv4
      : network.prefix < minPrefixIPv6 || (network.embedded !== undefined && network.embedded < minPrefixIPv4);
  if (wide) {
    report(
      cidr,
      `is ${cidr.shown}, wider than /${minPrefixIPv4} (IPv4) or /${minPrefixIPv6} (IPv6)`,
      "Name the service's own network in the stack's `cidrs`; exceptions do not make a wide network narrow",
    );
  }
  for (const address of METADATA_ADDRESSES) {
    if (holds(network, address)) {
      report(cidr, `is ${cidr.shown}, which holds ${address}: the cloud's metadata service`, "Leave it out");
    }
  }
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
