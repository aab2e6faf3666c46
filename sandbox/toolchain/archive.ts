import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { cacheRoot, exists, publish } from "./cache.ts";
import type { Log } from "./cache.ts";
import { ensureParts, folderOf } from "./ensure.ts";
import { allParts } from "./parts.ts";
import type { Group, Part } from "./parts.ts";
import { CommandFailed, run } from "./process.ts";
import { psycopg2Part } from "./psycopg2.ts";
import { ToolchainError } from "./toolchainError.ts";

/** What an import did. */
export interface Imported {
  /** Names of parts that are in the cache now. */
  readonly added: readonly string[];
  /** Folders of the archive that are not parts of this version of the project for this machine. */
  readonly others: readonly string[];
}

/**
 * Installs groups of programs, core included, and packs them for another machine with the same system and processor.
 *
 * @param file to write: a gzipped tar archive
 * @param parts default: the groups' and the driver of PostgreSQL for Python
 * @throws ToolchainError
 */
export async function exportToolchain(
  groups: readonly Group[],
  file: string,
  log: Log,
  { cache = cacheRoot(), parts }: { readonly cache?: string; readonly parts?: readonly Part[] } = {},
): Promise<void> {
  const wanted = parts ?? [
    ...allParts().filter(({ group }) => group === "core" || groups.includes(group)),
    await psycopg2Part(),
  ];
  const ready = await ensureParts(wanted, { log, cache });
  for (const { part, source } of ready) {
    if (source === "path") log(`${part.name} is your own, installed outside of the cache: not exported`);
  }
  const folders = ready.filter(({ source }) => source !== "path").map(({ dir }) => basename(dir));
  log(`Packing ${folders.length} parts into ${file} …`);
  await run("tar", ["-czf", resolve(file), "-C", join(cache, "parts"), ...folders]);
}

/**
 * Puts the parts of an archive into the cache. Parts that are there stay as they are. The programs are run as they are in the
 * archive: import only what you or people you trust have exported.
 *
 * @param parts that this project needs. Default: all groups' and the driver of PostgreSQL for Python
 * @throws ToolchainError if the archive cannot be read, or has no part for this machine
 */
export async function importToolchain(
  file: string,
  log: Log,
  { cache = cacheRoot(), parts }: { readonly cache?: string; readonly parts?: readonly Part[] } = {},
): Promise<Imported> {
  const known = await foldersOf(cache, parts ?? [...allParts(), await psycopg2Part()]);
  await mkdir(join(cache, "parts"), { recursive: true });
  const unpacked = await mkdtemp(join(cache, "import-"));
  try {
    await run("tar", ["-xzf", resolve(file), "-C", unpacked]).catch((error: unknown) => {
      if (!(error instanceof CommandFailed)) throw error;
      throw new ToolchainError(
        `${file} cannot be unpacked, expected an archive of npx odoo-saas sandbox toolchain --export: ${error.message}`,
      );
    });
    const added: string[] = [];
    const others: string[] = [];
    for (const folder of await readdir(unpacked)) {
      const dir = join(cache, "parts", folder);
      const name = known.get(dir);
      if (name === undefined) others.push(folder);
      else {
        if (!(await exists(dir))) await publish(dir, log, (temporary) => replace(temporary, join(unpacked, folder)));
        added.push(name);
      }
    }
    if (added.length === 0) {
      throw new ToolchainError(
        `${file} has no part for this machine and this version of the project, expected one that was exported from the same commit, system and processor`,
      );
    }
    return { added: added.sort(), others: others.sort() };
  } finally {
    await rm(unpacked, { recursive: true, force: true });
  }
}

async function replace(temporary: string, made: string): Promise<void> {
  await rm(temporary, { recursive: true });
  await rename(made, temporary);
}

/** Names of parts by the folders that they may have. */
async function foldersOf(cache: string, parts: readonly Part[]): Promise<ReadonlyMap<string, string>> {
  const folders = new Map<string, string>();
  for (const part of parts) {
    for (const installer of part.installers) {
      if (installer.source !== "path") folders.set(await folderOf(cache, part, installer), part.name);
    }
  }
  return folders;
}
