import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { PostgresLogin } from "../../lib/postgresLogin.ts";
import { connected, createDatabase, dropDatabase } from "../../features/backups/database.ts";
import { databaseLocale } from "../../features/backups/locale.ts";
import { reporterRole } from "../../config/names.ts";
import { databaseSetup } from "../../providers/odoosql/databaseSetup.ts";
import { query } from "../e2e/support/clients.ts";
import type { PodSpec } from "../../sandbox/pods/spec.ts";
import type { RunningContainer } from "../../sandbox/pods/container.ts";
import type { Walk } from "./walk.ts";

/** A log-in to a database beside the tenant's. */
export type OtherDatabase = PostgresLogin & { readonly sslmode: "disable" };

/**
 * Makes a role of its own for databases beside the tenant's: init.sh ends the sessions of its role, and the tenant's pods may
 * run.
 */
export async function makeRole(walk: Walk, role: string): Promise<OtherDatabase> {
  const password = randomBytes(18).toString("base64url");
  const [found] = await query(walk.superuser, "SELECT FROM pg_roles WHERE rolname = $1", [role]);
  const verb = found === undefined ? "CREATE" : "ALTER";
  await query(walk.superuser, `${verb} ROLE "${role}" LOGIN PASSWORD '${password}'`);
  return { ...walk.login, database: role, user: role, password, sslmode: "disable" };
}

/** Makes an empty database as the tenant's was made; one of that name is dropped. */
export async function makeDatabase(walk: Walk, login: OtherDatabase): Promise<void> {
  await dropDatabase(walk.superuser, login);
  const locale = await connected({ ...walk.login, sslmode: "disable" }, databaseLocale);
  await createDatabase(walk.superuser, login, locale);
  await databaseSetup.apply({ tenant: walk.id, connection: login, roles: { reporter: reporterRole(walk.id) } });
}

/** Drops databases, their files and their role. */
export async function removeDatabases(walk: Walk, role: string, logins: readonly OtherDatabase[]): Promise<void> {
  for (const login of logins) {
    await dropDatabase(walk.superuser, login);
    rmSync(join(walk.dataFolder, "filestore", login.database), { recursive: true, force: true });
  }
  await query(walk.superuser, `DROP ROLE "${role}"`);
}

/**
 * Starts the init pod for another database with other modules.
 *
 * @param change changes the pod's spec further
 */
export async function startInitFor(
  walk: Walk,
  login: OtherDatabase,
  modules: readonly string[],
  name: string,
  change: (spec: PodSpec) => PodSpec = (spec) => spec,
): Promise<RunningContainer> {
  const values: Readonly<Record<string, string>> = {
    db_name: login.database,
    dbname: login.database,
    dbfilter: `^${login.database}$`,
    db_user: login.user,
    user: login.user,
    db_password: login.password,
    password: login.password,
  };
  const pod = await walk.startInit(
    name,
    (spec) => change(withModules(spec, modules)),
    (_, content) =>
      content.replaceAll(/^(\w+)( ?= ?)(.*)$/gm, (line, key: string, equals: string) =>
        key in values ? `${key}${equals}${values[key] ?? ""}` : line,
      ),
  );
  const container = pod.containers.get("init");
  if (container === undefined) throw new Error("the init Job's pod has no container init");
  return container;
}

function withModules(spec: PodSpec, modules: readonly string[]): PodSpec {
  const containers = spec.containers.map((container) => ({
    ...container,
    env: [
      ...(container.env ?? []).filter(({ name }) => name !== "ODOO_MODULES"),
      { name: "ODOO_MODULES", value: modules.join(",") },
      // What a script prints is seen when it prints it.
      { name: "PYTHONUNBUFFERED", value: "1" },
    ],
  }));
  return { ...spec, containers };
}
