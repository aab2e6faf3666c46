import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Suffixes of `publicSuffixes.txt`: an asterisk stands for any label, and an exclamation mark takes one out again. */
let rules: ReadonlySet<string> | undefined;

/**
 * Whether strangers can register names below a domain, as below `co.uk` or `github.io` (https://publicsuffix.org/list/). A last label by
 * itself always is one.
 */
export function isPublicSuffix(domain: string): boolean {
  const dot = domain.indexOf(".");
  if (dot < 0) return true;
  rules ??= new Set(readFileSync(join(import.meta.dirname, "publicSuffixes.txt"), "utf8").split("\n"));
  return !rules.has(`!${domain}`) && (rules.has(domain) || rules.has(`*${domain.slice(dot)}`));
}
