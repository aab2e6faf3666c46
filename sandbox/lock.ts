import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { SandboxError } from "./instance.ts";
import { processIdentity } from "../lib/processIdentity.ts";

const holderSchema = z.object({ pid: z.int(), identity: z.string() });

/**
 * Keeps other commands from changing an instance at the same time. Held until the process ends, however it ends: what a
 * killed one left is recognised.
 *
 * @param home the instance's folder
 * @throws SandboxError when another command holds it.
 */
export function lockInstance(home: string): void {
  const file = join(home, "lock");
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, JSON.stringify({ pid: process.pid, identity: processIdentity(process.pid) ?? "" }), {
    mode: 0o600,
  });
  try {
    for (let tries = 0; ; tries++) {
      try {
        // A link comes to be with its content, and fails when there is one.
        linkSync(mine, file);
        process.once("exit", () => rmSync(file, { force: true }));
        return;
      } catch (error) {
        const holder = readHolder(file);
        const isHeld = holder !== undefined && processIdentity(holder.pid) === holder.identity;
        if (tries > 3 && !isHeld) throw error;
        if (isHeld) {
          throw new SandboxError(
            `Process ${holder.pid} works on this sandbox (${home}): wait until it is done, or stop it.`,
          );
        }
        rmSync(file, { force: true });
      }
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Process id of the command that holds an instance's lock; undefined when none does. */
export function lockHolder(home: string): number | undefined {
  const holder = readHolder(join(home, "lock"));
  return holder !== undefined && processIdentity(holder.pid) === holder.identity ? holder.pid : undefined;
}

function readHolder(file: string): z.infer<typeof holderSchema> | undefined {
  try {
    return holderSchema.safeParse(JSON.parse(readFileSync(file, "utf8"))).data;
  } catch {
    return undefined;
  }
}
