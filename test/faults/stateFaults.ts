import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { enginePid } from "./processes.ts";
import type { Fault } from "./stage.ts";
import { stateFile } from "../../sandbox/stack.ts";

/** The state's file may not grow: what is written beyond the limit is cut off. Works for every user. */
export const fileLimit: Fault = async ({ world, instance, random }) => {
  // Units of 1024 bytes. A new tenant adds some hundred of them.
  const limit = Math.ceil(statSync(stateFile(instance)).size / 1024) + random.below(40);
  const update = await world.sh(`ulimit -f ${limit} && node odoo-saas.mjs sandbox up --skip-preview`);
  // Pulumi's own words, or those of the service that keeps its journal.
  const proof = /it could not write its state|The state could not be written: EFBIG/.exec(update.output)?.[0];
  return { what: `files limited to ${limit} KiB`, update, proof };
};

/**
 * A disk on which the state finds no more room, at some time before its new size: a file system in memory that only the
 * update sees, whose content is put back afterwards. Needs root, or a kernel that lets users have name spaces.
 */
const ON_SMALL_DISK = `
set -eu
used=$(du -sk "$STATE" | cut -f1)
mount -t tmpfs -o size=$((used + ROOM))k tmpfs "$DISK"
cp -a "$STATE/." "$DISK/"
mount --bind "$DISK" "$STATE"
status=0
node odoo-saas.mjs sandbox up --skip-preview || status=$?
umount "$STATE"
find "$STATE" -mindepth 1 -delete
cp -a "$DISK/." "$STATE/"
exit $status`;

/** No space left for the state. */
export const diskFull: Fault = async ({ world, instance, random }) => {
  // An update writes a copy of the state beside it first, so that room for one is needed to begin at all.
  const room = Math.ceil(statSync(stateFile(instance)).size / 1024) + 20 + random.below(100);
  const disk = mkdtempSync(join(instance.home, "disk-"));
  const state = join(instance.home, "pulumi/state");
  const unshare = process.getuid?.() === 0 ? "unshare --mount" : "unshare --mount --map-root-user";
  try {
    const update = await world.sh(`${unshare} sh -c "$ON_SMALL_DISK"`, {
      ...{ ON_SMALL_DISK, STATE: state, DISK: disk, ROOM: String(room) },
    });
    const proof = /it could not write its state|no space left on device/.exec(update.output)?.[0];
    return { what: `${room} KiB of room on the state's disk`, update, proof };
  } finally {
    rmSync(disk, { recursive: true });
  }
};

/** While one update runs, a second of the same command and one of plain Pulumi are refused. */
export const twoUpdates: Fault = async ({ world, instance }) => {
  let over = false;
  const isOver = () => over;
  const first = world.cli("sandbox up", "--skip-preview").finally(() => (over = true));
  while (enginePid(instance) === undefined && !isOver()) await sleep(20);
  const [second, third] = await Promise.all([
    world.cli("sandbox up", "--skip-preview"),
    world.pulumi("up", "--stack", "sandbox", "--yes", "--skip-preview", "--non-interactive"),
  ]);
  const update = await first;
  assert.equal(update.status, 0, update.output);
  const isRefused =
    second.status === 1 &&
    /Process \d+ works on this sandbox/.test(second.output) &&
    third.status !== 0 &&
    third.output.includes("the stack is currently locked");
  return {
    what: "two more updates while one runs",
    update,
    proof: isRefused ? "both were refused, and named the process in the way" : undefined,
  };
};
