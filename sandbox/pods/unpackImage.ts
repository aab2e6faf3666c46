import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { SandboxError } from "../instance.ts";
import { CommandFailed, run } from "../toolchain/process.ts";

/** Container engines that know `create`, `export` and `rm`. */
const ENGINES = ["docker", "podman"];
/** How often a line says how far it is, in milliseconds. */
const PROGRESS_EVERY = 10_000;
const MIB = 1024 ** 2;

/** What {@link unpackImage} works with. */
export interface UnpackOptions {
  /** Default: this process's. */
  readonly env?: NodeJS.ProcessEnv;
  /** Called with each line about the progress, the engine's own included. */
  readonly log: (line: string) => void;
}

/**
 * Unpacks an image's file system into a folder: `create`, `export` and `rm` of the engine, which pulls an image that it does not
 * have. The files belong to whoever calls, so that a container that is run as that user may read them all.
 *
 * @param image name or digest, as the engine takes it
 * @param folder an empty one
 * @throws SandboxError when there is no engine, or when it or tar fails; the log has the reason
 */
export async function unpackImage(
  image: string,
  folder: string,
  { env = process.env, log }: UnpackOptions,
): Promise<void> {
  const engine = await findEngine(env);
  if (engine === undefined)
    throw new SandboxError(
      `${ENGINES.join(" and ")} are not on PATH, expected one of them to unpack ${image}: export it elsewhere and use --root`,
    );
  log(`${engine} create ${image} …`);
  const creating = spawn(engine, ["create", image], { env, stdio: ["ignore", "pipe", "pipe"] });
  const [created] = await Promise.all([text(creating.stdout), ended(`${engine} create ${image}`, creating, log)]);
  // An engine that pulls may print more before.
  const container = created.trim().split("\n").at(-1) ?? "";
  try {
    const exporting = spawn(engine, ["export", container], { env, stdio: ["ignore", "pipe", "pipe"] });
    // Only root may make devices, and a container's /dev is made when it starts.
    const tar = ["-x", "-C", folder, "--no-same-owner", "--anchored", "--exclude=dev/*", "--exclude=./dev/*"];
    const unpacking = spawn("tar", tar, { env, stdio: ["pipe", "ignore", "pipe"] });
    const begin = Date.now();
    let bytes = 0;
    exporting.stdout.on("data", (data: Buffer) => (bytes += data.length));
    const report = () => log(`${Math.round(bytes / MIB)} MiB unpacked in ${Math.round((Date.now() - begin) / 1000)} s`);
    const timer = setInterval(report, PROGRESS_EVERY);
    try {
      await Promise.all([
        ended(`${engine} export`, exporting, log),
        ended("tar", unpacking, log),
        // When a program fails, how it ended says more than the broken pipe.
        pipeline(exporting.stdout, unpacking.stdin).catch(() => undefined),
      ]);
    } finally {
      clearInterval(timer);
    }
    report();
  } finally {
    await run(engine, ["rm", container], { env });
  }
}

/** The first engine that can be run. */
async function findEngine(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const engine of ENGINES) {
    try {
      await run(engine, ["--version"], { env });
      return engine;
    } catch (error) {
      if (!(error instanceof CommandFailed)) throw error;
    }
  }
  return undefined;
}

/** Waits for a program's end; its standard error goes to the log. @throws SandboxError unless its status is 0 */
async function ended(command: string, child: ChildProcess, log: (line: string) => void): Promise<void> {
  if (child.stderr !== null) createInterface({ input: child.stderr }).on("line", log);
  await new Promise<void>((done, fail) => {
    child.once("error", fail);
    child.once("close", (status, signal) => {
      if (status === 0) done();
      else fail(new SandboxError(`${command} ended with ${status ?? signal ?? "nothing"}, expected status 0`));
    });
  });
}
