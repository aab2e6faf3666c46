import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { constants } from "node:os";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { z } from "zod";
import { bubblewrapArguments } from "./bubblewrap.ts";
import type { Mount } from "./bubblewrap.ts";
import type { OwnOdoo } from "./ownOdoo.ts";
import type { ContainerSpec } from "./spec.ts";

/** A container that was started. */
export interface RunningContainer {
  readonly name: string;
  /** Process that it is for this machine; it is 1 to itself. */
  readonly pid: number;
  /** Its exit status; 128 and a signal's number where that ended it. */
  readonly ended: Promise<number>;
  /** Whether it still runs. */
  readonly isRunning: () => boolean;
}

const information = z.object({ "child-pid": z.int() });

/** What a container runs in. */
export interface Surroundings {
  readonly odoo: OwnOdoo;
  /** Folder of each of the pod's volumes. */
  readonly volumes: ReadonlyMap<string, string>;
  /** Folder for programs that stand where the image has its own. */
  readonly programs: string;
  /** File that everything the container prints is appended to. */
  readonly log: string;
}

/**
 * Starts a container of a pod as a process of this machine, in a mount and a process namespace of its own (bubblewrap): the
 * container's command, variables and mounts, user 100 without capabilities, and a file system that is read-only but for the
 * mounts: the image's own, or for a checkout this machine's, with command `odoo`. What differs from a node: the network is this
 * machine's, and resources have no limits.
 *
 * @throws Error when a variable comes from somewhere else than a value.
 */
export async function startContainer(
  container: ContainerSpec,
  { odoo, volumes, programs, log }: Surroundings,
): Promise<RunningContainer> {
  const command = [...(container.command ?? []), ...(container.args ?? [])];
  if (command.length === 0) throw new Error(`container ${container.name} has no command`);
  const mounts = new Map<string, Mount>();
  for (const { name, mountPath, readOnly } of container.volumeMounts ?? []) {
    const folder = volumes.get(name);
    if (folder === undefined)
      throw new Error(`container ${container.name} mounts ${name}, which the pod does not have`);
    mounts.set(mountPath, { folder, readOnly: readOnly ?? false });
  }
  const variables: Record<string, string> = {};
  for (const { name, value, valueFrom } of container.env ?? []) {
    if (valueFrom !== undefined)
      throw new Error(`container ${container.name}: variable ${name} has no value of its own`);
    variables[name] = value ?? "";
  }
  const args = ["--info-fd", "3", ...bubblewrapArguments({ odoo, programs, mounts, variables }, command)];
  mkdirSync(dirname(log), { recursive: true });
  const output = openSync(log, "a");
  const child = spawn("bwrap", args, { stdio: ["ignore", output, output, "pipe"] });
  closeSync(output);
  const ended = new Promise<number>((done, fail) => {
    child.once("error", fail);
    child.once("close", (status, signal) => done(status ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
  const about = await Promise.race([text(readable(child.stdio[3])), ended.then(() => "")]);
  if (about === "") throw new Error(`container ${container.name} did not start, see ${log}`);
  const pid = information.parse(JSON.parse(about))["child-pid"];
  return { name: container.name, pid, ended, isRunning: () => child.exitCode === null && child.signalCode === null };
}

function readable(stream: unknown): Readable {
  if (!(stream instanceof Readable)) throw new TypeError("bwrap's file descriptor 3 is not a pipe");
  return stream;
}
