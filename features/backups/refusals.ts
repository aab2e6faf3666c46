import { isTenantId } from "../../config/names.ts";
import type { StackSettings } from "../../config/index.ts";
import { BackupError } from "./backupError.ts";

/** PostgreSQL cuts names at 63 bytes; these need no quoting anywhere. */
const DATABASE_NAME = /^[a-z][a-z0-9_-]{0,62}$/;

/** The scratch database of a tenant's drill; the underscore keeps it outside the tenants' names. */
export function drillDatabase(tenant: string): string {
  return `${tenant}_drill`;
}

/**
 * Refuses a name that a new database must not have: that of a tenant, now or later.
 *
 * @throws BackupError
 */
export function assertNewDatabase(name: string, tenants: readonly string[]): void {
  const refuse = (why: string) => {
    throw new BackupError(
      `${JSON.stringify(name)} ${why}, expected lower-case letters, digits and hyphens with an underscore, such as "acme_restored": tenants' names have none`,
      "restore",
    );
  };
  if (tenants.includes(name)) refuse("is a tenant's database, which a restore never touches");
  if (!DATABASE_NAME.test(name)) refuse("is not a valid name for a new database");
  if (isTenantId(name)) refuse("could become a tenant's name");
}

type Environment = StackSettings["environment"];

/**
 * Refuses every way of copying but from prod to staging.
 *
 * @throws BackupError
 */
export function assertCopyAllowed(from: Environment, to: Environment): void {
  if (from === "prod" && to === "staging") return;
  throw new BackupError(
    `A copy from ${from} to ${to} is refused, expected a copy from prod to staging: data is never copied the other way, or within an environment`,
    "restore",
  );
}
