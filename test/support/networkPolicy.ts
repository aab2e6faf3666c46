import { BlockList, isIP } from "node:net";
import { z } from "zod";

/**
 * Decides what NetworkPolicies let through, from the Kubernetes documentation alone
 * (https://kubernetes.io/docs/concepts/services-networking/network-policies/). Shares no code with what makes or judges the
 * policies, so that it can tell when those are wrong. Strict: a field that it does not know is an error.
 */

const labels = z.record(z.string(), z.string());
const selector = z.strictObject({
  matchLabels: labels.optional(),
  matchExpressions: z
    .array(
      z.strictObject({
        key: z.string(),
        operator: z.enum(["In", "NotIn", "Exists", "DoesNotExist"]),
        values: z.array(z.string()).default([]),
      }),
    )
    .optional(),
});
const peer = z.strictObject({
  podSelector: selector.optional(),
  namespaceSelector: selector.optional(),
  ipBlock: z.strictObject({ cidr: z.string(), except: z.array(z.string()).default([]) }).optional(),
});
const protocol = z.enum(["TCP", "UDP", "SCTP"]);
const ports = z
  .array(
    z.strictObject({
      protocol: protocol.default("TCP"),
      port: z.union([z.int(), z.string()]).optional(),
      endPort: z.int().optional(),
    }),
  )
  .default([]);
const peers = z.array(peer).default([]);

/** A NetworkPolicy as the API server gives it. */
export const networkPolicySchema = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string() }),
  spec: z.strictObject({
    podSelector: selector,
    policyTypes: z.array(z.enum(["Ingress", "Egress"])).optional(),
    ingress: z.array(z.strictObject({ from: peers, ports })).optional(),
    egress: z.array(z.strictObject({ to: peers, ports })).optional(),
  }),
});

/** A NetworkPolicy. */
export type NetworkPolicy = z.output<typeof networkPolicySchema>;
type Selector = z.output<typeof selector>;
type Peer = z.output<typeof peer>;
type PortRule = z.output<typeof ports>[number];

/** A transport protocol. */
export type Protocol = z.output<typeof protocol>;

/** One end of a connection: a pod, or with an address alone anything else. */
export interface Endpoint {
  readonly name: string;
  /** Its addresses; those of a pod count for `ipBlock` too, which some network plugins do. */
  readonly ips: readonly string[];
  readonly pod?: {
    readonly namespace: string;
    readonly namespaceLabels: Readonly<Record<string, string>>;
    readonly labels: Readonly<Record<string, string>>;
    /** Named container ports, which a policy may mean by their names. */
    readonly ports?: readonly { readonly name: string; readonly port: number; readonly protocol: Protocol }[];
  };
}

/** A connection that is asked for. */
export interface Connection {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly protocol: Protocol;
  readonly port: number;
}

/** What each end's policies say; a connection needs both. */
export interface Verdict {
  readonly egress: boolean;
  readonly ingress: boolean;
}

/** What a set of policies, all that the cluster has, says of a connection. */
export function judge(policies: readonly NetworkPolicy[], connection: Connection): Verdict {
  const { from, to } = connection;
  // "A pod cannot block access to itself."
  if (from === to) return { egress: true, ingress: true };
  const selecting = (end: Endpoint, type: "Ingress" | "Egress") =>
    policies.filter(
      ({ metadata, spec }) =>
        end.pod?.namespace === metadata.namespace &&
        matches(spec.podSelector, end.pod.labels) &&
        (spec.policyTypes ?? ((spec.egress ?? []).length === 0 ? ["Ingress"] : ["Ingress", "Egress"])).includes(type),
    );
  // Who is selected by no policy of a direction is not isolated in it.
  const outward = selecting(from, "Egress");
  const inward = selecting(to, "Ingress");
  return {
    egress:
      outward.length === 0 ||
      outward.some(({ metadata, spec }) =>
        spec.egress?.some((rule) => isPeer(rule.to, to, metadata.namespace) && isPort(rule.ports, connection)),
      ),
    ingress:
      inward.length === 0 ||
      inward.some(({ metadata, spec }) =>
        spec.ingress?.some((rule) => isPeer(rule.from, from, metadata.namespace) && isPort(rule.ports, connection)),
      ),
  };
}

/** Whether a connection is let through by both ends. */
export function isOpen(verdict: Verdict): boolean {
  return verdict.egress && verdict.ingress;
}

/** No peers are all peers. */
function isPeer(list: readonly Peer[], end: Endpoint, own: string): boolean {
  return list.length === 0 || list.some((item) => isOnePeer(item, end, own));
}

function isOnePeer({ podSelector, namespaceSelector, ipBlock }: Peer, end: Endpoint, own: string): boolean {
  if (ipBlock !== undefined) {
    const { cidr, except } = ipBlock;
    return end.ips.some((ip) => holds(cidr, ip) && !except.some((network) => holds(network, ip)));
  }
  if (end.pod === undefined) return false;
  const { namespace, namespaceLabels, labels: ownLabels } = end.pod;
  if (namespaceSelector === undefined ? namespace !== own : !matches(namespaceSelector, namespaceLabels)) return false;
  return podSelector === undefined || matches(podSelector, ownLabels);
}

/** No ports are all ports of all protocols. */
function isPort(rules: readonly PortRule[], connection: Connection): boolean {
  return rules.length === 0 || rules.some((rule) => isOnePort(rule, connection));
}

function isOnePort(rule: PortRule, { to, protocol: wanted, port }: Connection): boolean {
  if (rule.protocol !== wanted) return false;
  if (rule.port === undefined) return true;
  if (typeof rule.port === "number") return port >= rule.port && port <= (rule.endPort ?? rule.port);
  return (to.pod?.ports ?? []).some(
    (named) => named.name === rule.port && named.port === port && named.protocol === wanted,
  );
}

function matches(
  { matchLabels = {}, matchExpressions = [] }: Selector,
  own: Readonly<Record<string, string>>,
): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => own[key] === value) &&
    matchExpressions.every(({ key, operator, values }) => {
      const value = own[key];
      switch (operator) {
        case "In":
          return value !== undefined && values.includes(value);
        case "NotIn":
          return value === undefined || !values.includes(value);
        case "Exists":
          return value !== undefined;
        case "DoesNotExist":
          return value === undefined;
      }
    })
  );
}

const known = new Map<string, boolean>();

/** Whether a network holds an address; remembered, since the same few are asked about for every port. */
function holds(cidr: string, ip: string): boolean {
  const key = `${cidr} ${ip}`;
  const answer = known.get(key);
  if (answer !== undefined) return answer;
  const [address = "", prefix = ""] = cidr.split("/");
  const list = new BlockList();
  list.addSubnet(address, Number(prefix), family(address));
  const held = list.check(ip, family(ip));
  known.set(key, held);
  return held;
}

function family(ip: string): "ipv4" | "ipv6" {
  return isIP(ip) === 6 ? "ipv6" : "ipv4";
}
