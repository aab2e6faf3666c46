import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import {
  chmodSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { z } from "zod";
import type { OwnOdoo } from "./ownOdoo.ts";
import type { ContainerSpec } from "./spec.ts";

/** Where a container finds the programs that stand for the image's. */
const PROGRAMS = "/opt/odoo-own";
/** User and group of the image. */
const [UID, GID] = [100, 101];

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
 * container's command, variables and mounts, user 100 without capabilities, everything else of this machine read-only, and
 * the user's Odoo as command `odoo`. What differs from a node: the network is this machine's, and resources have no limits.
 *
 * @throws Error when a variable comes from somewhere else than a value.
 */
export async function startContainer(
  container: ContainerSpec,
  { odoo, volumes, programs, log }: Surroundings,
): Promise<RunningContainer> {
  const command = [...(container.command ?? []), ...(container.args ?? [])];
  if (command.length === 0) throw new Error(`container ${container.name} has no command`);
  writePrograms(programs, odoo);
  const mounts = new Map<string, { folder: string; readOnly: boolean }>();
  for (const { name, mountPath, readOnly } of container.volumeMounts ?? []) {
    const folder = volumes.get(name);
    if (folder === undefined)
      throw new Error(`container ${container.name} mounts ${name}, which the pod does not have`);
    mounts.set(mountPath, { folder, readOnly: readOnly ?? false });
  }
  const binds = [...mounts].flatMap(([path, { folder, readOnly }]) => [
    readOnly ? "--ro-bind" : "--bind",
    folder,
    path,
  ]);
  const path = [
    PROGRAMS,
    dirname(odoo.python),
    "/usr/local/sbin",
    "/usr/local/bin",
    "/usr/sbin",
    "/usr/bin",
    "/sbin",
    "/bin",
  ];
  const variables: Record<string, string> = { LANG: "C.UTF-8", PATH: path.join(delimiter), HOME: "/tmp" };
  for (const { name, value, valueFrom } of container.env ?? []) {
    if (valueFrom !== undefined)
      throw new Error(`container ${container.name}: variable ${name} has no value of its own`);
    variables[name] = name === "PATH" ? `${path.slice(0, 2).join(delimiter)}${delimiter}${value ?? ""}` : (value ?? "");
  }
  const taken = new Set([...mounts.keys(), PROGRAMS, "/proc", "/dev", "/tmp"]);
  // What a mount or the empty /tmp would hide.
  const hidden = [odoo.checkout, dirname(dirname(odoo.python)), ...odoo.addons].filter((folder) =>
    [...taken].some((mount) => folder.startsWith(`${mount}/`)),
  );
  const args = [
    ...["--unshare-user", "--uid", String(UID), "--gid", String(GID), "--unshare-pid", "--as-pid-1"],
    ...["--die-with-parent", "--cap-drop", "ALL", "--new-session", "--clearenv", "--info-fd", "3"],
    ...Object.entries(variables).flatMap(([name, value]) => ["--setenv", name, value]),
    ...readOnlyMachine("/", taken),
    ...["--proc", "/proc", "--dev", "/dev"],
    ...(mounts.has("/tmp") ? [] : ["--tmpfs", "/tmp"]),
    ...binds,
    ...["--ro-bind", programs, PROGRAMS],
    ...hidden.flatMap((folder) => ["--ro-bind", folder, folder]),
    "--",
    ...command,
  ];
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

/** Arguments that show this machine's folders read-only, but for the places that mounts take. */
function readOnlyMachine(folder: string, taken: ReadonlySet<string>): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (taken.has(path)) return [];
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined || stat.isSocket()) return [];
    if (stat.isSymbolicLink()) return ["--symlink", readlinkSync(path), path];
    const holdsMounts = [...taken].some((mount) => mount.startsWith(`${path}/`));
    if (holdsMounts) return ["--dir", path, ...readOnlyMachine(path, taken)];
    return ["--ro-bind", path, path];
  });
}

/** Programs that the image has: `odoo`, and `python3` with Odoo's packages. */
function writePrograms(folder: string, { checkout, python, addons }: OwnOdoo): void {
  mkdirSync(folder, { recursive: true });
  const paths = [...addons, join(checkout, "addons")].join(",");
  const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  // Behind the arguments: a subcommand such as shell must come first.
  const odoo = `#!/bin/sh\nexec ${quote(python)} -B ${quote(join(checkout, "odoo-bin"))} "$@" --addons-path=${quote(paths)}\n`;
  for (const [name, text] of Object.entries({ odoo, python3: `#!/bin/sh\nexec ${quote(python)} "$@"\n` })) {
    const file = join(folder, name);
    // Written once per Odoo: another container of the pod may be reading it.
    if (!existsSync(file) || readFileSync(file, "utf8") !== text) writeFileSync(file, text);
    chmodSync(file, 0o755);
  }
}
