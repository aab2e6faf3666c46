import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { git } from "../../lib/git.ts";
import { commitOf } from "./tree.ts";
import type { GitHub, Opened } from "./github.ts";

/** Files to propose, and what is said of them. */
export interface PullRequest {
  readonly branch: string;
  readonly title: string;
  readonly body: string;
  /** Texts by path from the project's root. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Proposes files by a pull request against `main`: a commit on a branch of its own, pushed to `origin`. Done again, it finds
 * the same branch and pull request.
 *
 * @throws GitError, DeliveryError
 */
export async function proposeFiles(
  root: string,
  github: GitHub,
  { branch, title, body, files }: PullRequest,
): Promise<Opened> {
  const from = commitOf(root, "HEAD");
  const robot = ["-c", "user.name=odoo-saas", "-c", "user.email=odoo-saas@users.noreply.github.com"];
  git(root, ["checkout", "--quiet", "-B", branch, from]);
  try {
    writeFiles(root, files);
    git(root, ["add", "--", ...Object.keys(files)]);
    git(root, [...robot, "commit", "--quiet", "--allow-empty", "--message", title]);
    git(root, ["push", "--quiet", "--force", "origin", `HEAD:refs/heads/${branch}`]);
  } finally {
    git(root, ["checkout", "--quiet", "--detach", from]);
  }
  return await github.openPull(branch, "main", title, body);
}

/** Writes files. @param files texts by path from the root */
export function writeFiles(root: string, files: Readonly<Record<string, string>>): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
}
