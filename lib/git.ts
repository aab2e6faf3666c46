import { runSync } from "./process.ts";
import { UserError } from "./userError.ts";

/** Git could not tell what was asked; the message is for people. */
export class GitError extends UserError {
  override readonly name = "GitError";
}

/** Runs git in a folder and returns what it printed. @throws GitError with what git said. */
export function git(root: string, args: readonly string[], input: string | Buffer = ""): Buffer {
  const startError = (reason: string) => new GitError(`git could not be started (${reason}): is it installed?`);
  const { status, stdout, stderr } = runSync("git", args, { cwd: root, input, startError });
  if (status !== 0) throw new GitError(`git ${args[0] ?? ""}: ${stderr.trim()}`);
  return stdout;
}

/** Commit that is checked out; undefined outside a repository, or in one without a commit. */
export function headCommit(root: string): string | undefined {
  try {
    return git(root, ["rev-parse", "HEAD"]).toString("utf8").trim();
  } catch (error) {
    if (error instanceof GitError) return undefined;
    throw error;
  }
}

/**
 * Texts of the YAML files of some folders as a commit has them, by path. Nothing is checked out.
 *
 * @param root the project's root, which may be a folder inside the repository
 * @param ref branch, tag or commit
 * @throws GitError when there is no repository or no such commit.
 */
export function filesAt(root: string, ref: string, folders: readonly string[]): ReadonlyMap<string, string> {
  const paths = folders.map((folder) => `${folder}/`);
  return new Map(
    blobs(
      root,
      entriesAt(root, ref, paths).filter(({ path }) => path.endsWith(".yaml")),
    ),
  );
}

/**
 * Texts of everything at or below some paths as a commit has them, by path. Nothing is checked out.
 *
 * @throws GitError when there is no repository or no such commit.
 */
export function textsAt(root: string, ref: string, paths: readonly string[]): ReadonlyMap<string, string> {
  return new Map(blobs(root, entriesAt(root, ref, paths)));
}

interface Entry {
  readonly id: string;
  readonly path: string;
}

function entriesAt(root: string, ref: string, paths: readonly string[]): Entry[] {
  let commit: string;
  try {
    commit = git(root, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`])
      .toString()
      .trim();
  } catch (error) {
    if (error instanceof GitError && error.message !== "git rev-parse: ") throw error;
    throw new GitError(
      `--base is ${JSON.stringify(ref)}, which is no commit here, expected a branch, tag or commit such as origin/main (a shallow clone lacks it: git fetch origin main)`,
    );
  }
  // Paths are relative to the folder that git runs in.
  return git(root, ["ls-tree", "-r", "-z", commit, "--", ...paths])
    .toString("utf8")
    .split("\0")
    .flatMap((entry) => {
      const [, id = "", path = ""] = /^\d+ blob ([0-9a-f]+)\t(.*)$/s.exec(entry) ?? [];
      return path === "" ? [] : [{ id, path }];
    });
}

/** Contents by `git cat-file --batch`: `<id> blob <size>`, a line break, the content, a line break, for each. */
function blobs(root: string, entries: readonly Entry[]): [string, string][] {
  if (entries.length === 0) return [];
  const answer = git(root, ["cat-file", "--batch"], entries.map(({ id }) => `${id}\n`).join(""));
  let offset = 0;
  return entries.map(({ path }) => {
    const end = answer.indexOf("\n", offset);
    const size = Number(answer.toString("utf8", offset, end).split(" ")[2]);
    const text = answer.toString("utf8", end + 1, end + 1 + size);
    offset = end + 1 + size + 1;
    return [path, text];
  });
}
