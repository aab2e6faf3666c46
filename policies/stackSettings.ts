import { STACK_EGRESS_POLICY } from "../config/names.ts";
import type { Field } from "./lib/field.ts";
import type { Node } from "./lib/graph.ts";
import { type StackReport, tenantPolicy } from "./lib/policy.ts";
import { configured, settingsFile, stackSettings as settingsOf } from "./lib/stackSettings.ts";
import { K8S, KEYCLOAK } from "./lib/types.ts";
import { mayRelax, stackName } from "./lib/urn.ts";

/** What is the same for all tenants is what the stack's file says, which the platform's team reviews: nothing else is reached or trusted. */
export const stackSettings = tenantPolicy({
  name: "stack-settings",
  description: "Networks, issuer and mail server must be those of the stack's file.",
  types: [K8S.certificate, K8S.networkPolicy, KEYCLOAK.realm],
  check(node, report) {
    const stack = stackName(node.urn);
    const settings = settingsOf(stack);
    const { props } = node;
    if (node.type === K8S.certificate) {
      compare(node, props.at("spec", "issuerRef", "name"), settings?.tls.clusterIssuer, report);
    } else if (node.type === KEYCLOAK.realm) {
      const host = props.at("smtpServer", "host");
      if (host.present) compare(node, host, settings?.mail?.host, report);
    } else if (props.at("metadata", "name").value === STACK_EGRESS_POLICY) checkNetworks(node, stack, report);
  },
});

function compare(node: Node, field: Field, value: string | undefined, report: StackReport): void {
  const stack = stackName(node.urn);
  const expected = configured(stack, value);
  if (field.known && !expected.accepts(field.value)) {
    report(node, field, `is ${field.shown}, expected ${expected.expected}`, `Set it in ${settingsFile(stack)}`);
  }
}

/** Pods and nodes have networks, too, and so have other teams' servers: no list of those would be whole. */
function checkNetworks(node: Node, stack: string, report: StackReport): void {
  const settings = settingsOf(stack);
  if (settings === undefined && mayRelax(stack)) return;
  const { tenantsDatabase, keycloak, mail, objectStore, kubernetes } = settings ?? {};
  const named = [
    ...[tenantsDatabase, keycloak, mail, objectStore].flatMap((server) => server?.cidrs ?? []),
    ...(kubernetes?.dns ?? []).flatMap(({ networks }) => networks),
  ];
  for (const rule of node.props.at("spec", "egress").items()) {
    for (const peer of rule.at("to").items()) {
      const cidr = peer.at("ipBlock", "cidr");
      if (cidr.mayBe(undefined, ...named)) continue;
      report(
        node,
        cidr,
        `is ${cidr.shown}, which ${settingsFile(stack)} does not name`,
        "Name the service's network there",
      );
    }
  }
}
