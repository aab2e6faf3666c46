import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { chmod, mkdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";

import { ToolchainError } from "./toolchainError.ts";
import { run } from "./process.ts";
import { Unavailable } from "./installer.ts";
import type { Installer } from "./installer.ts";

/** How long a host has to answer at all before it counts as out of reach, in milliseconds. */
const PATIENCE = 5_000;
const reachable = new Map<string, Promise<void>>();

/** Names of this machine as release files have them: "linux", "amd64". */
export const platform = { os: process.platform, arch: process.arch === "x64" ? "amd64" : process.arch };

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

/** Whether all of these hosts answer. @param origins such as `https://dl.k8s.io` */
export async function areReachable(origins: readonly string[]): Promise<boolean> {
  const answers = await Promise.allSettled(origins.map((origin) => probe(new URL(origin))));
  return answers.every(({ status }) => status === "fulfilled");
}

/** @throws Unavailable when the host is out of reach or has no such file; tries three times when a transfer breaks. */
async function get<T>(address: string, cancel: AbortSignal, read: (response: Response) => Promise<T>): Promise<T> {
  const url = new URL(address);
  await probe(url);
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await fetch(url, { signal: cancel });
      if (response.ok) return await read(response);
      await response.body?.cancel();
      if (response.status < 500 || attempt === 3) throw new Unavailable(`${address} answered ${response.status}`);
    } catch (error) {
      if (error instanceof Unavailable || error instanceof ChecksumMismatch || cancel.aborted) throw error;
      if (attempt === 3) throw new Unavailable(`${address} broke off (${reason(error)})`);
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
    await pipeline(Readable.fromWeb(response.body), hashing, createWriteStream(file));
    const found = hash.digest("hex");
    if (found === sha256.trim().toLowerCase()) return;
    await rm(file, { force: true });
    throw new ChecksumMismatch(url, sha256, found);
  });
}

/** Kubernetes' own downloads: a file a program, and `<file>.sha256` beside it. Linux only, as they are. */
export function kubernetesRelease(version: string, programs: readonly string[], base = "https://dl.k8s.io"): Installer {
  const from = `${base}/v${version}/bin/${platform.os}/${platform.arch}`;
  return {
    source: "official",
    doing: `downloading from ${new URL(base).host}`,
    inputs: { from, programs },
    from: [new URL(base).origin],
    async make({ dir, cancel }) {
      for (const program of programs) {
        const sha256 = await get(`${from}/${program}.sha256`, cancel, (response) => response.text());
        await download(`${from}/${program}`, join(dir, program), sha256, cancel);
        await chmod(join(dir, program), 0o755);
      }
    },
  };
}

/**
 * A file of a GitHub release, checked against the digest that GitHub keeps for it (releases before mid-2025 have none,
 * and count as unavailable). A `.tar.gz` is unpacked without its top folder; another file becomes `program`.
 */
export function githubRelease(
  repository: string,
  tag: string,
  asset: string,
  program: string,
  api = "https://api.github.com",
): Installer {
  return {
    source: "official",
    doing: "downloading from github.com",
    inputs: { repository, tag, asset },
    from: [new URL(api).origin],
    async make({ dir, cancel }) {
      const address = `${api}/repos/${repository}/releases/tags/${tag}`;
      const release = await get(address, cancel, (response) => response.json());
      const found = assetOf(release, asset);
      if (found === undefined) throw new Unavailable(`${repository} ${tag} has no ${asset} with a checksum`);
      const archive = asset.endsWith(".tar.gz");
      const file = join(dir, archive ? asset : program);
      await download(found.url, file, found.sha256, cancel);
      if (archive) await unpack(file, dir);
      else await chmod(file, 0o755);
    },
  };
}

function assetOf(release: unknown, name: string): { url: string; sha256: string } | undefined {
  if (typeof release !== "object" || release === null || !("assets" in release)) return undefined;
  if (!Array.isArray(release.assets)) return undefined;
  for (const asset of release.assets as readonly unknown[]) {
    if (typeof asset !== "object" || asset === null || !("name" in asset) || asset.name !== name) continue;
    if (!("digest" in asset) || !("browser_download_url" in asset)) continue;
    const { digest, browser_download_url: url } = asset;
    if (typeof digest !== "string" || typeof url !== "string" || !digest.startsWith("sha256:")) continue;
    return { url, sha256: digest.slice("sha256:".length) };
  }
  return undefined;
}

/** Files whose SHA-256 is pinned here, by the URL they are at; archives are unpacked without their top folder. */
export function pinnedFiles(files: Readonly<Record<string, string>>): Installer {
  const hosts = [...new Set(Object.keys(files).map((url) => new URL(url).host))];
  return {
    source: "official",
    doing: `downloading from ${hosts.join(", ")}`,
    inputs: Object.entries(files).map(([url, sha256]) => [basename(url), sha256]),
    from: [...new Set(Object.keys(files).map((url) => new URL(url).origin))],
    async make({ dir, cancel }) {
      for (const [url, sha256] of Object.entries(files)) {
        const file = join(dir, basename(url));
        await download(url, file, sha256, cancel);
        if (file.endsWith(".tar.gz")) await unpack(file, dir);
      }
    },
  };
}

/** Unpacks an archive without its top folder, and removes it. */
export async function unpack(archive: string, dir: string): Promise<void> {
  await run("tar", ["-xzf", archive, "-C", dir, "--strip-components", "1"]);
  await rm(archive);
}
