import { z } from "zod";
import { expectedNetwork, hasPlainHost } from "../addresses.ts";
import { expecting, list, problem, quote } from "./common.ts";

const NETWORK = 'a network such as "10.20.0.0/16", but not the whole internet (/0)';
const cidr = z
  .string(expecting(NETWORK))
  .refine((value) => expectedNetwork(value) === undefined, {
    error: ({ input }) => problem(input, expectedNetwork(String(input)) ?? NETWORK),
  })
  .meta({ pattern: String.raw`^[0-9a-f.:]{2,39}\/[1-9]\d{0,2}$` });
/** Networks in CIDR notation, none of them the whole internet. */
export const cidrs = list(cidr, "a list of networks", 50);

/** An address without credentials, query, fragment and closing slash. */
export const baseUrl = z.string(expecting('an address such as "https://login.example.com"')).refine(isBaseUrl, {
  error: ({ input }) => {
    // What might be a password is not repeated.
    // Stryker disable next-line ConditionalExpression: What is not a text is refused before the address is looked at.
    const wrong = typeof input === "string" && input.includes("@") ? "has a user or password in it" : `is ${quote(input)}`;
    return `${wrong}, expected an address without credentials, query and closing slash such as "https://login.example.com"`;
  },
});

function isBaseUrl(value: string): boolean {
  const parsed = URL.parse(value);
  return (
    parsed !== null &&
    // Stryker disable next-line Regex: The protocol of a parsed address ends with its only colon.
    /^https?:$/.test(parsed.protocol) &&
    hasPlainHost(parsed, value) &&
    !value.endsWith("/") &&
    !/[?#@\s]/.test(value)
  );
}
