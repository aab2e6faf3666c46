import { BlockList, isIP } from "node:net";

/** A network in CIDR notation. */
export interface Network {
  readonly address: string;
  readonly family: "ipv4" | "ipv6";
  readonly prefix: number;
  /**
   * Prefix length in IPv4 when an IPv6 network stands for IPv4 addresses: mapped ones (`::ffff:0:0/96`, RFC 4291) or
   * those behind NAT64 (`64:ff9b::/96`, RFC 6052). Otherwise undefined.
   */
  readonly embedded: number | undefined;
  /** Whether it is one address. */
  readonly isSingle: boolean;
}

/** Networks of IPv6 that stand for all of IPv4. */
const EMBEDDING = ["::ffff:0:0", "64:ff9b::"] as const;

/** What an IPv4 address begins with when it is written in one of them. */
const EMBEDDED_AS = ["::ffff:", "64:ff9b::"] as const;

/** Reads a network; undefined when the text is none. */
export function parseNetwork(text: string): Network | undefined {
  const match = /^([0-9a-fA-F:.]+)\/(\d{1,3})$/.exec(text);
  // Stryker disable next-line ArrayDeclaration: What does not match has no address either way.
  const [, address, digits] = match ?? [];
  // Stryker disable next-line ConditionalExpression,LogicalOperator: What does not match has neither address nor digits, and is not an address: the last case returns the same.
  if (address === undefined || digits === undefined) return undefined;
  const prefix = Number(digits);
  switch (isIP(address)) {
    case 4:
      return prefix <= 32
        ? { address, family: "ipv4", prefix, embedded: undefined, isSingle: prefix === 32 }
        : undefined;
    case 6:
      return prefix <= 128
        ? { address, family: "ipv6", prefix, embedded: embeddedPrefix(address, prefix), isSingle: prefix === 128 }
        : undefined;
    // Stryker disable next-line ConditionalExpression: A function that ends returns undefined too.
    default:
      return undefined;
  }
}

function embeddedPrefix(address: string, prefix: number): number | undefined {
  const overlaps = EMBEDDING.some(
    // Stryker disable next-line StringLiteral: Node takes an address of no family for one of IPv6.
    (base) => subnet(base, 96).check(address, "ipv6") || subnet(address, prefix).check(base, "ipv6"),
  );
  return overlaps ? Math.max(0, prefix - 96) : undefined;
}

/** IPv4 that is not on the internet (IANA's registry of special-purpose addresses), and Azure's WireServer. */
const NOT_PUBLIC_IPV4 = [
  ...["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16"],
  ...["172.16.0.0/12", "192.0.0.0/24", "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4"],
].flatMap((text) => parseNetwork(text) ?? []);

/** IPv6 that stands for IPv4: Teredo, 6to4. */
const TUNNELS = ["2001::/32", "2002::/16"].flatMap((text) => parseNetwork(text) ?? []);

/** Whether all addresses of a network are on the internet; of IPv6 that is global unicast, 2000::/3. */
export function isPublic(network: Network): boolean {
  if (network.family === "ipv4") return !NOT_PUBLIC_IPV4.some((other) => overlaps(network, other));
  const isGlobal = network.prefix >= 3 && subnet("2000::", 3).check(network.address, "ipv6");
  return isGlobal && !TUNNELS.some((other) => overlaps(network, other));
}

/** Whether a network shares an address with another, which is IPv4's in whatever way it is written. */
export function overlaps(network: Network, other: Pick<Network, "address" | "family" | "prefix">): boolean {
  if (network.family === "ipv6" && other.family === "ipv4") {
    return EMBEDDED_AS.some((base) =>
      overlaps(network, { address: base + other.address, family: "ipv6", prefix: other.prefix + 96 }),
    );
  }
  return network.family === other.family && (holds(network, other.address) || holds(other, network.address));
}

function holds({ address, family, prefix }: Pick<Network, "address" | "family" | "prefix">, other: string): boolean {
  return subnet(address, prefix).check(other, family);
}

function subnet(address: string, prefix: number): BlockList {
  const list = new BlockList();
  list.addSubnet(address, prefix, isIP(address) === 6 ? "ipv6" : "ipv4");
  return list;
}
