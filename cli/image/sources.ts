import { cpSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { ModuleSource } from "./contents.ts";
import { runProgram } from "./process.ts";

/** Where repositories are got from, as `<base>/<owner>/<name>`; this variable names a mirror. */
export const GIT_BASE_VARIABLE = "ODOO_SAAS_GIT_BASE";

/**
 * Gets modules out of their repositories, at the commits that are pinned: git compares the content with the commit.
 *
 * @param folder an empty folder to work in
 * @param into folder that the modules' folders come into
 * @throws ImageError when a repository or its commit cannot be had, or has no such folder.
 */
export function checkOutSources(
  folder: string,
  into: string,
  sources: readonly ModuleSource[],
  env: NodeJS.ProcessEnv,
): void {
  const base = env[GIT_BASE_VARIABLE] ?? "https://github.com";
  mkdirSync(into, { recursive: true });
  for (const { repository, commit, modules } of sources) {
    const cwd = join(folder, repository.replace("/", "+"));
    mkdirSync(cwd, { recursive: true });
    const git = (...args: string[]): string => runProgram("git", args, { cwd, env, section: "a-source-cannot-be-had" });
    git("init", "--quiet");
    git("fetch", "--quiet", "--depth", "1", "--no-tags", `${base}/${repository}`, commit);
    git("checkout", "--quiet", commit, "--", ...Object.values(modules));
    for (const [name, path] of Object.entries(modules)) cpSync(join(cwd, path), join(into, name), { recursive: true });
    rmSync(cwd, { recursive: true });
  }
}
