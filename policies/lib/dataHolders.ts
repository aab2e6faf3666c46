import { GITHUB, K8S, KEYCLOAK, RANDOM_PASSWORD, SQL } from "./types.ts";

/**
 * Types that hold data, or take it with them: roles own what is in the databases, namespaces take their volume claims with
 * them, and a realm holds its people, of whom the first administrator's account has its own password and second factor.
 *
 * `data-is-protected` protects them, and plans count it as a loss of data when one of them is replaced or deleted.
 */
export const DATA_TYPES = [
  SQL.database,
  SQL.role,
  SQL.analyticsSchema,
  KEYCLOAK.realm,
  KEYCLOAK.user,
  K8S.volumeClaim,
  K8S.namespace,
  GITHUB.repository,
] as const;

const ALL: ReadonlySet<string> = new Set(DATA_TYPES);

/** Logical names of the passwords that open a tenant's backups: without one, the backups are lost. */
const OPENS_BACKUPS = /-backup-password$/;

/**
 * Whether data is lost with a resource. Of passwords only those of backups hold data; the others are made again. An account of
 * the staff's holds none, and has to go with the person.
 */
export function holdsData(type: string, name: string, console = false): boolean {
  if (console && type === KEYCLOAK.user) return false;
  return ALL.has(type) || (type === RANDOM_PASSWORD && OPENS_BACKUPS.test(name));
}
