import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { chmod, cp, mkdir, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { SandboxError, writeSecretFile } from "../instance.ts";
import type { Instance } from "../instance.ts";
import { runningProcess, waitUntilReady } from "../processes.ts";
import type { Program } from "../processes.ts";
import { cacheRoot, exists, keyOf, publish } from "../toolchain/cache.ts";
import type { Log } from "../toolchain/cache.ts";

/** Name of Keycloak's first administrator, for people at the console. */
export const KEYCLOAK_ADMIN = "admin";
/** Client of realm master that the Pulumi program logs in as: a service account that may make realms. */
export const KEYCLOAK_CLIENT = "odoo-saas";
/** Keycloak's own database and login role, on the analytics server. */
export const KEYCLOAK_DATABASE = "keycloak";

/** What decides at build time how Keycloak starts; its start-up would otherwise spend half a minute on it each time. */
const BUILD_OPTIONS = ["--db=postgres", "--health-enabled=false", "--metrics-enabled=false"];

/**
 * Java's options: as Keycloak's own start script sets them, but a smaller heap and the serial collector, which takes the
 * least processor time on two cores.
 */
const JAVA_OPTIONS = [
  "-Xms64m",
  "-Xmx320m",
  "-XX:+UseSerialGC",
  "-XX:TieredStopAtLevel=1",
  "-XX:MetaspaceSize=96M",
  "-XX:MaxMetaspaceSize=256m",
  "-XX:+ExitOnOutOfMemoryError",
  "-Dfile.encoding=UTF-8",
  "-Djava.security.egd=file:/dev/urandom",
  "--add-opens=java.base/java.util=ALL-UNNAMED",
  "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
  "--add-opens=java.base/java.security=ALL-UNNAMED",
  "-Duser.language=en",
  "-Duser.country=US",
  "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
  "-Dpicocli.disable.closures=true",
  "-Dquarkus-log-max-startup-records=10000",
  "-Djava.util.concurrent.ForkJoinPool.common.threadFactory=io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory",
];

const MAIN_CLASS = "io.quarkus.bootstrap.runner.QuarkusEntryPoint";

/**
 * Address of Keycloak: what issuers begin with. "localhost", because browsers keep its cookies without TLS.
 *
 * @param ports by which it is reached. Default: its own.
 */
export function keycloakUrl(instance: Instance, ports: Instance["through"] = instance.ports): string {
  return `http://localhost:${ports.keycloak}`;
}

/**
 * A Keycloak that is built for the options here, in the user's cache: links to the distribution, and a copy of the few
 * files that a build writes.
 */
export async function builtKeycloak(distribution: string, log: Log): Promise<string> {
  const dir = join(cacheRoot(), "keycloak", await keyOf([distribution, BUILD_OPTIONS]));
  if (await exists(dir)) return dir;
  await publish(dir, log, async (temporary) => {
    log("keycloak: preparing its start (once, about half a minute) …");
    await linkEntries(distribution, temporary, ["lib"]);
    await mkdir(join(temporary, "lib"));
    await linkEntries(join(distribution, "lib"), join(temporary, "lib"), ["quarkus", "quarkus-run.jar"]);
    // The jar finds the rest beside itself, and links are followed when it looks.
    await cp(join(distribution, "lib", "quarkus-run.jar"), join(temporary, "lib", "quarkus-run.jar"));
    await cp(join(distribution, "lib", "quarkus"), join(temporary, "lib", "quarkus"), { recursive: true });
    for (const name of ["", ...(await readdir(join(temporary, "lib", "quarkus")))]) {
      await chmod(join(temporary, "lib", "quarkus", name), 0o755);
    }
    const args = [...javaArguments(temporary, join(temporary, "data")), "build", ...BUILD_OPTIONS];
    try {
      await promisify(execFile)(javaCommand(), args, { cwd: temporary, maxBuffer: 16_000_000 });
    } catch (error) {
      const output = error instanceof Error && "stdout" in error ? String(error.stdout).trim().slice(-2000) : "";
      throw new SandboxError(`Keycloak could not be built for the sandbox: ${String(error)}\n${output}`);
    }
  });
  return dir;
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
  const { keycloakAdmin, keycloakClient } = instance.secrets;
  const record = join(instance.home, "data", "keycloak-client");
  const hash = createHash("sha256")
    .update(JSON.stringify([PROGRAM_CLIENT, keycloakClient]))
    .digest("hex");
  const own = { grant_type: "client_credentials", client_id: KEYCLOAK_CLIENT, client_secret: keycloakClient };
  const isPrepared = existsSync(record) && readFileSync(record, "utf8") === hash;
  if (isPrepared && (await logIn(instance, own)) !== undefined) return;
  const token = await logIn(instance, {
    grant_type: "password",
    client_id: "admin-cli",
    username: KEYCLOAK_ADMIN,
    password: keycloakAdmin,
  });
  if (token === undefined) {
    throw new SandboxError(
      `Keycloak refuses the sandbox's administrator ${KEYCLOAK_ADMIN}: its password was changed there, or its database is another instance's.\n` +
        "Set it back in the console, or delete this sandbox with `npx odoo-saas sandbox reset`.",
    );
  }
  const api = adminApi(instance, token);
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

function adminApi(instance: Instance, token: string) {
  return async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${keycloakUrl(instance)}/admin/realms/master${path}`, {
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

function javaCommand(): string {
  const { JAVA_HOME } = process.env;
  return JAVA_HOME ? join(JAVA_HOME, "bin", "java") : "java";
}

function javaArguments(home: string, data: string): string[] {
  return [
    ...JAVA_OPTIONS,
    `-Dkc.home.dir=${home}`,
    `-Djboss.server.config.dir=${join(home, "conf")}`,
    `-Djboss.server.data.dir=${data}`,
    "-cp",
    join(home, "lib", "quarkus-run.jar"),
    MAIN_CLASS,
  ];
}

async function linkEntries(from: string, to: string, except: readonly string[]): Promise<void> {
  for (const name of await readdir(from)) {
    if (!except.includes(name)) await symlink(join(from, name), join(to, name));
  }
}
