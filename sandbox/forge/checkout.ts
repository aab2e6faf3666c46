import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { git } from "../../lib/git.ts";
import type { BareRepository } from "./github/git.ts";
import { runGit } from "./github/gitProcess.ts";

/** Who commits what is in the checkout. */
const AUTHOR = {
  GIT_AUTHOR_NAME: "sandbox",
  GIT_AUTHOR_EMAIL: "sandbox@odoo-saas.invalid",
  GIT_COMMITTER_NAME: "sandbox",
  GIT_COMMITTER_EMAIL: "sandbox@odoo-saas.invalid",
};

/** A merged change of one file. */
export interface MergedFile {
  /** Path from the project's root. */
  readonly path: string;
  /** Its text before the merge; undefined when it was not there. */
  readonly before: string | undefined;
  readonly after: string;
}

/**
 * Makes main what the checkout's files are, as one commit when they differ from it. Reads the checkout only: neither its
 * index nor its files are touched.
 *
 * @param replaced texts of files that main has otherwise, by path
 * @returns the commit of main
 */
export async function takeSnapshot(
  checkout: string,
  repository: BareRepository,
  replaced: Readonly<Record<string, string>>,
): Promise<string> {
  const scratch = mkdtempSync(join(tmpdir(), "odoo-saas-forge-"));
  try {
    const env = { GIT_DIR: repository.folder, GIT_WORK_TREE: checkout, GIT_INDEX_FILE: join(scratch, "index") };
    const files = (await filesOf(checkout, env)).filter((path) => isFile(join(checkout, path)));
    await runGit(checkout, ["update-index", "--add", "-z", "--stdin"], { env, input: files.join("\0") });
    for (const [path, text] of Object.entries(replaced)) {
      const blob = await repository.git(["hash-object", "-w", "--stdin"], { input: text });
      await runGit(checkout, ["update-index", "--add", "--cacheinfo", `100644,${blob},${path}`], { env });
    }
    const tree = await repository.git(["write-tree"], { env: { GIT_INDEX_FILE: env.GIT_INDEX_FILE } });
    const main = await repository.branch("main");
    if (main !== undefined && (await repository.commit(main)).tree === tree) return main;
    const parents = main === undefined ? [] : ["-p", main];
    const args = ["commit-tree", tree, ...parents, "-m", "The checkout's files"];
    const commit = await repository.git(args, { env: AUTHOR });
    await repository.setRef("refs/heads/main", commit);
    return commit;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * Writes a merged file into the checkout, in one step. A file that has the merged text already stays as it is.
 *
 * @returns why it was not written; undefined when it says what was merged
 */
export function writeMergedFile(checkout: string, { path, before, after }: MergedFile): string | undefined {
  const file = join(checkout, path);
  const present = existsSync(file) ? readFileSync(file, "utf8") : undefined;
  if (present === after) return undefined;
  if (present !== before) {
    return (
      `${path} in the checkout is not what the request was made from, expected the text that main had before the merge. ` +
      "It was changed meanwhile: put it back or change it by hand, then ask again with a new id"
    );
  }
  mkdirSync(dirname(file), { recursive: true });
  const partial = `${file}.${process.pid}.partial`;
  writeFileSync(partial, after);
  renameSync(partial, file);
  return undefined;
}

/** Paths of the checkout's files that git has or would take: tracked ones, and others that are not ignored. */
async function filesOf(checkout: string, env: Readonly<Record<string, string>>): Promise<string[]> {
  const args = ["ls-files", "-z", "--others", "--exclude-standard"];
  // A folder that was unpacked is looked at through the forge's repository; a repository by its user's own settings.
  const listed = existsSync(join(checkout, ".git"))
    ? git(checkout, [...args, "--cached"])
    : await runGit(checkout, args, { env });
  return [...new Set(listed.toString("utf8").split("\0"))].filter((path) => path !== "");
}

/** Deleted files are listed too, and folders of other repositories. */
function isFile(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found !== undefined && (found.isFile() || found.isSymbolicLink());
}
