import { spawn } from "node:child_process";
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { SandboxError } from "../instance.ts";
import { postgresBinaries, serviceUser } from "./postgresBinaries.ts";
import type { PostgresVersion } from "./postgresBinaries.ts";

/** Start of the `cluster_name` of every sandbox server. What may only happen in a sandbox (seeding) asks for it. */
export const SANDBOX_CLUSTER_PREFIX = "odoo-saas-sandbox";

/** One PostgreSQL server of the sandbox. */
export interface PostgresServer {
  /** Its data folder. Folders above it must let the service user pass when this runs as root. */
  readonly dataDir: string;
  /** TCP port on 127.0.0.1, the only way in: there is no Unix socket (its path would be too long in many homes). */
  readonly port: number;
  /** Where its log is appended. */
  readonly logFile: string;
  /** Password of the superuser `postgres`; the one it was initialised with. */
  readonly superuserPassword: string;
  /** Shown by `SHOW cluster_name`, after the sandbox's prefix: `odoo-saas-sandbox-<name>`. */
  readonly name: string;
  /** Server settings on top of the sandbox's. Default: none. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Major version. Default: 15. */
  readonly version?: PostgresVersion;
}

/** Many small databases, few clients each; data survives a crash. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "400",
  // Room for 102,400 locks, as docs/security.md asks of every server.
  max_locks_per_transaction: "256",
  shared_buffers: "64MB",
  max_wal_size: "256MB",
  // No replicas here: the least write-ahead log makes CREATE DATABASE cheaper.
  wal_level: "minimal",
  max_wal_senders: "0",
  autovacuum_naptime: "5min",
  jit: "off",
  timezone: "UTC",
  log_timezone: "UTC",
  lc_messages: "C",
  log_line_prefix: "%m [%p] %q%u@%d/%a ",
};

/** Settings for servers that are thrown away: a crash may lose everything, and starting is faster. */
export const THROW_AWAY_SETTINGS: Readonly<Record<string, string>> = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
};

/** How long a server may take to start or stop, in seconds. Measured: 0.3 s; crash recovery takes longest. */
const TIMEOUT_SECONDS = 60;

/** Connection options of a server's superuser. */
export function superuserConnection(server: PostgresServer, database = "postgres"): pg.ClientConfig {
  return {
    host: "127.0.0.1",
    port: server.port,
    user: "postgres",
    password: server.superuserPassword,
    database,
    application_name: "odoo-saas-sandbox",
    connectionTimeoutMillis: 30_000,
  };
}

/** Makes the data folder unless it is there: superuser `postgres`, UTF-8, collation C, passwords by SCRAM only. */
export async function initialisePostgres(server: PostgresServer): Promise<void> {
  if (existsSync(join(server.dataDir, "PG_VERSION"))) return;
  const user = serviceUser();
  const parent = dirname(server.dataDir);
  mkdirSync(parent, { recursive: true });
  const { initdb } = await postgresBinaries(parent, user, server.version);
  // Renamed when it is whole, so that an interrupted run leaves nothing that looks like a server.
  const partial = join(parent, `.${basename(server.dataDir)}.partial`);
  const passwordFile = `${partial}.password`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { mode: 0o700 });
  writeFileSync(passwordFile, `${server.superuserPassword}\n`, { mode: 0o600 });
  try {
    if (user) for (const path of [partial, passwordFile]) chownSync(path, user.uid, user.gid);
    const options = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync", "--username=postgres"];
    await run(initdb, ["-D", partial, `--pwfile=${passwordFile}`, ...options], partial);
    renameSync(partial, server.dataDir);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(partial, { recursive: true, force: true });
  }
}

/**
 * Starts the server in the background unless it runs already, and waits until it answers. What a server that was killed has
 * left is waited for: its sessions, which notice a moment later, and the entry of its process.
 *
 * @returns the process id of the server, which outlives this process.
 * @throws when it does not start, with the end of its log.
 */
export async function startPostgres(server: PostgresServer): Promise<number> {
  await initialisePostgres(server);
  let pid = runningPid(server.dataDir);
  // One that runs may be about to end: then it is started.
  let isOwn = pid === undefined;
  let logBegin = sizeOf(server.logFile);
  pid ??= await spawnServer(server);
  const deadline = Date.now() + TIMEOUT_SECONDS * 1000;
  let lastError = "it did not answer";
  for (let pause = 50; pid !== undefined && Date.now() < deadline;) {
    if (!isAlive(pid)) {
      if (isOwn && !LEFT_BEHIND.test(readFileSync(server.logFile).subarray(logBegin).toString())) break;
      pause = Math.min(pause * 2, 2000);
      await sleep(pause);
      logBegin = sizeOf(server.logFile);
      // Somebody else may have started it meanwhile.
      pid = runningPid(server.dataDir);
      isOwn = pid === undefined;
      pid ??= await spawnServer(server);
      continue;
    }
    const client = new pg.Client(superuserConnection(server));
    client.on("error", () => undefined); // a connection cut while the server starts is the same as a refused one
    try {
      await client.connect();
      await client.end();
      return pid;
    } catch (error) {
      lastError = error instanceof Error ? error.message : String(error);
      // A wrong password stays wrong, and means that another server answers on this port.
      if (error instanceof pg.DatabaseError && error.code === "28P01") break;
      await sleep(50);
    }
  }
  throw new SandboxError(
    `PostgreSQL server ${server.name} did not start on 127.0.0.1:${server.port}: ${lastError}\nThe end of its log (${server.logFile}):\n${tail(server.logFile)}`,
  );
}

/** What a server says that finds parts of one that was killed. */
const LEFT_BEHIND = /lock file "postmaster\.pid" already exists|pre-existing shared memory block .* is still in use/;

async function spawnServer(server: PostgresServer): Promise<number | undefined> {
  const user = serviceUser();
  const { postgres } = await postgresBinaries(dirname(server.dataDir), user, server.version);
  const settings = {
    ...SETTINGS,
    port: String(server.port),
    cluster_name: `${SANDBOX_CLUSTER_PREFIX}-${server.name}`,
    ...server.settings,
  };
  const log = openSync(server.logFile, "a", 0o600);
  const args = Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
  const child = spawn(postgres, ["-D", server.dataDir, ...args], {
    detached: true,
    stdio: ["ignore", log, log],
    cwd: server.dataDir,
    env: { PATH: process.env.PATH, LC_ALL: "C" },
    ...(user && { uid: user.uid, gid: user.gid }),
  });
  closeSync(log);
  child.on("error", () => undefined); // there is no pid then: the caller reports it
  child.unref();
  return child.pid;
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** Stops the server (fast shutdown: sessions are ended, data is written) and waits until it is gone. */
export async function stopPostgres(server: Pick<PostgresServer, "dataDir" | "name">): Promise<void> {
  const pid = runningPid(server.dataDir);
  if (pid === undefined) return;
  process.kill(pid, "SIGINT");
  const deadline = Date.now() + TIMEOUT_SECONDS * 1000;
  while (isAlive(pid)) {
    if (Date.now() > deadline) {
      throw new SandboxError(
        `PostgreSQL server ${server.name} (process ${pid}) did not stop within ${TIMEOUT_SECONDS} s`,
      );
    }
    await sleep(20);
  }
}

/** Process id of the server that runs on a data folder, if one does. */
export function runningPid(dataDir: string): number | undefined {
  const file = join(dataDir, "postmaster.pid");
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, "utf8").split("\n", 1)[0]);
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return undefined;
  try {
    // A server's working directory is its data folder: a process that merely got the same number is not it.
    return readlinkSync(`/proc/${pid}/cwd`) === dataDir ? pid : undefined;
  } catch {
    return process.platform === "linux" ? undefined : pid;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    // A child that ended but was not waited for is still there, as a zombie.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return process.platform !== "linux";
  }
}

function tail(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n").slice(-15).join("\n") : "(there is none)";
}

async function run(program: string, args: string[], cwd: string): Promise<void> {
  const user = serviceUser();
  const child = spawn(program, args, {
    cwd,
    env: { PATH: process.env.PATH, LC_ALL: "C" },
    stdio: ["ignore", "pipe", "pipe"],
    ...(user && { uid: user.uid, gid: user.gid }),
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
  const status = await new Promise<number | string>((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) => resolve(code ?? signal ?? "?"));
  });
  if (status !== 0) throw new SandboxError(`${program} failed (${status}):\n${output.trim()}`);
}
