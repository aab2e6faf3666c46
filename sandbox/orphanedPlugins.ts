import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Instance } from "./instance.ts";
import { processStat } from "../lib/processIdentity.ts";

interface Process {
  readonly pid: number;
  readonly parent: number;
  /** Its program, as it was called. */
  readonly program: string;
}

/**
 * The providers of this sandbox whose engine is gone. An engine that is killed cannot stop them: they stay, and what they were
 * asked for goes on, noted by nobody.
 */
export function orphanedPlugins(instance: Pick<Instance, "home">): readonly number[] {
  const folder = join(instance.home, "pulumi/home/plugins/");
  const all = processes();
  const programs = new Map(all.map(({ pid, program }) => [pid, program]));
  return all
    .filter(({ program, parent }) => program.startsWith(folder) && basename(programs.get(parent) ?? "") !== "pulumi")
    .map(({ pid }) => pid);
}

/** Ends the providers whose engine is gone. Returns how many there were. */
export function endOrphanedPlugins(instance: Pick<Instance, "home">): number {
  const orphans = orphanedPlugins(instance);
  for (const pid of orphans) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended by itself meanwhile.
    }
  }
  return orphans.length;
}

function processes(): Process[] {
  if (process.platform !== "linux") {
    return execFileSync("ps", ["-axo", "pid=,ppid=,command="], { encoding: "utf8" })
      .split("\n")
      .flatMap((line) => {
        const [, pid, parent, program] = /^\s*(\d+)\s+(\d+)\s+(\S+)/.exec(line) ?? [];
        return program === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), program }];
      });
  }
  const pids = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry));
  return pids.map(Number).flatMap((pid) => {
    try {
      const [program = ""] = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      return [{ pid, parent: processStat(pid).parent, program }];
    } catch {
      return []; // It ended meanwhile.
    }
  });
}
