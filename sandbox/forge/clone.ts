import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { git } from "../../lib/git.ts";

/** Settings of the clone, whatever the user's are: nothing is asked, signed or run when the forge commits. */
const SETTINGS = ["commit.gpgSign=false", "core.hooksPath=/dev/null", "core.autocrlf=false"].flatMap((setting) => [
  "--config",
  setting,
]);

/** Makes a clone without files, unless it is there. */
export function prepareClone(clone: string, origin: string): void {
  if (existsSync(join(clone, ".git", "HEAD"))) {
    // What a process that was ended had of it.
    git(clone, ["worktree", "prune"]);
    return;
  }
  rmSync(clone, { recursive: true, force: true });
  git(dirname(clone), ["clone", "--quiet", "--no-checkout", ...SETTINGS, origin, clone]);
}

/** Has a folder with a commit's files, beside the clone, while it is used. */
export async function withTree<T>(clone: string, commit: string, use: (tree: string) => Promise<T>): Promise<T> {
  const scratch = mkdtempSync(join(dirname(clone), "tree-"));
  const tree = join(scratch, "platform");
  try {
    git(clone, ["fetch", "--quiet", "--prune", "origin", "+refs/heads/*:refs/remotes/origin/*"]);
    git(clone, ["worktree", "add", "--quiet", "--detach", tree, commit]);
    return await use(tree);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
    git(clone, ["worktree", "prune"]);
  }
}
