import { isIP } from "node:net";

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

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
