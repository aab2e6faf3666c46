import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  writeFileSync,
} from "node:fs";
import { delimiter, dirname, join } from "node:path";
import type { OdooCheckout, OdooRoot, OwnOdoo } from "./ownOdoo.ts";

/** Where a container finds the programs that stand for the image's. */
const PROGRAMS = "/opt/odoo-own";
/** User and group of the image. */
const [UID, GID] = [100, 101];
/** Folders of commands, as images of Debian and Ubuntu name them. */
const FOLDERS = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
/** Files that a kubelet writes into a container, so that names are looked up as the node does. */
const NODE_FILES = ["/etc/hosts", "/etc/resolv.conf"];

/** A folder of this machine that a container has. */
export interface Mount {
  readonly folder: string;
  readonly readOnly: boolean;
}

/** What a command runs in. */
export interface Inside {
  readonly odoo: OwnOdoo;
  /** Folder for programs that stand where the image has its own. */
  readonly programs: string;
  /** By the path that they have there. */
  readonly mounts: ReadonlyMap<string, Mount>;
  /** Variables beside the image's own. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Arguments of `bwrap` that run a command as a container would: user 100 without capabilities, a process namespace of its own,
 * a read-only file system but for the mounts, and no variable of this process. The file system is this machine's with the
 * checkout's `odoo` and `python3`, or the root's, which has its own.
 */
export function bubblewrapArguments(
  { odoo, programs, mounts, variables }: Inside,
  command: readonly string[],
): string[] {
  const base = odoo.kind === "checkout" ? ofCheckout(odoo, programs, mounts) : ofRoot(odoo, mounts);
  const path = [...base.path, variables["PATH"] ?? FOLDERS.join(delimiter)].join(delimiter);
  return [
    ...["--unshare-user", "--uid", String(UID), "--gid", String(GID), "--unshare-pid", "--as-pid-1"],
    ...["--die-with-parent", "--cap-drop", "ALL", "--new-session", "--clearenv", "--chdir", "/"],
    ...Object.entries({ HOME: "/tmp", ...base.variables, ...variables, PATH: path }).flatMap(([name, value]) => [
      "--setenv",
      name,
      value,
    ]),
    ...base.files,
    ...["--proc", "/proc", "--dev", "/dev"],
    ...(mounts.has("/tmp") ? [] : ["--tmpfs", "/tmp"]),
    ...[...mounts].flatMap(([at, { folder, readOnly }]) => [readOnly ? "--ro-bind" : "--bind", folder, at]),
    ...base.over,
    "--",
    ...command,
  ];
}

/** What depends on where the Odoo is. */
interface Base {
  /** Folders of commands before the others. */
  readonly path: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  /** Arguments that make the file system, without what mounts hide. */
  readonly files: readonly string[];
  /** Arguments for what is seen although a mount has its place. */
  readonly over: readonly string[];
}

function ofCheckout(odoo: OdooCheckout, programs: string, mounts: ReadonlyMap<string, Mount>): Base {
  writePrograms(programs, odoo);
  const taken = placesTaken(mounts, [PROGRAMS]);
  // What a mount or the empty /tmp would hide.
  const hidden = [odoo.checkout, dirname(dirname(odoo.python)), ...odoo.addons].filter((folder) =>
    [...taken].some((mount) => folder.startsWith(`${mount}/`)),
  );
  return {
    path: [PROGRAMS, dirname(odoo.python)],
    variables: { LANG: "C.UTF-8" },
    files: readOnly("/", "/", taken),
    over: ["--ro-bind", programs, PROGRAMS, ...hidden.flatMap((folder) => ["--ro-bind", folder, folder])],
  };
}

function ofRoot({ root }: OdooRoot, mounts: ReadonlyMap<string, Mount>): Base {
  const files = NODE_FILES.filter((file) => existsSync(file));
  return {
    path: [],
    // What the official image sets: a root has no configuration that says so.
    variables: { LANG: "en_US.UTF-8", ODOO_RC: "/etc/odoo/odoo.conf" },
    files: readOnly(root, "/", placesTaken(mounts, files)),
    over: files.flatMap((file) => ["--ro-bind", realpathSync(file), file]),
  };
}

function placesTaken(mounts: ReadonlyMap<string, Mount>, more: readonly string[]): ReadonlySet<string> {
  return new Set([...mounts.keys(), ...more, "/proc", "/dev", "/tmp"]);
}

/** Arguments that show a folder of a root read-only, but for the places that mounts take. */
function readOnly(root: string, folder: string, taken: ReadonlySet<string>): string[] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = join(folder, name);
    if (taken.has(path)) return [];
    const source = join(root, path);
    const stat = lstatSync(source, { throwIfNoEntry: false });
    if (stat === undefined || stat.isSocket()) return [];
    if (stat.isSymbolicLink()) return ["--symlink", readlinkSync(source), path];
    const holdsMounts = [...taken].some((mount) => mount.startsWith(`${path}/`));
    if (holdsMounts) return ["--dir", path, ...readOnly(root, path, taken)];
    return ["--ro-bind", source, path];
  });
}

/** Programs that the image has: `odoo`, and `python3` with Odoo's packages. */
function writePrograms(folder: string, { checkout, python, addons }: OdooCheckout): void {
  mkdirSync(folder, { recursive: true });
  const paths = [...addons, join(checkout, "addons")].join(",");
  // Behind the arguments: a subcommand such as shell must come first.
  const odoo = `#!/bin/sh\nexec ${quote(python)} -B ${quote(join(checkout, "odoo-bin"))} "$@" --addons-path=${quote(paths)}\n`;
  for (const [name, text] of Object.entries({ odoo, python3: `#!/bin/sh\nexec ${quote(python)} "$@"\n` }))
    writeProgram(join(folder, name), text);
}

function writeProgram(file: string, text: string): void {
  // Written once per Odoo: another container of the pod may be reading it.
  if (!existsSync(file) || readFileSync(file, "utf8") !== text) writeFileSync(file, text);
  chmodSync(file, 0o755);
}

/**
 * Writes a script that runs the Odoo's command `odoo` with the script's arguments, as a container would.
 *
 * @param folder where the script is written; the command may write there and nowhere else
 * @returns the script, as a shell reads it
 */
export function writeOdooCommand(odoo: OwnOdoo, folder: string): string {
  const inside = {
    odoo,
    programs: join(folder, "programs"),
    mounts: new Map([[folder, { folder, readOnly: false }]]),
    variables: {},
  };
  const words = ["bwrap", ...bubblewrapArguments(inside, ["odoo"])].map(quote).join(" ");
  const file = join(folder, "odoo");
  writeProgram(file, `#!/bin/sh\nexec ${words} "$@"\n`);
  return quote(file);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
