import type { networking } from "@pulumi/kubernetes/types/input.js";
import type { DnsPeer } from "../config/index.ts";
import { NAMESPACE_NAME_LABEL } from "./kubernetes.ts";

type Peer = networking.v1.NetworkPolicyPeer;

/** Pods or networks as the stack's settings name them. */
interface PeerSettings {
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly networks?: readonly string[];
}

/** The peers of a network policy's rule: pods of one namespace, or each network. */
export function peersOf({ namespace, labels, networks = [] }: PeerSettings): Peer[] {
  return namespace === undefined ? networks.map((cidr) => ({ ipBlock: { cidr } })) : [podsOf(namespace, labels)];
}

/** Pods of a namespace, which is meant by the label that nobody can give to another. @param labels default: any pod */
export function podsOf(namespace: string, labels?: Readonly<Record<string, string>>): Peer {
  return {
    namespaceSelector: { matchLabels: { [NAMESPACE_NAME_LABEL]: namespace } },
    ...(labels === undefined ? {} : { podSelector: { matchLabels: { ...labels } } }),
  };
}

/** Names by both protocols: long answers come by TCP. */
export function toDns(peer: DnsPeer) {
  return { to: peersOf(peer), ports: ["UDP", "TCP"].map((protocol) => ({ protocol, port: peer.port })) };
}

/** A TCP port in some networks. No networks, no rule: a rule without peers would let everything through. */
export function toNetworks(cidrs: readonly string[], port: number) {
  if (cidrs.length === 0) return [];
  return [{ to: cidrs.map((cidr) => ({ ipBlock: { cidr } })), ports: tcp(port) }];
}

/** TCP ports of a network policy's rule. */
export function tcp(...ports: readonly number[]) {
  return ports.map((port) => ({ protocol: "TCP", port }));
}
