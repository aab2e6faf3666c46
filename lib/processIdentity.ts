import { readFileSync } from "node:fs";
import { runSync } from "./process.ts";

/** What Linux says of a process. @throws Error when there is no such process */
export function processStat(pid: number): {
  readonly state: string;
  readonly parent: number;
  readonly started: string;
} {
  // proc(5): the name, in parentheses, may hold anything; after it come state (3rd field), parent, and start time (22nd).
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return { state: fields[0] ?? "", parent: Number(fields[1]), started: fields[19] ?? "" };
}

/**
 * What tells a process from a later one with the same number: when it started, and in which run of the machine.
 *
 * @returns undefined when there is no such process, or only what is left of it until its parent looks (a zombie).
 */
export function processIdentity(pid: number): string | undefined {
  if (process.platform === "linux") {
    try {
      const { state, started } = processStat(pid);
      if (state === "Z" || state === "X") return undefined;
      return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${started}`;
    } catch {
      return undefined;
    }
  }
  try {
    return (
      runSync("ps", ["-o", "lstart=", "-p", String(pid)])
        .stdout.toString("utf8")
        .trim() || undefined
    );
  } catch {
    return undefined;
  }
}
