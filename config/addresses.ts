import { isIPv4, isIPv6 } from "node:net";

/** A network in CIDR notation, and how it is written in one way only. */
interface Cidr {
  readonly canonical: string;
  readonly prefix: number;
}

/** IPv4 addresses written as IPv6 ones (RFC 4291): Kubernetes refuses such networks, and a reader takes them for others. */
const MAPPED = /^::ffff:[0-9a-f]{1,4}:[0-9a-f]{1,4}$/;

/**
 * What is wrong with a network: not an address and a prefix, a part in octal, bits behind the prefix, another spelling of
 * the same network. Undefined: nothing.
 *
 * @returns what would be right, for messages
 */
export function expectedNetwork(text: string): string | undefined {
  const cidr = parseCidr(text);
  const example = 'a network such as "10.20.0.0/16", but not the whole internet (/0)';
  if (cidr === undefined || cidr.prefix === 0) return example;
  return cidr.canonical === text ? undefined : `the network as "${cidr.canonical}"`;
}

function parseCidr(text: string): Cidr | undefined {
  const [, address = "", digits = ""] = /^([0-9A-Fa-f:.]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  const prefix = Number(digits);
  if (isIPv4(address) && prefix <= 32) {
    const bits = address.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n);
    const parts = groups(masked(bits, prefix, 32), 8, 4).map(String);
    return { canonical: `${parts.join(".")}/${prefix}`, prefix };
  }
  const canonical = isIPv6(address) ? canonicalIPv6(address) : "";
  if (canonical === "" || MAPPED.test(canonical) || prefix > 128) return undefined;
  const parts = groups(masked(bitsOf(canonical), prefix, 128), 16, 8).map((part) => part.toString(16));
  return { canonical: `${canonicalIPv6(parts.join(":"))}/${prefix}`, prefix };
}

/** RFC 5952's form, which the URL standard writes addresses in. */
function canonicalIPv6(address: string): string {
  return new URL(`http://[${address}]/`).hostname.slice(1, -1);
}

/** Bits of an address in canonical form. */
function bitsOf(address: string): bigint {
  const [head = "", tail = ""] = address.split("::");
  const [before, behind] = [head, tail].map((part) => (part === "" ? [] : part.split(":"))) as [string[], string[]];
  const between = address.includes("::") ? Array<string>(8 - before.length - behind.length).fill("0") : [];
  return [...before, ...between, ...behind].reduce((sum, part) => (sum << 16n) + BigInt(`0x${part}`), 0n);
}

function masked(bits: bigint, prefix: number, length: number): bigint {
  const rest = BigInt(length - prefix);
  return (bits >> rest) << rest;
}

/** Bits as so many groups of a size, the first one first. */
function groups(bits: bigint, size: number, count: number): bigint[] {
  return Array.from({ length: count }, (_, index) => BigInt.asUintN(size, bits >> BigInt(size * (count - 1 - index))));
}

/** A host name of one label or more, whose last is not a number: `1`, `10.1` and `0x7f.1` are addresses to some readers. */
const HOST_NAME =
  /^(?=.{1,253}$)(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)*(?!\d+$|0[xX][\da-fA-F]*$)[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/;

/** Whether a text is a host name, or an address in the form that every reader takes for the same one. */
export function isHost(text: string): boolean {
  return isIPv4(text) || (isIPv6(text) && !text.includes("%")) || HOST_NAME.test(text);
}

/**
 * Whether an address (a URL) names its host and port as they are: not a number in octal or hexadecimal, which the URL
 * standard reads as an IPv4 address, and not port 0, which is none.
 */
export function hasPlainHost(url: URL, text: string): boolean {
  const [, host = ""] = /^[a-z]+:\/\/(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:@]*)/i.exec(text) ?? [];
  const bare = host.startsWith("[") ? host.slice(1, -1) : host;
  return url.port !== "0" && url.hostname === host.toLowerCase() && isHost(bare);
}

/** Whether a text is an https address in printable ASCII, without credentials, query and fragment. */
export function isHttpsUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https:\/\/[!-~]+$/.test(text) && !/[?#@\\]/.test(text) && hasPlainHost(url, text);
}
