import { chmod, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";

import { z } from "zod";

import { RELEASE_DIGESTS } from "./digests.ts";
import { download, get, mirrored, platform } from "./download.ts";
import { Unavailable } from "./installer.ts";
import type { Installer } from "./installer.ts";
import { CommandFailed, run } from "./process.ts";

/** Kubernetes' own downloads: a file a program, and `<file>.sha256` beside it. Linux only, as they are. */
export function kubernetesRelease(version: string, programs: readonly string[], base = "https://dl.k8s.io"): Installer {
  const from = `${base}/v${version}/bin/${platform.os}/${platform.arch}`;
  return {
    source: "official",
    doing: downloadingFrom([base]),
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

/** A file that a release publishes. */
export interface ReleaseFile {
  /** Where its publisher has it. A `.tar.gz` is unpacked, a `.bz2` is decompressed; any other file is the program. */
  readonly url: string;
  /** The program that it is, or that it has. */
  readonly program: string;
  /** Path of the program in the archive, which alone is kept. @default all files are, without the archive's top folder */
  readonly member?: string;
}

/** What a test puts in the place of the real ones. */
interface ReleaseSources {
  readonly digests?: Readonly<Record<string, string>>;
  readonly api?: string;
}

const GITHUB_ASSET = /^https?:\/\/[^/]+\/([^/]+\/[^/]+)\/releases\/download\/([^/]+)\/([^/]+)$/;

/**
 * A release's file by the SHA-256 that is pinned here. One of GitHub's releases that has none here is compared with the digest that
 * GitHub keeps for it: releases before mid-2025 have none, and count as unavailable.
 */
export function releaseFile(
  { url, program, member }: ReleaseFile,
  { digests = RELEASE_DIGESTS, api = "https://api.github.com" }: ReleaseSources = {},
): Installer {
  const pinned = digests[url];
  return {
    source: "official",
    doing: downloadingFrom([url]),
    inputs: { url, program, member, pinned },
    from: [new URL(pinned === undefined ? api : url).origin],
    async make({ dir, cancel }) {
      const file = join(dir, basename(url));
      await download(url, file, pinned ?? (await githubDigest(url, api, cancel)), cancel);
      if (url.endsWith(".tar.gz")) await unpack(file, dir, member);
      else if (url.endsWith(".bz2")) await decompress(file, join(dir, program));
      else await rename(file, join(dir, program));
      if (member !== undefined) await takeOut(dir, member, program);
      await chmod(join(dir, program), 0o755);
    },
  };
}

async function githubDigest(url: string, api: string, cancel: AbortSignal): Promise<string> {
  const [, repository, tag, asset] = GITHUB_ASSET.exec(url) ?? [];
  if (repository === undefined || tag === undefined) throw new Unavailable(`${url} has no checksum here`);
  const release = await get(`${api}/repos/${repository}/releases/tags/${tag}`, cancel, (answer) => answer.json());
  const digest = releaseSchema.safeParse(release).data?.assets.find(({ name }) => name === asset)?.digest;
  if (digest?.startsWith("sha256:") !== true) {
    throw new Unavailable(`${repository} ${tag} has no ${asset} with a checksum`);
  }
  return digest.slice("sha256:".length);
}

const releaseSchema = z.looseObject({
  assets: z.array(z.looseObject({ name: z.string(), digest: z.string().nullish() })),
});

/** Files whose SHA-256 is pinned here, by the URL they are at; archives are unpacked without their top folder. */
export function pinnedFiles(files: Readonly<Record<string, string>>): Installer {
  return {
    source: "official",
    doing: downloadingFrom(Object.keys(files)),
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

function downloadingFrom(urls: readonly string[]): string {
  return `downloading from ${[...new Set(urls.map((url) => mirrored(url).host))].join(", ")}`;
}

/** Unpacks an archive without its top folder, or one member of it by its path; and removes the archive. */
async function unpack(archive: string, dir: string, member?: string): Promise<void> {
  const what = member === undefined ? ["--strip-components", "1"] : [member];
  await run("tar", ["-xzf", archive, "-C", dir, ...what]);
  await rm(archive);
}

/** Gives a program of an archive its name, beside nothing else of the archive. */
async function takeOut(dir: string, member: string, program: string): Promise<void> {
  if (member === program) return;
  await rename(join(dir, member), join(dir, program));
  const [top] = member.split("/");
  if (top !== undefined && top !== program) await rm(join(dir, top), { recursive: true });
}

const DECOMPRESS = "import bz2, shutil, sys; shutil.copyfileobj(bz2.open(sys.argv[1]), open(sys.argv[2], 'wb'))";

/** Node has no bzip2, and not every machine has the program. */
async function decompress(file: string, to: string): Promise<void> {
  try {
    await run("python3", ["-c", DECOMPRESS, file, to]);
  } catch (error) {
    if (error instanceof CommandFailed) throw new Unavailable(`python3 cannot read ${basename(file)}`);
    throw error;
  }
  await rm(file);
}
