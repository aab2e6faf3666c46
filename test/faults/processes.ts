import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Instance } from "../../sandbox/instance.ts";
import { processIdentity, processStat } from "../../lib/processIdentity.ts";

const lock = z.looseObject({ pid: z.int() });

/** Process id of the engine that holds the stack's lock. */
export function enginePid(instance: Instance): number | undefined {
  const folder = join(instance.home, "pulumi/state/.pulumi/locks/organization/odoo-saas/sandbox");
  if (!existsSync(folder)) return undefined;
  for (const name of readdirSync(folder)) {
    try {
      const { pid } = lock.parse(JSON.parse(readFileSync(join(folder, name), "utf8")));
      if (processIdentity(pid) !== undefined) return pid;
    } catch {
      // being written or removed
    }
  }
  return undefined;
}

/** Process id of who started a process. */
export function parentOf(pid: number): number {
  return processStat(pid).parent;
}

/** Process ids below a process whose command line has a part. */
export function descendants(root: number, part: string): number[] {
  const parents = new Map<number, number>();
  const commands = new Map<number, string>();
  for (const pid of readdirSync("/proc").map(Number).filter(Number.isInteger)) {
    try {
      parents.set(pid, parentOf(pid));
      commands.set(pid, readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " "));
    } catch {
      // ended meanwhile
    }
  }
  const isBelow = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && parent > 1 && (parent === root || isBelow(parent));
  };
  return [...commands].flatMap(([pid, command]) => (command.includes(part) && isBelow(pid) ? [pid] : []));
}

/** Ends processes without a word of warning, in this order. @returns those that ran until then, and run no more. */
export async function kill(pids: readonly number[]): Promise<number[]> {
  const killed = pids.filter((pid) => {
    try {
      return process.kill(pid, "SIGKILL");
    } catch {
      return false; // ended by itself
    }
  });
  while (killed.some((pid) => processIdentity(pid) !== undefined)) await sleep(10);
  return killed;
}
