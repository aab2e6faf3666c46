import { isIP } from "node:net";
import { z } from "zod";
import { expectedNetwork } from "../addresses.ts";
import { isPublic, parseNetwork } from "../networks.ts";
import { expecting, explained, list, mapping, moduleName, problem, quote } from "./common.ts";

const EXPECTED = "a network on the internet of /24 or narrower (IPv6: /64), such as \"203.0.113.0/24\"";

const network = explained((value) => {
  const expected = expectedWayOut(value);
  return expected === undefined ? undefined : problem(value, expected);
}, EXPECTED);

/** What would be right in a network's place; undefined: it is. The limits are those of the policy `tenant-egress`, which has the last word. */
function expectedWayOut(text: string): string | undefined {
  const single = isIP(text);
  if (single !== 0) return `the network of one address, "${text}/${single === 4 ? 32 : 128}"`;
  const parsed = parseNetwork(text);
  if (parsed === undefined || parsed.prefix === 0) return EXPECTED;
  const spelling = expectedNetwork(text);
  if (spelling !== undefined) return spelling;
  const narrowest = parsed.family === "ipv4" ? 24 : 64;
  if (parsed.prefix < narrowest) return `networks of /${narrowest} or narrower`;
  return isPublic(parsed) ? undefined : "a network on the internet, not a private or reserved one";
}

const wayOut = mapping({
  for: moduleName.describe("Module of the tenant that needs the access."),
  networks: list(network, "a list of networks", 20)
    .min(1, expecting("at least one network"))
    .describe("Networks on the internet that web and cron pods may reach at port 443. Host names are not possible, because network policies only know addresses."),
});

/** What a tenant's pods may reach beyond what every tenant's may. */
export const egressList = z
  .array(wayOut, expecting("a list of networks by module such as [{ for: currency_rate_update, networks: [203.0.113.0/24] }]"))
  .max(20, { error: (issue) => `has ${(issue.input as readonly unknown[]).length} entries, expected at most 20` })
  .superRefine((ways, context) => {
    ways.forEach((way, index) => {
      if (ways.findIndex((other) => other.for === way.for) === index) return;
      context.addIssue({ code: "custom", path: [index, "for"], message: `is ${quote(way.for)} a second time, expected one entry per module` });
    });
  })
  .describe(
    "Internet access for modules that need it: networks that web and cron pods may reach at port 443 (docs/runbooks/egress.md). Default: none.",
  );

/** A module's way out. */
export type WayOut = z.output<typeof wayOut>;
