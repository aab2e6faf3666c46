import { isIP } from "node:net";
import { domainToASCII, domainToUnicode } from "node:url";
import { gatewayHost } from "./names.ts";

/**
 * Host names: which of them a tenant may have as its own. Pure functions, so that `npm run validate`, the program and the
 * policy pack judge alike.
 */

/** The file that says which teams' tenants may have hosts in which zones, from the project's root. */
export const ZONES_FILE = "zones.yaml";

/** Most listeners of one Gateway (Gateway API v1.4, `GatewaySpec.listeners`, maxItems). */
export const LISTENERS_MAX = 64;

/** Listeners of the Gateway that are the platform's own: plain HTTP, and the wildcard below the base domain. */
export const PLATFORM_LISTENERS = 2;

/** Longest host of a tenant's own: the record `_acme-challenge.<host>` is a name too, and names end at 253 characters (RFC 1035). */
export const CUSTOM_HOST_MAX = 237;

/** Longest first label of a tenant's own host: external-dns keeps a record `cname-<host>` beside it, and labels end at 63. */
export const FIRST_LABEL_MAX = 57;

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Last labels that the internet has: letters, or letters of another script as DNS writes them. */
const TOP_LEVEL = /^(?:[a-z]{2,63}|xn--[a-z0-9-]{2,59})$/;

/**
 * Last labels that machines, clusters and private networks answer themselves, and no public DNS has: RFC 6761, 6762 (appendix
 * G), 7686, 8375 and 9476, ICANN's `internal`, and what Kubernetes and the clouds use. `example` and `test`, which are reserved as
 * well, are answered by nobody: documents and sandboxes have them.
 */
const PRIVATE_DOMAINS = new Set([
  ...["alt", "arpa", "invalid", "local", "localdomain", "localhost", "onion"],
  ...["cluster", "corp", "home", "internal", "intranet", "lan", "mail", "private", "svc"],
]);

/** What is wrong with a host: the rest of a sentence after the host, and what would be right. */
export interface HostFault {
  readonly wrong: string;
  readonly expected: string;
}

/**
 * Whether a text is a whole host name in the one form that DNS, routes and certificates compare equal: lower case, at
 * least two labels, no wildcard, no dot at the end, no address (RFC 1123, RFC 1035: 253 characters).
 */
export function isExactHost(text: string): boolean {
  const labels = text.split(".");
  return text.length <= 253 && labels.length >= 2 && labels.every((label) => LABEL.test(label)) && isIP(text) === 0;
}

/** Domain of a wildcard such as `*.erp.example.com`, or undefined when it is none. */
export function wildcardDomain(text: string): string | undefined {
  return text.startsWith("*.") && isExactHost(text.slice(2)) ? text.slice(2) : undefined;
}

/** Whether a host is the domain or below it. */
export function isWithin(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}

/** Domains that a host is below, the nearest first: `b.c` and `c` of `a.b.c`. */
export function domainsAbove(host: string): string[] {
  const labels = host.split(".");
  return labels.slice(1).map((_, index) => labels.slice(index + 1).join("."));
}

const INTERNET_NAME = 'a lower-case host name on the internet such as "erp.example.com"';

/** Why a text is not a name that somebody could have on the internet; undefined: it is one. */
export function internetNameFault(host: string): HostFault | undefined {
  const expected = INTERNET_NAME;
  if (!isExactHost(host)) return { wrong: "which is not a full host name", expected };
  const labels = host.split(".");
  const last = labels.at(-1) ?? "";
  // A cluster's names have `svc` before its domain, which may be any.
  if (PRIVATE_DOMAINS.has(last) || labels.includes("svc")) {
    return { wrong: "a name that clusters and private networks resolve themselves", expected };
  }
  if (!TOP_LEVEL.test(last)) return { wrong: `whose last label ${last} is not a top-level domain`, expected };
  // RFC 5890: two hyphens there are for other scripts, and no authority signs what does not decode (CA/Browser Forum, 7.1.4).
  if (labels.some((label) => label.slice(2, 4) === "--" && !isEncoded(label))) {
    return {
      wrong: "which has a label that is not a valid name in any script",
      expected: "labels of other scripts in DNS's encoded form",
    };
  }
  return undefined;
}

/** Why nobody could have a host of their own on the internet, with a certificate and the records beside it; undefined: somebody could. */
export function publicHostFault(host: string): HostFault | undefined {
  const fault = internetNameFault(host);
  if (fault !== undefined) return fault;
  if (host.length > CUSTOM_HOST_MAX || host.indexOf(".") > FIRST_LABEL_MAX) {
    return {
      wrong: "which is too long for the records that go with it",
      expected: `at most ${CUSTOM_HOST_MAX} characters, and ${FIRST_LABEL_MAX} before the first dot`,
    };
  }
  return undefined;
}

/** Whether a label is one of another script, as DNS writes it and in the only way. */
function isEncoded(label: string): boolean {
  const decoded = domainToUnicode(label);
  return decoded !== label && domainToASCII(decoded) === label;
}

/** A name that a stack's settings have, and that no tenant may have therefore. */
export interface PlatformName {
  readonly name: string;
  /** Where it is named: `Pulumi.<stack>.yaml`. */
  readonly file: string;
  /** Whether it is named as the domain of mail addresses only. Hosts below it are nobody's then. */
  readonly isMailDomain: boolean;
}

/** Names in a text: what could be a host, and whether an @ of a mail address is before it. */
const NAME = /(@?)([a-z0-9_.-]+)/g;

/**
 * All names that a value has, at whatever depth and in whatever text: hosts, hosts of addresses, domains of mail addresses. Keys are not
 * read. Addresses and words without a dot are no names.
 *
 * @param file where the value is from
 */
export function namesIn(file: string, value: unknown): PlatformName[] {
  if (typeof value === "string") {
    const text = value.toLowerCase();
    return [...text.matchAll(NAME)].flatMap(([, at, found = ""]) => {
      const name = found.replace(/^\.+|\.+$/g, "");
      const isName = isExactHost(name) && /[a-z]/.test(name.slice(name.lastIndexOf(".")));
      return isName ? [{ name, file, isMailDomain: at === "@" && !text.includes("://") }] : [];
    });
  }
  return typeof value === "object" && value !== null
    ? Object.values(value).flatMap((inner: unknown) => namesIn(file, inner))
    : [];
}

/** Tells hosts that are one of the platform's names, above or below one. Made once for many hosts. */
export class PlatformNames {
  readonly #names = new Map<string, PlatformName>();
  /** What is above a name, by itself. */
  readonly #above = new Map<string, PlatformName>();

  constructor(names: readonly PlatformName[]) {
    for (const one of names) {
      const known = this.#names.get(one.name);
      if (known === undefined || known.isMailDomain) this.#names.set(one.name, one);
      for (const domain of domainsAbove(one.name)) if (!this.#above.has(domain)) this.#above.set(domain, one);
    }
  }

  /** The name that is the host, or that is below it: whoever has the host has the name. */
  coveredBy(host: string): PlatformName | undefined {
    return this.#names.get(host) ?? this.#above.get(host);
  }

  /** The name that the host is below. */
  over(host: string): PlatformName | undefined {
    return domainsAbove(host)
      .map((domain) => this.#names.get(domain))
      .find((one) => one !== undefined && !one.isMailDomain);
  }

  /** Why a host cannot be a tenant's own, as far as the platform's names go. */
  fault(host: string): HostFault | undefined {
    const expected = "a host that is not a platform name, and is neither above nor below one";
    const covered = this.coveredBy(host);
    if (covered?.name === host) return { wrong: `which is the platform's own (${covered.file})`, expected };
    if (covered !== undefined) return { wrong: `above the platform's ${covered.name} (${covered.file})`, expected };
    const above = this.over(host);
    return above && { wrong: `below the platform's ${above.name} (${above.file})`, expected };
  }
}

/** Names below a stack's base domain that the platform has itself, the wildcard for its tenants among them. */
export function ownHosts(baseDomain: string): string[] {
  return [`*.${baseDomain}`, gatewayHost(baseDomain)];
}

/** Zones by name, and the teams whose tenants may have hosts in them. */
export type Zones = ReadonlyMap<string, readonly string[]>;

/**
 * Why a tenant of a team cannot have a host, by the zones. The nearest zone above a host decides: a zone within another one is
 * its teams' alone. A zone itself is no host: its records are at its apex, where DNS allows no alias, and the program makes none but
 * aliases, because the Gateway's address may change.
 * A zone is no public suffix (`zoneNames`), so that a host is always below a domain that somebody owns.
 */
export function zoneFault(host: string, team: string, zones: Zones): HostFault | undefined {
  if (zones.has(host)) {
    return { wrong: `which is a zone's apex, where DNS allows no alias (${ZONES_FILE})`, expected: "a host below it" };
  }
  const zone = domainsAbove(host).find((domain) => zones.has(domain));
  const teams = zones.get(zone ?? "") ?? [];
  if (teams.includes(team)) return lookalikeFault(host, zone ?? "");
  const own = [...zones].flatMap(([name, owners]) => (owners.includes(team) ? [name] : []));
  const more = `a zone for team ${team} in ${ZONES_FILE}, which the platform's team reviews`;
  return {
    wrong:
      zone === undefined ? `which is in no zone of ${ZONES_FILE}` : `in zone ${zone}, which is for ${teams.join(", ")}`,
    expected: own.length === 0 ? more : `a host below ${own.join(" or ")}, or ${more}`,
  };
}

/**
 * Letters of other scripts are in names as DNS writes them (`xn--…`), and browsers show some of them as what they look like: `xn--lgin-55d` is
 * nobody's `login`. A zone that has such a label itself is a name in another script already; a zone with the label allows it.
 */
function lookalikeFault(host: string, zone: string): HostFault | undefined {
  const encoded = (name: string) => name.split(".").find((label) => label.startsWith("xn--"));
  const label = encoded(host.slice(0, -zone.length));
  if (label === undefined || encoded(zone) !== undefined) return undefined;
  return {
    wrong: `whose label ${label} (${domainToUnicode(label)}) can look like another name`,
    expected: `letters of a to z, or a zone with the label in ${ZONES_FILE}, which the platform's team reviews`,
  };
}
