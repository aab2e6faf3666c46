import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { processIdentity } from "../lib/processIdentity.ts";
import { logFile, PORTS, SandboxError, writeSecretFile } from "./instance.ts";
import type { Instance, PortName } from "./instance.ts";

/** A program that runs in the background. */
export interface Program {
  /** Name of the service: of its record and its log. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Its environment beside PATH and HOME. */
  readonly env?: Readonly<Record<string, string>>;
  /** Working directory. Default: the instance's folder. */
  readonly cwd?: string;
  /** Files that it reads when it starts, and only then: what runs is outdated when one has changed. Default: none. */
  readonly reads?: readonly string[];
}

const recordSchema = z.object({ pid: z.int().positive(), identity: z.string(), fingerprint: z.string() });

/** What is kept of a process that was started: enough to know it again, and never to take another one for it. */
type ProcessRecord = z.infer<typeof recordSchema>;

/** Logs are put aside at a start when they are larger, in bytes; one older log is kept. */
const LOG_LIMIT = 20_000_000;

/** The process id of a service that was started and runs. */
export function runningProcess(instance: Instance, name: string): number | undefined {
  const record = readRecord(instance, name);
  return record !== undefined && processIdentity(record.pid) === record.identity ? record.pid : undefined;
}

/**
 * Starts a program in the background unless it runs already with the same command line and environment.
 *
 * Synchronous on purpose: an interrupt cannot come between the start and its record.
 *
 * @returns whether it was started now. One that runs with other settings must be stopped first: see {@link isCurrent}.
 */
export function ensureStarted(instance: Instance, program: Program): boolean {
  if (runningProcess(instance, program.name) !== undefined) return false;
  const path = logFile(instance, program.name);
  rotate(path);
  const log = openSync(path, "a", 0o600);
  const child = spawn(program.command, program.args, {
    detached: true,
    stdio: ["ignore", log, log],
    cwd: program.cwd ?? instance.home,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...program.env },
  });
  closeSync(log);
  child.on("error", () => undefined); // there is no pid then: reported below
  child.unref();
  if (child.pid === undefined)
    throw new SandboxError(`${program.name} could not be started: ${program.command} cannot be run.`);
  const record: ProcessRecord = {
    pid: child.pid,
    identity: processIdentity(child.pid) ?? "",
    fingerprint: fingerprint(program),
  };
  writeSecretFile(recordPath(instance, program.name), JSON.stringify(record));
  return true;
}

/**
 * Starts a program, or starts it again where it runs with other settings.
 *
 * @param port that it listens on, which must be free then. @default none
 * @returns whether it was started now
 */
export async function startCurrent(instance: Instance, program: Program, port?: PortName): Promise<boolean> {
  if (runningProcess(instance, program.name) !== undefined) {
    if (isCurrent(instance, program)) return false;
    await stopProcess(instance, program.name);
  }
  if (port !== undefined) await checkPortFree(instance, port);
  return ensureStarted(instance, program);
}

/** Whether what runs for a service was started with these settings. */
export function isCurrent(instance: Instance, program: Program): boolean {
  return readRecord(instance, program.name)?.fingerprint === fingerprint(program);
}

/** Stops a service: asks it to end, and after `seconds` ends it. Nothing happens when it does not run. */
export async function stopProcess(instance: Instance, name: string, seconds = 20): Promise<boolean> {
  const record = readRecord(instance, name);
  const isRunning = () => record !== undefined && processIdentity(record.pid) === record.identity;
  const wasRunning = isRunning();
  if (record !== undefined && wasRunning) {
    process.kill(record.pid, "SIGTERM");
    const deadline = Date.now() + seconds * 1000;
    while (isRunning()) {
      if (Date.now() > deadline) process.kill(record.pid, "SIGKILL");
      await sleep(30);
    }
  }
  rmSync(recordPath(instance, name), { force: true });
  return wasRunning;
}

/** How to wait for a service. */
export interface WaitOptions {
  /** Asked again and again; true when the service works. An error counts as not yet. */
  readonly isReady: () => Promise<boolean>;
  /** Seconds to wait at most. */
  readonly seconds: number;
  /** Seconds after which to say what is waited for. Default: 20; Keycloak's start takes some 15. */
  readonly silentSeconds?: number;
  /** Told that. Default: standard error. */
  readonly log?: (line: string) => void;
}

/** Between two questions: soon at first, for what is up at once; then seldom, for what needs the processor to start. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 500;

/**
 * Waits until a started service works; says what it waits for when that takes long.
 *
 * @throws SandboxError when it ends or does not work in time, with the end of its log.
 */
export async function waitUntilReady(instance: Instance, name: string, options: WaitOptions): Promise<void> {
  const begin = Date.now();
  const deadline = begin + options.seconds * 1000;
  let said = false;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
    let problem = "it does not answer";
    try {
      if (await options.isReady()) return;
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
    const isRunning = runningProcess(instance, name) !== undefined;
    if (isRunning && Date.now() < deadline) {
      if (!said && Date.now() - begin > (options.silentSeconds ?? 20) * 1000) {
        (options.log ?? console.error)(
          `Waiting for ${name} (${problem}), ${options.seconds} s at most; its log: ${logFile(instance, name)}`,
        );
        said = true;
      }
      await sleep(pause);
      continue;
    }
    const what = isRunning ? `it was not ready after ${options.seconds} s (${problem})` : "it ended";
    const log = logFile(instance, name);
    throw new SandboxError(`${name} does not run: ${what}.\nThe end of its log (${log}):\n${indent(tail(log))}`);
  }
}

/** Waits until a started service answers an address with success, a minute at most. @throws SandboxError otherwise */
export async function waitUntilAnswering(instance: Instance, name: string, url: string): Promise<void> {
  await waitUntilReady(instance, name, {
    seconds: 60,
    isReady: async () => {
      const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
      await response.arrayBuffer();
      return response.ok;
    },
  });
}

/** Seconds that a program that was killed may keep its port: the kernel takes its threads one after another. */
const ENDING_SECONDS = 3;

/**
 * Checks that a port can be used. Waits three seconds at most for one that is in use.
 *
 * @throws SandboxError that names the port, who uses it as far as that is known, and the variable that moves it.
 */
export async function checkPortFree(instance: Instance, name: PortName): Promise<void> {
  const port = instance.ports[name];
  const deadline = Date.now() + ENDING_SECONDS * 1000;
  while (await isUsed(port)) {
    if (Date.now() >= deadline) {
      throw new SandboxError(
        `Port ${port} (${name}) is in use by ${portOwner(port) ?? "another program"}.\n` +
          `Stop that, or move the sandbox's: ${PORTS[name].variable}=<port> npx odoo-saas sandbox start`,
      );
    }
    await sleep(100);
  }
}

function isUsed(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = createConnection({ host: "127.0.0.1", port });
    const end = (answer: boolean) => {
      socket.destroy();
      done(answer);
    };
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
    // On a busy machine the time is up before an answer is seen that has long come: it is looked at first.
    socket.setTimeout(2000, () => void setImmediate(end, true));
  });
}

/** Who listens on a port of this machine, as far as this user may see: `process 123 (name)`. */
export function portOwner(port: number): string | undefined {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  const inodes = new Set<string>();
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    if (!existsSync(table)) continue;
    for (const line of readFileSync(table, "utf8").split("\n").slice(1)) {
      const fields = line.trim().split(/\s+/);
      // proc_net_tcp(5): local address, state (0A: listening), inode.
      if (fields[1]?.endsWith(`:${hex}`) === true && fields[3] === "0A" && fields[9] !== undefined)
        inodes.add(`socket:[${fields[9]}]`);
    }
  }
  if (inodes.size === 0) return undefined;
  for (const pid of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    try {
      if (readdirSync(`/proc/${pid}/fd`).some((fd) => inodes.has(readlinkSync(`/proc/${pid}/fd/${fd}`)))) {
        return `process ${pid} (${readFileSync(`/proc/${pid}/comm`, "utf8").trim()})`;
      }
    } catch {
      continue; // ended meanwhile, or another user's
    }
  }
  return undefined;
}

/** The last lines of a log. */
export function tail(path: string, lines = 15): string {
  return existsSync(path)
    ? readFileSync(path, "utf8").trimEnd().split("\n").slice(-lines).join("\n")
    : "(there is none)";
}

function indent(text: string): string {
  return text.replace(/^/gm, "  ");
}

function rotate(path: string): void {
  if (existsSync(path) && statSync(path).size > LOG_LIMIT) renameSync(path, `${path}.1`);
}

function recordPath(instance: Instance, name: string): string {
  return join(instance.home, "run", `${name}.json`);
}

function readRecord(instance: Instance, name: string): ProcessRecord | undefined {
  const path = recordPath(instance, name);
  if (!existsSync(path)) return undefined;
  try {
    return recordSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return undefined;
  }
}

function fingerprint(program: Program): string {
  const { command, args, env, cwd, reads = [] } = program;
  const hash = createHash("sha256").update(JSON.stringify([command, args, env, cwd, reads]));
  for (const path of reads) hash.update("\0").update(readFileSync(path));
  return hash.digest("hex");
}
