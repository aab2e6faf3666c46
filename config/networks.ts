import { BlockList, isIP } from "node:net";

/** A network in CIDR notation. */
export interface Network {
  readonly address: string;
  readonly family: "ipv4" | "ipv6";
  readonly prefix: number;
}

/** Reads a network such as `10.20.30.0/24`. @returns undefined when the text is not one */
export function parseNetwork(text: string): Network | undefined {
  const [, address, digits] = /^([0-9a-f:.]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  if (address === undefined || digits === undefined) return undefined;
  const [prefix, version] = [Number(digits), isIP(address)];
  if (version === 0 || prefix > (version === 4 ? 32 : 128)) return undefined;
  return { address, family: version === 4 ? "ipv4" : "ipv6", prefix };
}

/** Whether a network is one address. */
export function isSingleAddress({ family, prefix }: Network): boolean {
  return prefix === (family === "ipv4" ? 32 : 128);
}

/** Whether two networks share an address: networks either nest or are apart. */
export function overlap(one: Network, other: Network): boolean {
  return one.family === other.family && (holds(one, other.address) || holds(other, one.address));
}

/**
 * IPv4 networks that are not on the internet, by IANA's registry of special-purpose addresses
 * (https://www.iana.org/assignments/iana-ipv4-special-registry), and Azure's WireServer. Those that documents use as examples are
 * left out: they lead nowhere, and the examples here use them.
 */
const NOT_PUBLIC_IPV4 = [
  ...["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16"],
  ...["172.16.0.0/12", "192.0.0.0/24", "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4"],
].flatMap((text) => parseNetwork(text) ?? []);

/** Global unicast, the only IPv6 that is on the internet; without the parts of it that stand for IPv4 (Teredo, 6to4). */
const PUBLIC_IPV6 = [{ address: "2000::", family: "ipv6", prefix: 3 }] as const;
const NOT_PUBLIC_IPV6 = ["2001::/32", "2002::/16"].flatMap((text) => parseNetwork(text) ?? []);

/** Whether all addresses of a network are on the internet: none is private, link-local, a node's own or a cloud's metadata service. */
export function isPublic(network: Network): boolean {
  if (network.family === "ipv4") return !NOT_PUBLIC_IPV4.some((other) => overlap(network, other));
  const within = PUBLIC_IPV6.some((other) => network.prefix >= other.prefix && holds(other, network.address));
  return within && !NOT_PUBLIC_IPV6.some((other) => overlap(network, other));
}

function holds({ address, family, prefix }: Network, other: string): boolean {
  const list = new BlockList();
  list.addSubnet(address, prefix, family);
  return list.check(other, family);
}
