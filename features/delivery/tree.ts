import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { git, GitError } from "../../lib/git.ts";
import { runSync } from "../../lib/process.ts";

/** The commit that a branch, tag or commit means. @throws GitError */
export function commitOf(root: string, ref: string): string {
  try {
    return git(root, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`])
      .toString("utf8")
      .trim();
  } catch (error) {
    if (error instanceof GitError && error.message !== "git rev-parse: ") throw error;
    throw new GitError(
      `${JSON.stringify(ref)} is not a commit here, expected a branch, tag or commit such as origin/main (a shallow clone lacks it: fetch-depth: 0)`,
    );
  }
}

/** The commit that two have in common: what a branch changes is measured from there, not from where main has gone since. */
export function mergeBase(root: string, one: string, other: string): string {
  return git(root, ["merge-base", commitOf(root, one), commitOf(root, other)])
    .toString("utf8")
    .trim();
}

/** Paths that differ between a commit and another, from the project's root; both names of what was renamed. */
export function changedPaths(root: string, base: string, head: string): string[] {
  return git(root, ["diff", "--name-only", "--no-renames", "--relative", "-z", base, head])
    .toString("utf8")
    .split("\0")
    .filter((path) => path !== "");
}

/**
 * Runs `use` with a temporary folder that holds a commit's files, and removes it. Nothing is checked out.
 *
 * @throws GitError
 */
export function withTree<Result>(root: string, commit: string, use: (folder: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), "odoo-saas-tree-"));
  try {
    extract(root, commit, folder);
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same for what takes its time. @throws GitError */
export async function withTreeFor<Result>(
  root: string,
  commit: string,
  use: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "odoo-saas-tree-"));
  try {
    extract(root, commit, folder);
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function extract(root: string, commit: string, folder: string): void {
  const { status, stderr } = runSync("tar", ["-x", "-f", "-", "-C", folder], {
    input: git(root, ["archive", "--format=tar", commit]),
    startError: () => new GitError("tar: could not be started"),
  });
  if (status !== 0) throw new GitError(`tar: ${stderr.trim()}`);
}
