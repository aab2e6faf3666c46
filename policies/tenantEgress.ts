import { STACK_EGRESS_POLICY, WAY_OUT_ANNOTATION, WAY_OUT_PARTS } from "../config/names.ts";
import type { Field } from "./lib/field.ts";
import type { Graph, Node } from "./lib/graph.ts";
import { isPublic, parseNetwork } from "./lib/networks.ts";
import { type StackReport, tenantPolicy } from "./lib/policy.ts";
import { K8S } from "./lib/types.ts";

const COMPONENT_LABEL = "app.kubernetes.io/component";
const MODULE = /^[a-z][a-z0-9_]{1,62}$/;
const PORT = 443;

/** Shortest prefixes of a network that a way out may name. */
const MIN_PREFIX = { ipv4: 24, ipv6: 64 } as const;

/**
 * What one tenant alone may reach stands in its file, by the module that needs it, and opens as little as can be: HTTPS from web and
 * cron pods to narrow networks on the internet. Everything else that tenants reach is the stack's, and the same for all.
 */
export const tenantEgress = tenantPolicy({
  name: "tenant-egress",
  description: "What one tenant alone may reach must be a way out for a module, to the internet by HTTPS alone.",
  types: [K8S.networkPolicy],
  check(node, report) {
    if (node.tenant === undefined) return;
    const reason = node.props.at("metadata", "annotations", WAY_OUT_ANNOTATION);
    const spec = node.props.at("spec");
    if (reason.present) {
      checkReason(node, reason, report);
      checkPods(node, spec, report);
      checkRules(node, spec, report);
      return;
    }
    const name = node.props.at("metadata", "name");
    const rules = spec.at("egress");
    if (rules.known && !rules.empty && !name.mayBe(STACK_EGRESS_POLICY)) {
      report(
        node,
        rules,
        `opens ways out in ${name.shown}, expected them in "${STACK_EGRESS_POLICY}" or with the annotation ${WAY_OUT_ANNOTATION}`,
        "Name them in the tenant's file, key egress of its environment",
      );
    }
  },
  checkStack(graph, report) {
    checkAlike(graph, report);
  },
});

function checkReason(node: Node, reason: Field, report: StackReport): void {
  if (reason.known && !MODULE.test(reason.text ?? "")) {
    report(node, reason, `is ${reason.shown}, expected the module that needs the way out`, "Name it as Odoo does");
  }
}

function checkPods(node: Node, spec: Field, report: StackReport): void {
  const selector = spec.at("podSelector");
  const parts = selector
    .at("matchExpressions")
    .items()
    .find((item) => item.at("key").mayBe(COMPONENT_LABEL) && item.at("operator").mayBe("In"));
  const values = parts?.at("values");
  const named =
    values === undefined
      ? !selector.at("matchExpressions").known
      : !values.known || (!values.empty && values.items().every((value) => value.mayBe(...WAY_OUT_PARTS)));
  if (!named) {
    report(
      node,
      selector,
      `selects other pods than ${WAY_OUT_PARTS.join(" and ")}`,
      `Select them by ${COMPONENT_LABEL} In [${WAY_OUT_PARTS.join(", ")}]`,
    );
  }
  const ingress = spec.at("ingress");
  if (ingress.known && !ingress.empty) report(node, ingress, "has ingress rules", "A way out is egress alone");
}

function checkRules(node: Node, spec: Field, report: StackReport): void {
  const rules = spec.at("egress");
  if (rules.known && rules.items().length === 0) report(node, rules, "opens nothing", "Remove the policy");
  for (const rule of rules.items()) {
    const ports = rule.at("ports");
    if (ports.known && ports.items().length === 0) report(node, ports, "names none, which means all", `Name ${PORT}`);
    for (const port of ports.items()) {
      const isHttps =
        port.at("port").mayBe(PORT) &&
        port.at("endPort").mayBe(undefined) &&
        port.at("protocol").mayBe(undefined, "TCP");
      if (!isHttps) report(node, port, `is ${port.shown}, expected TCP ${PORT}`, "A way out is for HTTPS alone");
    }
    const peers = rule.at("to");
    if (peers.known && peers.items().length === 0)
      report(node, peers, "names no peers, which means all", "Name networks");
    for (const peer of peers.items()) checkPeer(node, peer, report);
  }
}

function checkPeer(node: Node, peer: Field, report: StackReport): void {
  for (const selector of [peer.at("namespaceSelector"), peer.at("podSelector")]) {
    if (selector.present) report(node, selector, "selects pods", "A way out leads to the internet alone");
  }
  const cidr = peer.at("ipBlock", "cidr");
  if (!cidr.known) return;
  const network = parseNetwork(cidr.text ?? "");
  if (network === undefined || network.prefix < MIN_PREFIX[network.family] || !isPublic(network)) {
    report(
      node,
      cidr,
      `is ${cidr.shown}, expected a network on the internet of /${MIN_PREFIX.ipv4} or narrower (IPv6: /${MIN_PREFIX.ipv6})`,
      "Name the service's own addresses",
    );
  }
}

/** What the stack lets tenants reach, all of them reach: a rule that one has and another has not is a way out without a name. */
function checkAlike(graph: Graph, report: StackReport): void {
  const policies = graph
    .ofType(K8S.networkPolicy)
    .filter(({ tenant, props }) => tenant !== undefined && props.at("metadata", "name").value === STACK_EGRESS_POLICY)
    .map((node) => ({ node, egress: node.props.at("spec", "egress") }));
  // `known-names` refuses what is not known yet.
  if (!policies.every(({ egress }) => egress.settled)) return;
  const sets = policies.map(({ node, egress }) => ({
    node,
    rules: new Map(egress.items().map((rule) => [JSON.stringify(rule.value), rule])),
  }));
  for (const { node, rules } of sets) {
    for (const [text, rule] of rules) {
      const having = sets.filter((other) => other.rules.has(text)).length;
      // Most tenants have what is the stack's.
      if (having === sets.length || having * 2 > sets.length) continue;
      report(
        node,
        rule,
        "lets the tenant reach what most others of the stack may not",
        "Name it in the tenant's file, key egress of its environment, or in the stack's settings for all",
      );
    }
  }
}
