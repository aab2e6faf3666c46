import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SandboxError, writeSecretFile } from "../instance.ts";
import type { Instance } from "../instance.ts";
import { runningProcess, waitUntilReady } from "../processes.ts";
import type { Program } from "../processes.ts";
import { javaArguments, javaCommand } from "../toolchain/keycloak.ts";

/** Name of Keycloak's first administrator, for people at the console. */
export const KEYCLOAK_ADMIN = "admin";
/** Client of realm master that the Pulumi program logs in as: a service account that may make realms. */
export const KEYCLOAK_CLIENT = "odoo-saas";
/** Keycloak's own database and login role, on the analytics server. */
export const KEYCLOAK_DATABASE = "keycloak";

/**
 * Address of Keycloak: what issuers begin with. "localhost", because browsers keep its cookies without TLS.
 *
 * @param ports by which it is reached. Default: its own.
 */
export function keycloakUrl(instance: Instance, ports: Instance["through"] = instance.ports): string {
  return `http://localhost:${ports.keycloak}`;
}

/** Keycloak in production mode on plain HTTP, with its data in PostgreSQL: it survives being killed. */
export function keycloakProgram(instance: Instance, home: string): Program {
  return {
    name: "keycloak",
    command: javaCommand(),
    args: [
      ...javaArguments(home, join(instance.home, "data", "keycloak")),
      "start",
      "--optimized",
      "--http-enabled=true",
      "--http-host=127.0.0.1",
      `--http-port=${instance.ports.keycloak}`,
      `--hostname=${instance.keycloakAddress ?? keycloakUrl(instance)}`,
      "--cache=local",
      `--db-url=jdbc:postgresql://127.0.0.1:${instance.ports.analyticsDatabase}/${KEYCLOAK_DATABASE}`,
      `--db-username=${KEYCLOAK_DATABASE}`,
      "--db-pool-max-size=30",
      "--log-level=warn,org.keycloak.services:info,io.quarkus:info",
    ],
    env: {
      KC_DB_PASSWORD: instance.secrets.keycloakDatabase,
      KC_BOOTSTRAP_ADMIN_USERNAME: KEYCLOAK_ADMIN,
      KC_BOOTSTRAP_ADMIN_PASSWORD: instance.secrets.keycloakAdmin,
    },
  };
}

/** Waits until Keycloak answers. */
export async function waitForKeycloak(instance: Instance): Promise<void> {
  await waitUntilReady(instance, "keycloak", {
    seconds: 300,
    isReady: async () => {
      const response = await fetch(`${keycloakUrl(instance)}/realms/master`, { signal: AbortSignal.timeout(10_000) });
      await response.arrayBuffer();
      return response.ok;
    },
  });
}

const PROGRAM_CLIENT = {
  clientId: KEYCLOAK_CLIENT,
  name: "Pulumi program",
  serviceAccountsEnabled: true,
  standardFlowEnabled: false,
  directAccessGrantsEnabled: false,
  publicClient: false,
  fullScopeAllowed: true,
  // Roles are looked up at each request instead of being in the token: one that is older than a realm shows its reader an
  // all but empty realm, which the state would then hold.
  attributes: { "client.use.lightweight.access.token.enabled": "true" },
};

/**
 * Makes the program's client in realm master, unless it can log in already. Its service account has the one role
 * `create-realm`: Keycloak makes it the administrator of the realms that it creates, and of no other.
 */
export async function prepareKeycloak(instance: Instance): Promise<void> {
  const { keycloakClient } = instance.secrets;
  const record = join(instance.home, "data", "keycloak-client");
  const hash = createHash("sha256")
    .update(JSON.stringify([PROGRAM_CLIENT, keycloakClient]))
    .digest("hex");
  const own = { grant_type: "client_credentials", client_id: KEYCLOAK_CLIENT, client_secret: keycloakClient };
  const isPrepared = existsSync(record) && readFileSync(record, "utf8") === hash;
  if (isPrepared && (await logIn(instance, own)) !== undefined) return;
  const api = await administrate(instance, "master");
  const client = { ...PROGRAM_CLIENT, secret: keycloakClient };
  const find = async () => (await api<{ id: string }[]>("GET", `/clients?clientId=${KEYCLOAK_CLIENT}`))[0]?.id;
  let id = await find();
  if (id === undefined) await api("POST", "/clients", client);
  else await api("PUT", `/clients/${id}`, { ...client, id });
  id ??= await find();
  const account = await api<{ id: string }>("GET", `/clients/${id ?? ""}/service-account-user`);
  const role = await api<{ id: string; name: string }>("GET", "/roles/create-realm");
  await api("POST", `/users/${account.id}/role-mappings/realm`, [role]);
  writeSecretFile(record, hash);
}

/** Logs in at realm master; undefined when that is refused. */
async function logIn(instance: Instance, form: Record<string, string>): Promise<string | undefined> {
  const response = await fetch(`${keycloakUrl(instance)}/realms/master/protocol/openid-connect/token`, {
    method: "POST",
    body: new URLSearchParams(form),
    signal: AbortSignal.timeout(60_000),
  });
  const body = (await response.json()) as { access_token?: string };
  return response.ok ? body.access_token : undefined;
}

/**
 * The admin API of a realm, as the sandbox's administrator.
 *
 * @throws SandboxError when Keycloak refuses its password
 */
export async function administrate(instance: Instance, realm: string) {
  const token = await logIn(instance, {
    grant_type: "password",
    client_id: "admin-cli",
    username: KEYCLOAK_ADMIN,
    password: instance.secrets.keycloakAdmin,
  });
  if (token !== undefined) return adminApi(instance, token, realm);
  throw new SandboxError(
    `Keycloak refuses the sandbox's administrator ${KEYCLOAK_ADMIN}: its password was changed there, or its database is another instance's.\n` +
      "Set it back in the console, or delete this sandbox with `npx odoo-saas sandbox reset`.",
  );
}

function adminApi(instance: Instance, token: string, realm = "master") {
  return async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${keycloakUrl(instance)}/admin/realms/${realm}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      signal: AbortSignal.timeout(60_000),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new SandboxError(`Keycloak answers ${response.status} to ${method} ${path}: ${text}`);
    return (text === "" ? undefined : JSON.parse(text)) as T;
  };
}

/** Whether Keycloak runs. */
export function isKeycloakRunning(instance: Instance): boolean {
  return runningProcess(instance, "keycloak") !== undefined;
}
