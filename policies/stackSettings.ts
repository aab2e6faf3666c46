import { gatewayHost, platformHost, WAY_OUT_ANNOTATION } from "../config/names.ts";
import { bucketEndpoint, portOf } from "../config/urls.ts";
import type { Field } from "./lib/field.ts";
import type { Node } from "./lib/graph.ts";
import { type StackReport, tenantPolicy } from "./lib/policy.ts";
import { configured, settingsFile, type StackSettings, stackSettings as settingsOf } from "./lib/stackSettings.ts";
import { K8S, KEYCLOAK } from "./lib/types.ts";
import { mayRelax, stackName } from "./lib/urn.ts";

/** Label that the API server itself puts on every namespace. */
const NAMESPACE_LABEL = "kubernetes.io/metadata.name";

/** What is the same for all tenants is what the stack's file says, which the platform's team reviews: nothing else is reached or trusted. */
export const stackSettings = tenantPolicy({
  name: "stack-settings",
  description:
    "Networks, namespaces, ports, issuer, class of the Gateway, mail server and the target of records must be those of the stack's file.",
  types: [K8S.certificate, K8S.dnsEndpoint, K8S.gateway, K8S.networkPolicy, KEYCLOAK.realm],
  check(node, report) {
    const stack = stackName(node.urn);
    const settings = settingsOf(stack);
    const { props } = node;
    if (node.type === K8S.certificate) {
      compare(node, props.at("spec", "issuerRef", "name"), settings?.tls.clusterIssuer, report);
    } else if (node.type === K8S.gateway) {
      compare(node, props.at("spec", "gatewayClassName"), settings?.kubernetes.gatewayClassName, report);
    } else if (node.type === KEYCLOAK.realm) {
      const host = props.at("smtpServer", "host");
      if (host.present) compare(node, host, settings?.mail?.host, report);
    } else if (node.type === K8S.dnsEndpoint) checkRecords(node, stack, report);
    else if (!isWayOut(node)) checkPeers(node, stack, report);
  },
});

/** What a tenant's file opens for a module, which `tenant-egress` judges. */
function isWayOut({ tenant, props }: Node): boolean {
  return tenant !== undefined && props.at("metadata", "annotations", WAY_OUT_ANNOTATION).present;
}

function compare(node: Node, field: Field, value: string | undefined, report: StackReport): void {
  const stack = stackName(node.urn);
  const expected = configured(stack, value);
  if (field.known && !expected.accepts(field.value)) {
    report(node, field, `is ${field.shown}, expected ${expected.expected}`, `Set it in ${settingsFile(stack)}`);
  }
}

/** Records lead to the Gateway's host, and a tenant's own hosts to the one that the platform gives it. */
function checkRecords(node: Node, stack: string, report: StackReport): void {
  const settings = settingsOf(stack);
  if (settings === undefined && mayRelax(stack)) return;
  const { baseDomain = "" } = settings ?? {};
  const expected = [
    gatewayHost(baseDomain),
    ...(node.tenant === undefined ? [] : [platformHost(node.tenant, baseDomain)]),
  ];
  for (const endpoint of node.props.at("spec", "endpoints").items()) {
    for (const target of endpoint.at("targets").items()) {
      if (target.mayBe(...expected)) continue;
      report(node, target, `is ${target.shown}, expected ${expected.join(" or ")}`, "Lead it to the Gateway's host");
    }
  }
}

/** Where traffic may go: networks or a namespace, and a port of it. */
interface Destination {
  readonly namespace?: string | undefined;
  readonly networks: readonly string[];
  readonly port: number;
}

/** Pods and nodes have networks, too, and so have other teams' servers: no list of those would be whole. */
function checkPeers(node: Node, stack: string, report: StackReport): void {
  const settings = settingsOf(stack);
  if (settings === undefined && mayRelax(stack)) return;
  const spec = node.props.at("spec");
  const places = settings === undefined ? [] : destinations(settings, node);
  for (const rule of spec.at("egress").items()) {
    for (const peer of rule.at("to").items()) {
      const reached = places.filter((place) => isAt(peer, place));
      if (reached.length === 0) reportPeer(node, peer, stack, report);
      else if (
        !rule
          .at("ports")
          .items()
          .every((item) => item.at("port").mayBe(...reached.map(({ port }) => port)))
      ) {
        report(node, rule.at("ports"), `is ${rule.at("ports").shown}, which ${unnamed(stack)} for ${peer.shown}`, FIX);
      }
    }
  }
  const origins = [
    ...(settings?.kubernetes.gateway ?? []),
    { namespace: settings?.monitoring.namespace, networks: [] },
  ];
  for (const peer of spec
    .at("ingress")
    .items()
    .flatMap((rule) => rule.at("from").items())) {
    const isOwn = peer.at("ipBlock").missing && peer.at("namespaceSelector").missing;
    if (!isOwn && !origins.some((origin) => isAt(peer, origin))) reportPeer(node, peer, stack, report);
  }
}

const FIX = "Name the service's network or namespace there";

function reportPeer(node: Node, peer: Field, stack: string, report: StackReport): void {
  const cidr = peer.at("ipBlock", "cidr");
  const field = cidr.present ? cidr : peer;
  report(node, field, `is ${field.shown}, which ${unnamed(stack)}`, FIX);
}

function unnamed(stack: string): string {
  return `${settingsFile(stack)} does not name`;
}

/** What the stack's file lets pods reach; what is outside tenants, the watchdog, also the analytics server. */
function destinations(settings: StackSettings, node: Node): Destination[] {
  if (node.console) return consoleDestinations(settings, isCollector(node));
  const { tenant } = node;
  const { tenantsDatabase, analyticsDatabase, keycloak, mail, objectStore, kubernetes } = settings;
  const database = ({ cidrs, port, clusterPort }: Pick<typeof tenantsDatabase, "cidrs" | "port" | "clusterPort">) => ({
    networks: cidrs,
    port: clusterPort ?? port,
  });
  return [
    ...kubernetes.dns,
    database(tenantsDatabase),
    ...(tenant === undefined ? [database(analyticsDatabase)] : []),
    { networks: keycloak.cidrs, port: portOf(keycloak.url) },
    ...(mail === undefined ? [] : [{ networks: mail.cidrs, port: mail.port }]),
    { networks: objectStore.cidrs, port: portOf(objectStore.endpoint ?? "https://s3") },
  ];
}

/** Whether a network policy is of the console's collector alone. */
function isCollector({ props }: Node): boolean {
  return props.at("spec", "podSelector", "matchLabels", "app.kubernetes.io/component").mayBe("collector");
}

/**
 * What the console's pods reach: names, the tenants' server, where their database is, Keycloak, and where requests are sent. The
 * collector reaches what it watches instead of the last two.
 */
function consoleDestinations(settings: StackSettings, ofCollector: boolean): Destination[] {
  const { kubernetes, tenantsDatabase, analyticsDatabase, keycloak, console } = settings;
  return [
    ...kubernetes.dns,
    { networks: tenantsDatabase.cidrs, port: tenantsDatabase.clusterPort ?? tenantsDatabase.port },
    ...(ofCollector
      ? [
          { networks: analyticsDatabase.cidrs, port: analyticsDatabase.clusterPort ?? analyticsDatabase.port },
          ...(console === undefined ? [] : collectorsOwn(console)),
        ]
      : [
          { networks: keycloak.cidrs, port: portOf(keycloak.url) },
          ...(console === undefined ? [] : [{ networks: console.requests.cidrs, port: portOf(console.requests.url) }]),
        ]),
  ];
}

/** Where the collector alone goes: the bucket of inventories and events, and GitHub. */
function collectorsOwn({ projections, github, repository }: NonNullable<StackSettings["console"]>): Destination[] {
  return [
    ...(projections === undefined ? [] : [{ networks: projections.cidrs, port: portOf(bucketEndpoint(projections)) }]),
    ...(github === undefined || repository === undefined ? [] : [{ networks: github.cidrs, port: portOf(repository) }]),
  ];
}

/** Whether a rule's peer is of that namespace, or one of those networks. Pods of the policy's own namespace are in none. */
function isAt(peer: Field, { namespace, networks }: Omit<Destination, "port">): boolean {
  if (!peer.known) return true;
  const cidr = peer.at("ipBlock", "cidr");
  if (!peer.at("ipBlock").missing) return cidr.mayBe(...networks);
  const selector = peer.at("namespaceSelector");
  const named = [
    selector.at("matchLabels", NAMESPACE_LABEL),
    ...selector
      .at("matchExpressions")
      .items()
      .filter((expression) => expression.at("key").mayBe(NAMESPACE_LABEL) && expression.at("operator").mayBe("In"))
      .flatMap((expression) => expression.at("values").items()),
  ].filter((name) => !name.missing);
  return namespace !== undefined && named.length > 0 && named.every((name) => name.mayBe(namespace));
}
