import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { z } from "zod";
import { processIdentity } from "../../lib/processIdentity.ts";

/** Who writes a journal: processes of one machine. */
export const ownerSchema = z.object({
  hostname: z.string(),
  /** Where its process numbers mean something: one run of one machine, and in it one container. */
  space: z.string(),
  processes: z.array(z.object({ pid: z.int().positive(), identity: z.string() })),
});

/** Who writes a journal. */
export type Owner = z.output<typeof ownerSchema>;

/** The owner of what processes of this machine do. */
export function ownerOf(pids: readonly number[]): Owner {
  return {
    hostname: hostname(),
    space: processSpace(),
    processes: pids.map((pid) => ({ pid, identity: processIdentity(pid) ?? "" })),
  };
}

/** Whether an owner's processes still run; `unknown` where their numbers mean nothing. */
export function isRunning({ space, processes }: Owner): boolean | "unknown" {
  if (space !== processSpace()) return "unknown";
  return processes.some(({ pid, identity }) => processIdentity(pid) === identity);
}

function processSpace(): string {
  try {
    const run = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${run} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return hostname();
  }
}
