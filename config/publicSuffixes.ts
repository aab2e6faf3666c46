import { getPublicSuffix, parse } from "tldts";

/**
 * Whether strangers can register names below a domain, as below `co.uk` or `github.io` (https://publicsuffix.org/list/). A last label by
 * itself always is one.
 */
export function isPublicSuffix(domain: string): boolean {
  return !domain.includes(".") || getPublicSuffix(domain, { allowPrivateDomains: true }) === domain;
}

/** Last labels that are nobody's, and answered by nobody (RFC 6761): documents and sandboxes have them. */
const RESERVED = ["example", "test"];

/**
 * Whether a host is below a suffix that the list has, and so is, or is below, a name that somebody can register. A name of a cluster such as
 * `kubernetes.default` is not.
 */
export function isRegistrable(host: string): boolean {
  const { isIcann, isPrivate, domain, publicSuffix } = parse(host, { allowPrivateDomains: true });
  return domain !== null && (isIcann === true || isPrivate === true || RESERVED.includes(publicSuffix ?? ""));
}
