import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { ToolchainError } from "./toolchainError.ts";

/** A change of a module's sources. */
export interface Patch {
  readonly module: string;
  /** Files that are left out, by their paths in the module. */
  readonly remove?: readonly string[];
  /** Own files that are put in, by their paths in the module. */
  readonly add?: Readonly<Record<string, string>>;
  /** What is replaced in files, each exactly once, by their paths in the module. */
  readonly edit?: Readonly<Record<string, readonly (readonly [found: RegExp, replacement: string])[]>>;
}

/**
 * Copies a module's sources and changes the copy.
 *
 * @param from the module's folder, with the sources whose checksum go.sum has
 * @param to a folder that does not exist yet
 * @param own the folder of the files that `add` names
 * @throws ToolchainError if the sources are not as the patch expects
 */
export async function patchModule(patch: Patch, from: string, to: string, own: string): Promise<void> {
  await copySources(from, to);
  const unexpected = (file: string, what: string) =>
    new ToolchainError(`${patch.module}: ${file} ${what}: change its patch in sandbox/toolchain/sandboxPatches.ts`);
  for (const file of patch.remove ?? []) {
    await rm(join(to, file)).catch(() => {
      throw unexpected(file, "does not exist");
    });
  }
  for (const [file, source] of Object.entries(patch.add ?? {})) {
    await writeFile(join(to, file), await readFile(join(own, source)), { flag: "wx" });
  }
  for (const [file, replacements] of Object.entries(patch.edit ?? {})) {
    const path = join(to, file);
    let text = await readFile(path, "utf8");
    for (const [found, replacement] of replacements) {
      const count = [...text.matchAll(new RegExp(found, `${found.flags}g`))].length;
      if (count !== 1) throw unexpected(file, `has ${String(found)} ${count} times, not once`);
      text = text.replace(found, replacement);
    }
    await writeFile(path, text);
  }
}

/** Without tests; the module cache's files and folders are read-only, which the copies are not. */
async function copySources(from: string, to: string): Promise<void> {
  await mkdir(to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory() && entry.name !== "testdata") await copySources(source, target);
    if (entry.isFile() && !entry.name.endsWith("_test.go")) await writeFile(target, await readFile(source));
  }
}
