import { analyticsNames, databaseName, databaseRole, namespaceName, realmName, reporterRole } from "./names.ts";

/** What a name is of. */
type Kind = "role" | "database" | "realm" | "namespace";

/** A name on a server that a stack's settings have, and that no tenant's may be therefore. */
export interface ServerName {
  readonly kind: Kind;
  readonly name: string;
  /** Where it is named: `watchdog.user of Pulumi.<stack>.yaml`. */
  readonly where: string;
}

/** Settings that name such things: one, or a list, or a list of mappings with the key behind `[]`. */
const SETTINGS: readonly (readonly [Kind, key: string, path: string])[] = [
  ["role", "tenantsDatabase", "user"],
  ["role", "tenantsDatabase", "trustedRoles[]"],
  ["role", "analyticsDatabase", "user"],
  ["role", "analyticsDatabase", "trustedRoles[]"],
  ["role", "watchdog", "user"],
  ["database", "tenantsDatabase", "maintenanceDatabase"],
  ["database", "analyticsDatabase", "database"],
  ["realm", "keycloak", "adminRealm"],
  ["namespace", "monitoring", "namespace"],
  ["namespace", "kubernetes", "gateway[].namespace"],
  ["namespace", "kubernetes", "dns[].namespace"],
];

/**
 * The names that a stack's settings have. Values that are wrong otherwise are read as far as they go. What is not set has a default, and every
 * default is a reserved id or none (`config/names.ts`).
 *
 * @param file where the settings are from
 * @param settings by key, without the namespace
 */
export function serverNamesIn(file: string, settings: ReadonlyMap<string, unknown>): ServerName[] {
  return SETTINGS.flatMap(([kind, key, path]) => {
    const where = `${key}.${path.replace("[]", "")} of ${file}`;
    return textsAt(settings.get(key), path.split(".")).map((name) => ({ kind, name, where }));
  });
}

function textsAt(value: unknown, [key, ...rest]: readonly string[]): string[] {
  if (key === undefined) return typeof value === "string" ? [value] : [];
  const below = isMapping(value) ? value[key.replace("[]", "")] : undefined;
  const each: unknown[] = !key.endsWith("[]") ? [below] : Array.isArray(below) ? below : [];
  return each.flatMap((item) => textsAt(item, rest));
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** Tells tenants' ids that would make a name of the settings'. Made once for many ids. */
export class ServerNames {
  readonly #names: ReadonlyMap<string, ServerName>;

  constructor(names: readonly ServerName[]) {
    // Servers tell upper case from lower; people do not.
    this.#names = new Map(names.map((one) => [`${one.kind} ${one.name.toLowerCase()}`, one]));
  }

  /** The name that a tenant of this id would take. */
  takenBy(id: string): ServerName | undefined {
    const { ownerRole, readerRole } = analyticsNames(id);
    return [
      ...[databaseRole(id), reporterRole(id), ownerRole, readerRole].map((name) => `role ${name}`),
      `database ${databaseName(id)}`,
      `realm ${realmName(id)}`,
      `namespace ${namespaceName(id)}`,
    ]
      .map((name) => this.#names.get(name))
      .find((one) => one !== undefined);
  }
}
