import { z } from "zod";
import { expectedNetwork } from "../addresses.ts";
import { PLATFORM_NAMESPACE } from "../names.ts";
import { isSingleAddress, parseNetwork } from "../networks.ts";
import type { Network } from "../networks.ts";
import { expecting, LABEL, list, mapping, text } from "./common.ts";

/** What a cluster has of its own, and network policies must name: its DNS and its Gateway. Which cluster needs what: docs/clusters.md. */

const namespace = text(LABEL, 'a namespace such as "kube-system"');

/** Keys and values of labels (https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set). */
const labels = z
  .record(
    text(
      /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?$/,
      'a label such as "k8s-app"',
    ),
    text(/^(?:[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?)?$/, 'a label\'s value such as "kube-dns"'),
    expecting('labels such as { k8s-app: "kube-dns" }'),
  )
  .refine((value) => Object.keys(value).length > 0, { error: "has no label, expected at least one" });

/** Networks, each of which satisfies a condition. */
function networks(condition: (network: Network) => boolean, expected: string) {
  const network = z
    .string(expecting(expected))
    .refine((value) => satisfies(value, condition), expecting(expected));
  return list(network, "a list of networks", 50).min(1, expecting("at least one network"));
}

function satisfies(value: string, condition: (network: Network) => boolean): boolean {
  const network = expectedNetwork(value) === undefined ? parseNetwork(value) : undefined;
  return network !== undefined && condition(network);
}

/** Pods or networks, never both: what may be beside what. */
interface PeerKeys {
  readonly namespace?: string;
  readonly labels?: object;
  readonly networks?: readonly string[];
}

function isOnePeer(value: PeerKeys): boolean {
  return (value.namespace === undefined) !== (value.networks === undefined) && (value.networks === undefined || value.labels === undefined);
}

const dnsPeer = mapping({
  namespace: namespace.exactOptional().describe("Namespace of the DNS pods; needs labels."),
  labels: labels.exactOptional().describe("Labels of DNS pods in that namespace."),
  networks: networks(isSingleAddress, 'a single address such as "169.254.20.10/32"')
    .exactOptional()
    .describe("Addresses, where DNS is not pods: a cache on each node, the cloud's own server, or the cluster IP of the DNS Service."),
  port: z
    .union([z.literal(53), z.literal(5353)], expecting("53, or 5353 for OpenShift's pods"))
    .default(53)
    .describe("Port of the pods, not of the Service before them. Default 53; OpenShift has 5353. Addresses are always queried at 53."),
})
  .refine((value) => isOnePeer(value) && (value.namespace === undefined) === (value.labels === undefined), {
    error: "is neither pods nor addresses, expected either namespace and labels, or networks",
  })
  .refine(({ networks: addresses, port }) => addresses === undefined || port === 53, {
    path: ["port"],
    error: "is 5353 together with networks, expected 53: an address of a node or a cloud is opened only for DNS",
  });

/**
 * Networks that Google's load balancers and health checks come from, the same everywhere
 * (https://cloud.google.com/load-balancing/docs/firewall-rules).
 */
const GOOGLE_LOAD_BALANCERS = ["130.211.0.0/22", "35.191.0.0/16"];

function isLoadBalancers(network: Network): boolean {
  return (
    network.prefix >= (network.family === "ipv4" ? 24 : 64) ||
    GOOGLE_LOAD_BALANCERS.includes(`${network.address}/${network.prefix}`)
  );
}

const gatewayPeer = mapping({
  namespace: namespace.exactOptional().describe("Namespace of the Gateway's proxies."),
  labels: labels.exactOptional().describe("Labels of the proxies in that namespace. Default: any pod of it."),
  networks: networks(
    isLoadBalancers,
    `a network of /24 or narrower (IPv6: /64), or Google's ${GOOGLE_LOAD_BALANCERS.join(" or ")}`,
  )
    .exactOptional()
    .describe(
      "Source networks of the Gateway, where it does not run as pods: a load balancer's subnets, or nodes with proxies on the host's network. No pod may have an address in them.",
    ),
}).refine(isOnePeer, {
  error: "is neither pods nor networks, expected either namespace (and labels), or networks",
});

/** The cluster's DNS. */
export const dnsPeers = z
  .array(dnsPeer, expecting("a list of DNS pods and addresses"))
  .min(1, expecting("at least one"))
  .max(10, expecting("at most 10"))
  .default([{ namespace: "kube-system", labels: { "k8s-app": "kube-dns" }, port: 53 }])
  .describe("DNS servers of the pods. Default: the pods of kube-dns or CoreDNS, k8s-app=kube-dns in kube-system. Others: docs/clusters.md.");

/** Where the Gateway's connections come from. */
export const gatewayPeers = z
  .array(gatewayPeer, expecting("a list of the Gateway's proxies or networks"))
  .min(1, expecting("at least one"))
  .max(10, expecting("at most 10"))
  .default([{ namespace: PLATFORM_NAMESPACE }])
  .describe(
    "Where the Gateway's connections to pods come from. Default: any pod of odoo-platform, for Gateways that run their proxies there. Envoy Gateway and others: docs/clusters.md.",
  );

/** Pods or addresses that answer for names. */
export type DnsPeer = z.output<typeof dnsPeer>;

/** Pods or networks that the Gateway comes from. */
export type GatewayPeer = z.output<typeof gatewayPeer>;
