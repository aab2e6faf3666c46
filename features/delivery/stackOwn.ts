import { CONFIG_NAMESPACE } from "../../config/names.ts";
import { hashOf } from "../../config/promotableHash.ts";
import type { StackSettings } from "../../config/index.ts";

/**
 * Settings that a stack of prod may have otherwise than staging, and why: a key, or a path into one. Every other setting, new
 * ones included, must equal what staging was tested with. These here are promoted too: their values are reviewed with the
 * promotion, and a change after it is refused.
 */
export const OWN_SETTINGS: Readonly<Record<string, string>> = {
  environment: "it says which stack it is",
  cell: "it says which tenants the stack takes",
  canary: "it orders the cells of an environment",
  baseDomain: "two stacks cannot have the same hosts",
  release: "it moves with the promotion, and every tenant's hash covers what it comes to",
  "tenantsDatabase.host": "a server of the stack's own",
  "tenantsDatabase.port": "of that server",
  "tenantsDatabase.user": "of that server",
  "tenantsDatabase.maintenanceDatabase": "of that server",
  "tenantsDatabase.clusterHost": "of that server",
  "tenantsDatabase.clusterPort": "of that server",
  "tenantsDatabase.cidrs": "of that server",
  "analyticsDatabase.host": "a server of the stack's own",
  "analyticsDatabase.port": "of that server",
  "analyticsDatabase.database": "of that server",
  "analyticsDatabase.user": "of that server",
  "analyticsDatabase.clusterHost": "of that server",
  "analyticsDatabase.clusterPort": "of that server",
  "analyticsDatabase.cidrs": "of that server",
  "analyticsDatabase.tenantsHost": "how that server reaches the tenants'",
  "analyticsDatabase.tenantsPort": "how that server reaches the tenants'",
  "keycloak.url": "a server of the stack's own",
  "keycloak.adminRealm": "of that server",
  "keycloak.clientId": "of that server",
  "keycloak.cidrs": "of that server",
  "kubernetes.context": "a cluster of the stack's own",
  "kubernetes.clusterIdentifier": "of that cluster",
  "kubernetes.storageClassName": "clusters name their storage themselves",
  "kubernetes.dns": "where the cluster's resolvers are",
  "kubernetes.gateway": "where the cluster's proxies are",
  "tls.clusterIssuer": "staging may take certificates that browsers do not accept",
  "mail.host": "staging's server delivers nothing",
  "mail.port": "of that server",
  "mail.user": "of that server",
  "mail.generation": "it counts that server's passwords",
  "mail.from": "of the stack's domain",
  "mail.cidrs": "of that server",
  objectStore: "backups of two stacks never share a bucket",
  github: "one stack alone keeps the repository",
  console: "its host, people and servers are of the stack's own, and one stack may have it alone",
};

/**
 * What a stack's settings have to share with staging's: SHA-256 by path (`tenantsDatabase.sslmode`), defaults filled in. Keys of other
 * namespaces count as they stand: they configure Pulumi and its providers.
 *
 * @param file what `Pulumi.<stack>.yaml` says, by key ({@link stackFilesOf})
 */
export function sharedSettings(
  settings: StackSettings,
  file: ReadonlyMap<string, unknown>,
): ReadonlyMap<string, string> {
  const others = [...file].filter(([key]) => key.includes(":") && !key.startsWith(`${CONFIG_NAMESPACE}:`));
  return new Map([...leaves(settings, ""), ...others].map(([path, value]) => [path, hashOf(value)]));
}

function leaves(value: unknown, path: string): [string, unknown][] {
  if (Object.hasOwn(OWN_SETTINGS, path)) return [];
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [[path, value]];
  return Object.entries(value).flatMap(([key, child]) => leaves(child, path === "" ? key : `${path}.${key}`));
}

/** Everything that a stack's file says, as SHA-256 by key, encrypted secrets and the secrets provider included. */
export function fileDigests(file: ReadonlyMap<string, unknown>): Readonly<Record<string, string>> {
  return Object.fromEntries([...file].map(([key, value]) => [key, hashOf(value)]));
}
