import {
  closeSync,
  existsSync,
  fstatSync,
  linkSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  watch,
} from "node:fs";
import { basename, dirname } from "node:path";
import { SandboxError } from "./instance.ts";

/**
 * Keeps the last whole version of a state's file. Pulumi's file backend writes beside the state and puts that in its place,
 * but does so too when the disk is full and what it wrote was cut off (gocloud.dev's `Bucket.WriteAll` closes its writer
 * after a failed write, which renames); the `.bak` is overwritten by the cut one a moment later.
 */
export interface StateGuard {
  /** Ends the watch. */
  stop(): void;
}

/** A second name of the last whole version: a link, which needs no room. */
const kept = (file: string): string => `${file}.whole`;

/**
 * Watches a state's file while an update runs.
 *
 * @param onCutOff called when the file was cut off: what the engine does from now on, it cannot write down
 */
export function guardState(file: string, onCutOff: () => void): StateGuard {
  const look = () => {
    try {
      if (hasItsEnd(file)) keep(file);
      else onCutOff();
    } catch {
      // replaced at this moment: there will be another look
    }
  };
  look();
  const watcher = watch(dirname(file), (_event, name) => {
    if (name === basename(file)) look();
  });
  return { stop: () => watcher.close() };
}

/**
 * Puts the last whole version in the place of a state that was cut off.
 *
 * @returns whether that was needed.
 * @throws SandboxError if there is none
 */
export function restoreState(file: string): boolean {
  if (!existsSync(file) || isWhole(file)) return false;
  if (!existsSync(kept(file)) || !isWhole(kept(file))) {
    throw new SandboxError(
      `The state ${file} was cut off, and there is no whole version beside it (${basename(kept(file))}).\n` +
        "See docs/runbooks/interrupted-update.md",
    );
  }
  // What the backend notes of the file (its sum) is the cut one's; it does without.
  rmSync(`${file}.attrs`, { force: true });
  link(kept(file), file);
  return true;
}

function keep(file: string): void {
  link(file, kept(file));
}

/** Gives a file another name in place of what has it, in one step. */
function link(from: string, to: string): void {
  const partial = `${to}.partial`;
  rmSync(partial, { force: true });
  linkSync(from, partial);
  renameSync(partial, to);
  // Two names of one file are left as they are by a rename.
  rmSync(partial, { force: true });
}

/** The end of a checkpoint: the braces of its metadata, of `latest`, of `checkpoint` and its own. */
const END = /"metadata":\s*\{[^{}]*\}\s*\}\s*\}\s*\}\s*$/;
const END_BYTES = 512;

/** Looks at the end alone: this is asked each time that the engine has made something. */
function hasItsEnd(file: string): boolean {
  const descriptor = openSync(file, "r");
  try {
    const { size } = fstatSync(descriptor);
    const end = Buffer.alloc(Math.min(size, END_BYTES));
    readSync(descriptor, end, 0, end.length, size - end.length);
    return END.test(end.toString("latin1"));
  } finally {
    closeSync(descriptor);
  }
}

function isWhole(file: string): boolean {
  try {
    JSON.parse(readFileSync(file, "utf8"));
    return true;
  } catch {
    return false;
  }
}
