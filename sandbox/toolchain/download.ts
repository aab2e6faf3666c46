import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";

import { ToolchainError } from "./toolchainError.ts";
import { Unavailable } from "./installer.ts";

/** How long a host has to answer at all before it counts as out of reach, in milliseconds. */
const PATIENCE = 5_000;
const reachable = new Map<string, Promise<void>>();

/** Names of this machine as release files have them: "linux", "amd64". */
export const platform = { os: process.platform, arch: process.arch === "x64" ? "amd64" : process.arch };

/**
 * Where a file is downloaded from: its publisher's address, or below `ODOO_SANDBOX_MIRROR` by host and path, as
 * `https://mirror.example/dl.k8s.io/v1.35.0/…`.
 */
export function mirrored(address: string, env: NodeJS.ProcessEnv = process.env): URL {
  const url = new URL(address);
  const mirror = env["ODOO_SANDBOX_MIRROR"] ?? "";
  return mirror === "" ? url : new URL(`${mirror.replace(/\/+$/, "")}/${url.host}${url.pathname}`);
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause;
  return cause instanceof Error && "code" in cause ? String(cause.code) : error.message;
}

/** Asks a host once a process whether it answers, so that many files of one host do not each wait for the time limit. */
function probe(url: URL): Promise<void> {
  const known = reachable.get(url.origin);
  if (known !== undefined) return known;
  const asked = fetch(url, { method: "HEAD", signal: AbortSignal.timeout(PATIENCE) }).then(
    (response) => response.body?.cancel(),
    (error: unknown) => {
      throw new Unavailable(`${url.host} is out of reach (${reason(error)})`);
    },
  );
  reachable.set(url.origin, asked);
  return asked;
}

/** Whether all of these hosts answer, or the mirror does. @param origins such as `https://dl.k8s.io` */
export async function areReachable(origins: readonly string[]): Promise<boolean> {
  const answers = await Promise.allSettled(origins.map((origin) => probe(mirrored(origin))));
  return answers.every(({ status }) => status === "fulfilled");
}

/** @throws Unavailable when the host is out of reach or has no such file; tries three times when a transfer breaks. */
export async function get<T>(
  address: string,
  cancel: AbortSignal,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  const url = mirrored(address);
  await probe(url);
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await fetch(url, { signal: cancel });
      if (response.ok) return await read(response);
      await response.body?.cancel();
      if (response.status < 500 || attempt === 3) throw new Unavailable(`${url.href} answered ${response.status}`);
    } catch (error) {
      if (error instanceof Unavailable || error instanceof ChecksumMismatch || cancel.aborted) throw error;
      if (attempt === 3) throw new Unavailable(`${url.href} broke off (${reason(error)})`);
    }
    await sleep(attempt * 1_000);
  }
}

/** A download whose content is not what was published: it is removed, and nothing else is tried in its place. */
export class ChecksumMismatch extends ToolchainError {
  override readonly name = "ChecksumMismatch";

  constructor(url: string, expected: string, found: string) {
    super(
      `${url}: the downloaded file has SHA-256 ${found}, expected ${expected}. It was removed. A proxy may have ` +
        "changed it, or the file was replaced: try another network, or ODOO_SANDBOX_TOOLCHAIN=build.",
    );
  }
}

/** Downloads a file and compares its SHA-256 (hexadecimal). */
export async function download(url: string, file: string, sha256: string, cancel: AbortSignal): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await get(url, cancel, async (response) => {
    const hash = createHash("sha256");
    const hashing = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        done(null, chunk);
      },
    });
    if (response.body === null) throw new Unavailable(`${url} answered without content`);
    await pipeline(response.body, hashing, createWriteStream(file));
    const found = hash.digest("hex");
    if (found === sha256.trim().toLowerCase()) return;
    await rm(file, { force: true });
    throw new ChecksumMismatch(url, sha256, found);
  });
}
