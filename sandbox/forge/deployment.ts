import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SandboxError } from "../instance.ts";
import type { Instance } from "../instance.ts";
import { lockHolder } from "../lock.ts";
import { firstErrorLine, runCommand } from "./program.ts";
import type { DeployResult } from "./requestProcess.ts";

/** How long another command is waited for, in minutes: a first start builds programs. */
const LOCKED_MINUTES = 60;
const PAUSE_MS = 1000;

/** What a command says that finds another one at work on the sandbox. */
const BUSY = /works on this sandbox|has been updating stack/;

/**
 * Waits until no command works on a sandbox.
 *
 * @throws SandboxError when one does for too long
 */
export async function waitUntilUnlocked(home: string): Promise<void> {
  const deadline = Date.now() + LOCKED_MINUTES * 60_000;
  for (let holder = lockHolder(home); holder !== undefined; holder = lockHolder(home)) {
    if (Date.now() > deadline) {
      throw new SandboxError(
        `Process ${holder} has worked on this sandbox (${home}) for ${LOCKED_MINUTES} minutes: wait until it is done, or stop it.`,
      );
    }
    await sleep(PAUSE_MS);
  }
}

/** Updates the sandbox to its checkout's files by `sandbox up`, when no other command works on it. */
export async function deploySandbox(instance: Instance, folder: string, env: NodeJS.ProcessEnv): Promise<DeployResult> {
  for (;;) {
    await waitUntilUnlocked(instance.home);
    const file = join(folder, "deploy.log");
    const { status, text } = await runCommand(instance.checkout, ["sandbox", "up", "--suppress-outputs"], {
      file,
      env,
    });
    if (status === 0) return { ok: true };
    // Another command was faster.
    if (!BUSY.test(text)) return { ok: false, reason: `${firstErrorLine(text)} (all of it: ${file})` };
    await sleep(PAUSE_MS);
  }
}
