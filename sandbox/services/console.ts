import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { EVENTS_VARIABLE } from "../../features/events/index.ts";
import { run } from "../../lib/process.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { consoleKeyOf } from "../consoleKey.ts";
import { eventsFolder } from "../events.ts";
import { logFile, SandboxError } from "../instance.ts";
import type { Instance } from "../instance.ts";
import { CONSOLE_LOGIN } from "../people.ts";
import { runningProcess, startCurrent, stopProcess, waitUntilAnswering } from "../processes.ts";
import type { Program } from "../processes.ts";
import type { Log } from "../toolchain/cache.ts";
import { forgeUrl } from "./forge.ts";
import { kubeconfigPath } from "./kubeconfig.ts";
import { sourceFiles } from "./sourceFiles.ts";

/** `none`: the sandbox has no console, as tests and benchmarks of other things want it. */
export const CONSOLE_VARIABLE = "ODOO_SANDBOX_CONSOLE";

/** Names of its two services: the pages and their server, and what fills its database. */
export const CONSOLE_SERVICES = ["console", "collector"] as const;

/** Seconds between two looks of the collector: somebody watches a request on a page. */
const RHYTHM = 3;

/** What the stack exports of the console. */
const outputSchema = z.object({
  issuer: z.string(),
  clientId: z.string(),
  clientSecret: z.string(),
  tenantsKey: z.string(),
  database: z.object({
    host: z.string(),
    port: z.number(),
    name: z.string(),
    role: z.string(),
    password: z.string(),
  }),
  analytics: z.object({
    host: z.string(),
    port: z.number(),
    name: z.string(),
    role: z.string(),
    password: z.string(),
  }),
  /** Initial passwords by login. */
  staff: z.record(z.string(), z.string()),
});

/** What the stack exports of the console, secrets in plain text. */
export type ConsoleOutput = z.output<typeof outputSchema>;

/** Reads what the stack exports of the console; undefined where it has none. */
export function consoleOutput(outputs: Readonly<Record<string, unknown>>): ConsoleOutput | undefined {
  return outputSchema.safeParse(outputs["console"]).data;
}

/** Whether this sandbox has a console. */
export function hasConsole(env: NodeJS.ProcessEnv = process.env): boolean {
  return env[CONSOLE_VARIABLE] !== "none";
}

/** Where browsers reach it. */
export function consoleUrl({ ports }: Pick<Instance, "ports">): string {
  return `http://127.0.0.1:${ports.console}`;
}

/** Folder of the inventories that the collector reads. */
export function inventoriesFolder({ home }: Pick<Instance, "home">): string {
  return join(home, "inventories");
}

/**
 * Installs the console's dependencies and builds its pages, where that was not done.
 *
 * @throws SandboxError with what npm or the build said
 */
export async function buildConsole(): Promise<void> {
  const args = ["run.mjs", "--with", "console", "console/web/build.ts"];
  const { status, stdout, stderr } = await run(process.execPath, args, { cwd: PROJECT_ROOT });
  if (status === 0) return;
  throw new SandboxError(`The console cannot be built:\n${`${stdout}\n${stderr}`.trim()}`);
}

/**
 * Starts the console and its collector, or starts them again where their settings or code have changed.
 *
 * @param output what the stack exports of it
 */
export async function startConsole(instance: Instance, output: ConsoleOutput, log: Log): Promise<void> {
  const begin = Date.now();
  mkdirSync(inventoriesFolder(instance), { recursive: true });
  mkdirSync(eventsFolder(instance), { recursive: true });
  const areNew = [
    await startCurrent(instance, serverProgram(instance, output), "console"),
    await startCurrent(instance, collectorProgram(instance, output)),
  ];
  await waitUntilAnswering(instance, "console", `${consoleUrl(instance)}/healthz`);
  if (areNew.includes(true)) log(`console is ready (${((Date.now() - begin) / 1000).toFixed(1)} s)`);
}

/** Stops the console and its collector. @returns the names of those that ran */
export async function stopConsole(instance: Instance): Promise<string[]> {
  const stopped: string[] = [];
  for (const name of CONSOLE_SERVICES) if (await stopProcess(instance, name)) stopped.push(name);
  return stopped;
}

/** Which of the two run. */
export function consoleStatus(instance: Instance): { name: string; pid?: number; port?: number; log: string }[] {
  return CONSOLE_SERVICES.map((name) => {
    const pid = runningProcess(instance, name);
    return {
      name,
      ...(pid === undefined ? {} : { pid }),
      ...(name === "console" ? { port: instance.ports.console } : {}),
      log: logFile(instance, name),
    };
  });
}

function serverProgram(instance: Instance, output: ConsoleOutput): Program {
  return {
    name: "console",
    command: process.execPath,
    args: [join(PROJECT_ROOT, "console/server/main.ts")],
    env: {
      ...shared(instance, output),
      CONSOLE_URL: consoleUrl(instance),
      CONSOLE_PORT: String(instance.ports.console),
      CONSOLE_LISTEN: "127.0.0.1",
      CONSOLE_STAFF_ISSUER: output.issuer,
      CONSOLE_STAFF_CLIENT_ID: output.clientId,
      CONSOLE_STAFF_CLIENT_SECRET: output.clientSecret,
      CONSOLE_TENANTS_KEY: output.tenantsKey,
      CONSOLE_REQUESTS_URL: forgeUrl(instance),
      CONSOLE_REQUESTS_SECRET: instance.secrets.requestsSecret,
      CONSOLE_REQUESTS_LOGIN: CONSOLE_LOGIN,
      CONSOLE_REQUESTS_KEY: consoleKeyOf(instance).privateKey,
      CONSOLE_ENVIRONMENT: "sandbox",
    },
    reads: sources("server", "dist"),
  };
}

function collectorProgram(instance: Instance, output: ConsoleOutput): Program {
  return {
    name: "collector",
    command: process.execPath,
    args: [join(PROJECT_ROOT, "console/collector/main.ts"), "--every", String(RHYTHM)],
    env: {
      ...shared(instance, output),
      CONSOLE_INVENTORIES: inventoriesFolder(instance),
      CONSOLE_ANALYTICS_URL: addressOf(output.analytics),
      CONSOLE_KUBECONFIG: readFileSync(kubeconfigPath(instance, "console"), "utf8"),
      [EVENTS_VARIABLE]: eventsFolder(instance),
      ...watchServers(process.env),
      CONSOLE_STATUS_URL: forgeUrl(instance),
      CONSOLE_STATUS_TOKEN: instance.secrets.forgeReader,
      GITHUB_API_URL: forgeUrl(instance),
      GITHUB_REPOSITORY: "sandbox/platform",
      GITHUB_TOKEN: instance.secrets.forgeReader,
    },
    reads: sources("collector"),
  };
}

/** Servers that watch and that the sandbox has none of: somebody's own, as the collector's variables name them. */
function watchServers(env: NodeJS.ProcessEnv): Record<string, string> {
  const names = ["ALERTMANAGER", "PROMETHEUS"].flatMap((server) => [
    `CONSOLE_${server}_URL`,
    `CONSOLE_${server}_TOKEN`,
  ]);
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = env[name];
      return value === undefined || value === "" ? [] : [[name, value] as const];
    }),
  );
}

/** An address of PostgreSQL, with its password. */
export function addressOf({ host, port, name, role, password }: ConsoleOutput["database"]): string {
  return `postgresql://${role}:${encodeURIComponent(password)}@${host}:${port}/${name}?sslmode=disable`;
}

function shared({ checkout }: Instance, { database }: ConsoleOutput): Record<string, string> {
  return {
    CONSOLE_DATABASE_URL: addressOf(database),
    CONSOLE_ROOT: checkout,
    NODE_OPTIONS: "--max-old-space-size=512",
  };
}

/** Code of one of its programs, with what both have. */
function sources(...own: string[]): string[] {
  return sourceFiles(...["api", "database", "domain", ...own].map((folder) => `console/${folder}`));
}
