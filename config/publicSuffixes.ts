import { getPublicSuffix } from "tldts";

/**
 * Whether strangers can register names below a domain, as below `co.uk` or `github.io` (https://publicsuffix.org/list/). A last label by
 * itself always is one.
 */
export function isPublicSuffix(domain: string): boolean {
  return !domain.includes(".") || getPublicSuffix(domain, { allowPrivateDomains: true }) === domain;
}
