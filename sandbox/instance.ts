import { createHash, randomBytes, randomInt } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { PROJECT_ROOT } from "../lib/projectRoot.ts";
import { UserError } from "../lib/userError.ts";

/**
 * Ports of the sandbox, all on 127.0.0.1: 28432 to 28484 unless moved. Each has a variable that moves it, and is
 * remembered in the instance.
 */
export const PORTS = {
  tenantsDatabase: { standard: 28432, variable: "ODOO_SANDBOX_PORT_TENANTS_DATABASE" },
  analyticsDatabase: { standard: 28433, variable: "ODOO_SANDBOX_PORT_ANALYTICS_DATABASE" },
  kubernetes: { standard: 28443, variable: "ODOO_SANDBOX_PORT_KUBERNETES" },
  keycloak: { standard: 28480, variable: "ODOO_SANDBOX_PORT_KEYCLOAK" },
  watchdog: { standard: 28481, variable: "ODOO_SANDBOX_PORT_WATCHDOG" },
  forge: { standard: 28482, variable: "ODOO_SANDBOX_PORT_FORGE" },
  console: { standard: 28483, variable: "ODOO_SANDBOX_PORT_CONSOLE" },
  superset: { standard: 28484, variable: "ODOO_SANDBOX_PORT_SUPERSET" },
} as const;

/** Name of a port, as in {@link PORTS}. */
export type PortName = keyof typeof PORTS;

const PORT_NAMES = Object.keys(PORTS) as PortName[];

/** Those that the Pulumi program reaches. */
export const PROGRAM_PORTS = [
  "tenantsDatabase",
  "analyticsDatabase",
  "kubernetes",
  "keycloak",
] as const satisfies readonly PortName[];

/** Name of a port that the Pulumi program reaches. */
export type ProgramPort = (typeof PROGRAM_PORTS)[number];

/** Secrets of an instance: 192 random bits each, made once, kept in a file that only its owner reads. */
const SECRETS = [
  "tenantsSuperuser",
  "tenantsAdmin",
  "tenantsWatchdog",
  "analyticsSuperuser",
  "analyticsAdmin",
  "analyticsWatchdog",
  "analyticsAuthenticator",
  "keycloakDatabase",
  "keycloakAdmin",
  "keycloakClient",
  "kubernetesAdmin",
  "kubernetesProgram",
  "kubernetesControllerManager",
  "kubernetesScheduler",
  "kubernetesNodes",
  "kubernetesAgent",
  "kubernetesConsole",
  "pulumiPassphrase",
  // Of requests: what senders share with n8n's place, and what the console's key pair is made of.
  "requestsSecret",
  "consoleKey",
  // Tokens of the forge: of its own runner, and of readers.
  "forgeToken",
  "forgeReader",
  // Of Superset: of its sessions and stored passwords, of guests, of the account that syncs, its database's and its client's.
  "supersetKey",
  "supersetGuests",
  "supersetSync",
  "supersetDatabase",
  "supersetClient",
] as const;

/** Name of a secret. */
export type SecretName = (typeof SECRETS)[number];

/** One sandbox: its folder, ports and secrets. Everything that it keeps is below `home`, but the stack's settings file. */
export interface Instance {
  /** The checkout that it runs. */
  readonly checkout: string;
  /** Folder of its data, logs, process records and secrets. */
  readonly home: string;
  readonly ports: Readonly<Record<PortName, number>>;
  /** Ports that the program reaches the services by: others than `ports` where a test puts something between. */
  readonly through: Readonly<Record<ProgramPort, number>>;
  readonly secrets: Readonly<Record<SecretName, string>>;
  /** Address that Keycloak tells everyone, where something stands before it that speaks TLS. Default: its own. */
  readonly keycloakAddress?: string;
}

/** How to open an instance. */
export interface InstanceOptions {
  /** Default: the checkout of this file. */
  readonly checkout?: string;
  /** Default: {@link defaultHome}. */
  readonly home?: string;
  /** Environment variables that are looked at. Default: the process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Which ports a new instance takes: the documented ones, or any that are free now. Default: `standard`. */
  readonly newPorts?: "standard" | "free";
  /** Take damaged files as missing ones: for forgetting the instance. Default: false. */
  readonly ignoreDamage?: boolean;
}

/** Something about the sandbox that a person can fix. */
export class SandboxError extends UserError {
  override readonly name = "SandboxError";
}

/**
 * Folder of a checkout's instance: `$ODOO_SANDBOX_HOME`, else a folder named after a hash of the checkout's path in
 * /var/lib/odoo-saas-sandbox (root) or in the user's state folder (XDG base directory specification).
 */
export function defaultHome(
  checkout = PROJECT_ROOT,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  if (env.ODOO_SANDBOX_HOME) return resolve(env.ODOO_SANDBOX_HOME);
  const base =
    process.getuid?.() === 0
      ? "/var/lib/odoo-saas-sandbox"
      : join(env.XDG_STATE_HOME ?? join(env.HOME ?? homedir(), ".local", "state"), "odoo-saas-sandbox");
  return join(base, createHash("sha256").update(resolve(checkout)).digest("hex").slice(0, 12));
}

const portNumber = z.int().min(1).max(65535);
const portsFile = z.object({ checkout: z.string(), ports: z.record(z.enum(PORT_NAMES), portNumber) });
const secretsFile = z.partialRecord(z.enum(SECRETS), z.string().min(16));

/**
 * Opens the instance of a checkout, and makes it when there is none: ports as the environment says, else as remembered,
 * else the documented ones.
 *
 * @throws SandboxError when a port is no port, or the folder cannot be used.
 */
export async function openInstance(options: InstanceOptions = {}): Promise<Instance> {
  const checkout = resolve(options.checkout ?? PROJECT_ROOT);
  const env = options.env ?? process.env;
  const home = options.home ?? defaultHome(checkout, env);
  try {
    mkdirSync(home, { recursive: true });
    // As root the databases run as another user, who must get through here; the files in it are their owner's only.
    chmodSync(home, process.getuid?.() === 0 ? 0o711 : 0o700);
    for (const folder of ["data", "logs", "run", "kubernetes", "pulumi"])
      mkdirSync(join(home, folder), { recursive: true });
  } catch (error) {
    throw new SandboxError(
      `The sandbox's folder ${home} cannot be used: ${error instanceof Error ? error.message : String(error)}\n` +
        "Set ODOO_SANDBOX_HOME to a folder that you may write to.",
    );
  }

  const instanceFile = join(home, "instance.json");
  const remembered = readJson(instanceFile, portsFile, options.ignoreDamage)?.ports;
  const ports = {} as Record<PortName, number>;
  for (const name of PORT_NAMES) {
    ports[name] =
      portFromEnvironment(PORTS[name].variable, env) ??
      remembered?.[name] ??
      (options.newPorts === "free" ? await freePort() : PORTS[name].standard);
  }
  const taken = PORT_NAMES.find((name, index) =>
    PORT_NAMES.some((other, at) => at < index && ports[other] === ports[name]),
  );
  if (taken !== undefined) {
    throw new SandboxError(
      `Two services would use port ${ports[taken]}: move one with ${PORTS[taken].variable}=<port>.`,
    );
  }
  if (JSON.stringify(remembered) !== JSON.stringify(ports))
    writeSecretFile(instanceFile, JSON.stringify({ checkout, ports }));

  const secretsPath = join(home, "secrets.json");
  const known = readJson(secretsPath, secretsFile, options.ignoreDamage) ?? {};
  const secrets = {} as Record<SecretName, string>;
  for (const name of SECRETS) secrets[name] = known[name] ?? randomBytes(24).toString("base64url");
  if (SECRETS.some((name) => known[name] === undefined)) writeSecretFile(secretsPath, JSON.stringify(secrets, null, 2));
  const through = {} as Record<ProgramPort, number>;
  for (const name of PROGRAM_PORTS) through[name] = portFromEnvironment(throughVariable(name), env) ?? ports[name];
  return { checkout, home, ports, through, secrets };
}

/** The instance of a checkout if there is one; nothing is made. */
export async function findInstance(options: InstanceOptions = {}): Promise<Instance | undefined> {
  const home = options.home ?? defaultHome(options.checkout, options.env);
  return existsSync(join(home, "secrets.json")) ? await openInstance({ ...options, home }) : undefined;
}

/** What to do when there is no sandbox. */
export const NO_SANDBOX = "There is no sandbox. Start it: npx odoo-saas sandbox start";

/**
 * The instance of this checkout.
 *
 * @throws SandboxError if there is none
 */
export async function findSandbox(): Promise<Instance> {
  const instance = await findInstance();
  if (instance === undefined) throw new SandboxError(NO_SANDBOX);
  return instance;
}

/** Log file of a service. */
export function logFile(instance: Instance, service: string): string {
  return join(instance.home, "logs", `${service}.log`);
}

/** Writes a file that only its owner reads, in one step: an interrupt leaves the old one or the new one. */
export function writeSecretFile(path: string, text: string): void {
  const partial = `${path}.${process.pid}.partial`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(partial, text, { mode: 0o600 });
  renameSync(partial, path);
}

/** Deletes all that the instance keeps. Its services must be stopped. */
export function deleteInstance(instance: Instance): void {
  rmSync(instance.home, { recursive: true, force: true });
}

const FIRST_FREE_PORT = 20_000;
/** Linux takes the ports of outgoing connections from here on: one of those could be gone by the time the service starts. */
const OUTGOING_PORTS = 32_768;
/** Processes side by side look in different parts of the range, since a port is not held until its service starts. */
const PARTS = 16;
const PART_SIZE = (OUTGOING_PORTS - FIRST_FREE_PORT) / PARTS;
let given = randomInt(PART_SIZE);

/** A port of 127.0.0.1 that nobody listens on now, and that this process was not given before. */
export async function freePort(): Promise<number> {
  for (;;) {
    given += 1;
    const port = FIRST_FREE_PORT + (process.pid % PARTS) * PART_SIZE + (given % PART_SIZE);
    const server = createServer();
    const isFree = await new Promise<boolean>((done) => {
      server.once("error", () => done(false)).listen(port, "127.0.0.1", () => done(true));
    });
    if (!isFree) continue;
    await new Promise((done) => server.close(done));
    return port;
  }
}

/** Variable that names the port of what stands between the program and a service: for tests that disturb connections. */
export function throughVariable(name: ProgramPort): string {
  return PORTS[name].variable.replace("_PORT_", "_THROUGH_");
}

function portFromEnvironment(variable: string, env: Readonly<Record<string, string | undefined>>): number | undefined {
  const text = env[variable];
  if (!text) return undefined;
  const port = portNumber.safeParse(Number(text));
  if (!port.success) throw new SandboxError(`${variable} is ${JSON.stringify(text)}, expected a port from 1 to 65535.`);
  return port.data;
}

function readJson<T>(path: string, schema: z.ZodType<T>, ignoreDamage = false): T | undefined {
  if (!existsSync(path)) return undefined;
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    content = undefined;
  }
  const result = schema.safeParse(content);
  if (result.success) return result.data;
  if (ignoreDamage) return undefined;
  throw new SandboxError(
    `${path} cannot be read.\nDelete this sandbox with \`npx odoo-saas sandbox reset\`, then start again.`,
  );
}
