import type { StackSettings } from "../config/index.ts";
import { analyticsNames, databaseRole, reporterRole } from "../config/names.ts";
import { databaseRootCertificate } from "./odooConfig.ts";

/** Where the watchdog runs. */
export interface WatchdogPlace {
  /** Port that it serves figures and probes on. */
  readonly port: number;
  /**
   * Address that it listens on.
   *
   * @default all of them
   */
  readonly listen?: string;
  /** Folder with a password per server, in files `tenants` and `analytics`. */
  readonly secrets: string;
}

/**
 * Settings of `components/watchdog/watchdog.py`, without passwords.
 *
 * @param tenants ids of the stack's tenants
 * @throws Error when a tenant's role is among those that are trusted.
 */
export function watchdogSettings(
  stack: Pick<StackSettings, "tenantsDatabase" | "analyticsDatabase" | "watchdog">,
  tenants: readonly string[],
  { port, listen, secrets }: WatchdogPlace,
): string {
  const { user, seconds, sessionLocks, roleLocks, idleSeconds, transactionSeconds } = stack.watchdog;
  const { tenantsDatabase, analyticsDatabase } = stack;
  const limits = { sessionLocks, roleLocks, idleSeconds, transactionSeconds };
  refuseTenants(
    "tenantsDatabase",
    tenantsDatabase.trustedRoles,
    tenants.flatMap((id) => [databaseRole(id), reporterRole(id)]),
  );
  refuseTenants(
    "analyticsDatabase",
    analyticsDatabase.trustedRoles,
    tenants.flatMap((id) => [analyticsNames(id).ownerRole, analyticsNames(id).readerRole]),
  );
  const server = (
    name: "tenants" | "analytics",
    of: StackSettings["tenantsDatabase"] | StackSettings["analyticsDatabase"],
    database: string,
  ) => ({
    name,
    host: of.clusterHost,
    port: of.clusterPort,
    database,
    user,
    passwordFile: `${secrets}/${name}`,
    sslmode: of.sslmode,
    sslrootcert: databaseRootCertificate(of.sslmode),
    trustedRoles: [of.user, ...of.trustedRoles],
    limits,
  });
  const settings = {
    seconds,
    port,
    ...(listen === undefined ? {} : { listen }),
    servers: [
      server("tenants", tenantsDatabase, tenantsDatabase.maintenanceDatabase),
      server("analytics", analyticsDatabase, analyticsDatabase.database),
    ],
  };
  return `${JSON.stringify(settings, undefined, 2)}\n`;
}

function refuseTenants(key: string, trusted: readonly string[], tenants: readonly string[]): void {
  const role = trusted.find((name) => tenants.includes(name));
  if (role === undefined) return;
  throw new Error(
    `odoo-saas:${key}.trustedRoles names ${role}, a tenant's role, expected none of a tenant's: the watchdog would let it ` +
      "keep everybody out of the server. Take it out.",
  );
}
