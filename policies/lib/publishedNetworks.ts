import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { expectedNetwork } from "../../config/addresses.ts";
import { isPublic, parseNetwork } from "./networks.ts";

/** Where they are listed, from the project's root. */
export const PUBLISHED_NETWORKS_FILE = "policies/published-networks.json";

/** Shortest prefixes: AWS publishes /15 and narrower for S3, Azure and Google /14 (IPv4); all of them /32 and narrower (IPv6). */
export const SHORTEST_PUBLISHED = { ipv4: 14, ipv6: 32 } as const;

const fileSchema = z.strictObject({ objectStore: z.array(z.string()) });

/**
 * Networks that a cloud publishes as those of its object store, which are wider than a service's own: listed by people in a
 * file of the project, each as it is to be named. What is too wide, private, or no network does not count.
 */
export function publishedNetworks(root: string): ReadonlySet<string> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(join(root, PUBLISHED_NETWORKS_FILE), "utf8"));
  } catch {
    return new Set();
  }
  return new Set(fileSchema.safeParse(value).data?.objectStore.filter(isPublished) ?? []);
}

function isPublished(text: string): boolean {
  const network = expectedNetwork(text) === undefined ? parseNetwork(text) : undefined;
  return network !== undefined && network.prefix >= SHORTEST_PUBLISHED[network.family] && isPublic(network);
}
