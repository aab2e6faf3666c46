import { cpSync, mkdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import type { ModuleFixes } from "../../config/schemas/fixes.ts";
import type { ModuleSource } from "./contents.ts";
import { applyFixes } from "./fixes.ts";
import { runProgram } from "./process.ts";

/** Where repositories are got from, as `<base>/<owner>/<name>`; this variable names a mirror. */
export const GIT_BASE_VARIABLE = "ODOO_SAAS_GIT_BASE";

/**
 * Gets modules out of their repositories, at the commits that are pinned: git compares the content with the commit. Then
 * applies our edits. What Python has compiled is left out: it may be of other source, which nobody has read.
 *
 * @param folder an empty folder to work in
 * @param into folder that the modules' folders come into
 * @param fixes edits by module
 * @throws ImageError when a repository or its commit cannot be had, or has no such folder, or an edit does not fit.
 */
export async function checkOutSources(
  folder: string,
  into: string,
  sources: readonly ModuleSource[],
  fixes: ReadonlyMap<string, ModuleFixes>,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const base = env[GIT_BASE_VARIABLE] ?? "https://github.com";
  mkdirSync(into, { recursive: true });
  for (const { repository, commit, modules } of sources) {
    const cwd = join(folder, repository.replace("/", "+"));
    mkdirSync(cwd, { recursive: true });
    const git = (...args: string[]) => runProgram("git", args, { cwd, env, section: "a-source-cannot-be-had" });
    await git("init", "--quiet");
    await git("fetch", "--quiet", "--depth", "1", "--no-tags", `${base}/${repository}`, commit);
    await git("checkout", "--quiet", commit, "--", ...Object.values(modules));
    for (const [name, path] of Object.entries(modules)) {
      cpSync(join(cwd, path), join(into, name), { recursive: true, filter: (file) => !isCompiled(file) });
    }
    applyFixes(into, fixes, Object.keys(modules));
    rmSync(cwd, { recursive: true });
  }
}

function isCompiled(file: string): boolean {
  return basename(file) === "__pycache__" || file.endsWith(".pyc");
}
