import { createHash } from "node:crypto";
import { mkdir, link, readFile, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { processStat } from "../../lib/processIdentity.ts";

/** Prints one line for a person; never called when there is nothing to do. */
export type Log = (line: string) => void;

/**
 * The folder that downloads and builds are kept in: `ODOO_SANDBOX_CACHE`, else `/var/cache/odoo-saas-sandbox` for root,
 * else `odoo-saas-sandbox` in `XDG_CACHE_HOME` (default `~/.cache`).
 */
export function cacheRoot(env: NodeJS.ProcessEnv = process.env, uid: number | undefined = process.getuid?.()): string {
  const chosen = env["ODOO_SANDBOX_CACHE"];
  if (chosen !== undefined && chosen !== "") return chosen;
  if (uid === 0) return "/var/cache/odoo-saas-sandbox";
  const xdg = env["XDG_CACHE_HOME"];
  return join(xdg === undefined || xdg === "" ? join(homedir(), ".cache") : xdg, "odoo-saas-sandbox");
}

/** Whether something is at `path`. */
export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** SHA-256 over a value's JSON and, recursively and in order of names, over the files of a folder; 16 hex digits. */
export async function keyOf(value: unknown, folder?: string): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify(value));
  if (folder !== undefined) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    for (const file of files.sort()) hash.update(`\0${file.slice(folder.length)}\0`).update(await readFile(file));
  }
  return hash.digest("hex").slice(0, 16);
}

/**
 * Makes a folder whole or not at all: `make` fills a temporary folder beside it, which is renamed when it is done. Two
 * processes never make the same folder at once: the second waits, and finds it made.
 */
export async function publish(dir: string, log: Log, make: (temporary: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(dir), { recursive: true });
  await withLock(`${dir}.lock`, log, async () => {
    if (await exists(dir)) return;
    await removeLeftovers(dir);
    const temporary = `${dir}.tmp-${process.pid}`;
    try {
      await mkdir(temporary);
      await make(temporary);
      await rename(temporary, dir);
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  });
}

/** What interrupted processes left of this folder; the lock is held, so that no temporary folder is in use. */
async function removeLeftovers(dir: string): Promise<void> {
  for (const name of await readdir(dirname(dir))) {
    const request = name.startsWith(`${basename(dir)}.lock-`)
      ? Number(name.split(".lock-")[1]?.split("-")[0])
      : undefined;
    const isDead = request !== undefined && startOf(request) === undefined;
    if (!isDead && !name.startsWith(`${basename(dir)}.tmp-`)) continue;
    await rm(join(dirname(dir), name), { recursive: true, force: true });
  }
}

/** The process that holds a lock: its id, and its start as the kernel counts it, since ids are used again. */
interface Holder {
  readonly pid: number;
  readonly started: string;
}

/** Field 22 of /proc/<pid>/stat; "" where there is no /proc; undefined when no such process runs. */
function startOf(pid: number): string | undefined {
  try {
    return processStat(pid).started;
  } catch {
    try {
      process.kill(pid, 0);
      return "";
    } catch (error) {
      return error instanceof Error && "code" in error && error.code === "EPERM" ? "" : undefined;
    }
  }
}

/** Counts this process's requests for locks: each has a file of its own. */
let requests = 0;

async function withLock(file: string, log: Log, work: () => Promise<void>): Promise<void> {
  const mine = `${file}-${process.pid}-${++requests}`;
  await writeFile(mine, JSON.stringify({ pid: process.pid, started: startOf(process.pid) ?? "" } satisfies Holder));
  try {
    for (let logged = false; !(await take(mine, file)); logged = true) {
      const holder = await readHolder(file);
      if (holder !== undefined && startOf(holder.pid) !== holder.started) {
        await removeStale(file, `${mine}.stale`, holder);
        continue;
      }
      if (!logged) log(`${basename(file, ".lock")}: process ${holder?.pid ?? "?"} is making it; waiting for that …`);
      await sleep(500);
    }
    try {
      await work();
    } finally {
      await rm(file, { force: true });
    }
  } finally {
    await rm(mine, { force: true });
  }
}

/** Takes a dead process's lock away; when another has done so and holds it already, its lock is put back. */
async function removeStale(file: string, aside: string, dead: Holder): Promise<void> {
  await rename(file, aside).catch(() => undefined);
  const moved = await readHolder(aside);
  if (moved !== undefined && moved.pid !== dead.pid) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}

/** A hard link appears with its content, and fails when the name is taken. */
async function take(mine: string, file: string): Promise<boolean> {
  try {
    await link(mine, file);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    const parsed: unknown = JSON.parse(await readFile(file, "utf8"));
    if (typeof parsed !== "object" || parsed === null || !("pid" in parsed) || !("started" in parsed)) return undefined;
    return typeof parsed.pid === "number" && typeof parsed.started === "string"
      ? { pid: parsed.pid, started: parsed.started }
      : undefined;
  } catch {
    return undefined; // released meanwhile
  }
}
