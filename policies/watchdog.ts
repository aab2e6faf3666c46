import { PLATFORM_NAMESPACE, WATCHDOG } from "../config/names.ts";

import type { Field } from "./lib/field.ts";
import type { Graph, Node } from "./lib/graph.ts";
import { podTemplate } from "./lib/pods.ts";
import { type StackReport, stackPolicy } from "./lib/policy.ts";
import { settingsFile, stackSettings } from "./lib/stackSettings.ts";
import { K8S } from "./lib/types.ts";
import { TENANT_COMPONENT } from "./lib/urn.ts";

const REPLICAS = 2;
const FIX = "Make it with components/watchdog.ts";
const NAME_LABEL = "app.kubernetes.io/name";

/** What the watchdog is made of, and what of an object must be there. */
const PARTS: readonly (readonly [type: string, path: readonly string[]])[] = [
  [K8S.deployment, ["spec", "template"]],
  [K8S.configMap, ["data", "watchdog.py"]],
  [K8S.secret, []],
  [K8S.networkPolicy, ["spec", "egress"]],
];

/**
 * A tenant's one SELECT keeps everybody out of a server until the watchdog ends it: it is there as long as there are tenants, and nothing keeps
 * it from its work. What it runs and mounts is `pod-configuration`'s business.
 */
export const watchdog = stackPolicy({
  name: "watchdog",
  description: "A stack with tenants must have the watchdog of its PostgreSQL servers, in two pods that reach both.",
  check(graph, report) {
    const [tenant] = graph.ofType(TENANT_COMPONENT);
    for (const [type, path] of PARTS) {
      const parts = graph.ofType(type).filter(isWatchdogs);
      if (parts.length === 0 && tenant !== undefined) {
        const kind = type.slice(type.lastIndexOf(":") + 1);
        report(tenant, "", `is a tenant of a stack without the ${kind} ${WATCHDOG} in ${PLATFORM_NAMESPACE}`, FIX);
      }
      for (const part of parts) {
        const field = part.props.at(...path);
        if (field.empty) report(part, field, `is ${field.shown}`, FIX);
        if (type === K8S.deployment) checkDeployment(part, report);
        if (type === K8S.networkPolicy) checkNetwork(part, graph, report);
      }
    }
  },
});

/** Whether an object is the watchdog's. What this operation leaves out another makes: until then it counts as being there. */
function isWatchdogs({ tenant, props }: Node): boolean {
  if (tenant !== undefined) return false;
  return props.at("metadata", "name").mayBe(WATCHDOG) && props.at("metadata", "namespace").mayBe(PLATFORM_NAMESPACE);
}

function expect(node: Node, field: Field, value: unknown, report: StackReport): void {
  if (!field.mayBe(value)) report(node, field, `is ${field.shown}, expected ${JSON.stringify(value)}`, FIX);
}

function checkDeployment(node: Node, report: StackReport): void {
  const spec = node.props.at("spec");
  expect(node, spec.at("replicas"), REPLICAS, report);
  // One is connected while the other is replaced: under an attack nobody can log in, it neither.
  expect(node, spec.at("strategy", "type"), "RollingUpdate", report);
  expect(node, spec.at("strategy", "rollingUpdate", "maxUnavailable"), 0, report);
  expect(node, podTemplate(node.type, node.props).at("metadata", "labels").at(NAME_LABEL), WATCHDOG, report);
}

/** Its pods, which all traffic is denied to, reach both servers. */
function checkNetwork(node: Node, graph: Graph, report: StackReport): void {
  const spec = node.props.at("spec");
  expect(node, spec.at("podSelector", "matchLabels").at(NAME_LABEL), WATCHDOG, report);
  const settings = stackSettings(graph.stack);
  if (settings === undefined) return;
  const rules = spec.at("egress");
  if (!rules.settled) return;
  const peers = rules.items().flatMap((rule) => rule.at("to").items());
  for (const key of ["tenantsDatabase", "analyticsDatabase"] as const) {
    for (const cidr of settings[key].cidrs) {
      if (peers.some((peer) => peer.at("ipBlock", "cidr").mayBe(cidr))) continue;
      report(node, rules, `has no way to ${cidr}, ${key}.cidrs of ${settingsFile(graph.stack)}`, FIX);
    }
  }
}
