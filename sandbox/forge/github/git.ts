import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runGit } from "./gitProcess.ts";
import { GithubError } from "./answer.ts";

/** Who commits for the server. */
export interface Person {
  readonly name: string;
  readonly email: string;
}

/** A commit as git shows it. */
export interface Commit {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Person & { readonly date: string };
  readonly message: string;
}

/** An entry of a folder. */
export interface Entry {
  readonly type: string;
  readonly sha: string;
  readonly path: string;
}

/** A file that differs between two commits. */
export interface ChangedFile {
  readonly filename: string;
  readonly status: "added" | "modified" | "removed";
  readonly additions: number;
  readonly deletions: number;
}

const STATUSES: Readonly<Record<string, ChangedFile["status"]>> = {
  A: "added",
  M: "modified",
  D: "removed",
  T: "modified",
};

/** A bare repository on disk, changed by git itself; clones and pushes go to its folder. */
export class BareRepository {
  /** Where to clone from and to push to. */
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Makes an empty one. */
  static async create(folder: string, defaultBranch: string): Promise<BareRepository> {
    await mkdir(folder, { recursive: true });
    const repository = new BareRepository(folder);
    await repository.git(["init", "--quiet", "--bare", `--initial-branch=${defaultBranch}`, folder]);
    return repository;
  }

  /** Runs git in it; its answer without the last line break. */
  async git(args: readonly string[], options: { env?: NodeJS.ProcessEnv; input?: string } = {}): Promise<string> {
    return (await runGit(this.folder, args, options)).toString("utf8").replace(/\n$/, "");
  }

  /** The commit that a branch, tag or name of a commit stands for. */
  async resolve(ref: string): Promise<string | undefined> {
    return this.git(["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`]).catch(() => undefined);
  }

  /** The tip of a branch. */
  branch(name: string): Promise<string | undefined> {
    return this.resolve(`refs/heads/${name}`);
  }

  /** References below a prefix such as `refs/heads/`. */
  async refs(prefix: string): Promise<{ ref: string; sha: string }[]> {
    const lines = await this.git(["for-each-ref", "--format=%(refname) %(objectname)", prefix]);
    return lines
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => {
        const [ref = "", sha = ""] = line.split(" ");
        return { ref, sha };
      });
  }

  /** Moves, makes or (undefined) deletes a reference. */
  async setRef(ref: string, sha: string | undefined): Promise<void> {
    await this.git(sha === undefined ? ["update-ref", "-d", ref] : ["update-ref", ref, sha]);
  }

  async commit(sha: string): Promise<Commit> {
    const text = await this.git(["show", "--no-patch", "--format=%T%x00%P%x00%an%x00%ae%x00%aI%x00%B", sha]);
    const [tree = "", parents = "", name = "", email = "", date = "", message = ""] = text.split("\0");
    return {
      sha,
      tree,
      parents: parents.split(" ").filter((parent) => parent !== ""),
      author: { name, email, date },
      message: message.trimEnd(),
    };
  }

  /** Commits from one (not included) to another, the newest first. */
  async log(from: string, to: string): Promise<Commit[]> {
    const shas = await this.git(["rev-list", `${from}..${to}`]);
    return Promise.all(
      shas
        .split("\n")
        .filter((sha) => sha !== "")
        .map((sha) => this.commit(sha)),
    );
  }

  /** Whether one commit is another's ancestor, or the same. */
  async isAncestor(ancestor: string, of: string): Promise<boolean> {
    return this.git(["merge-base", "--is-ancestor", ancestor, of]).then(
      () => true,
      () => false,
    );
  }

  mergeBase(one: string, other: string): Promise<string> {
    return this.git(["merge-base", one, other]);
  }

  /** What differs. */
  async changes(from: string, to: string): Promise<ChangedFile[]> {
    const [statuses, counts] = await Promise.all([
      this.git(["diff", "--no-renames", "--name-status", from, to]),
      this.git(["diff", "--no-renames", "--numstat", from, to]),
    ]);
    const lines = counts.split("\n").map((line) => line.split("\t"));
    return statuses
      .split("\n")
      .filter((line) => line !== "")
      .map((line, index) => {
        const [status = "M", filename = ""] = line.split("\t");
        const [additions, deletions] = lines[index] ?? [];
        return {
          filename,
          status: STATUSES[status] ?? "modified",
          additions: Number(additions) || 0,
          deletions: Number(deletions) || 0,
        };
      });
  }

  /** The difference as text, of one file or of all. */
  diff(from: string, to: string, path?: string): Promise<string> {
    return this.git(["diff", "--no-renames", from, to, ...(path === undefined ? [] : ["--", path])]);
  }

  /** What a path is in a commit; undefined when it is not there. */
  async entry(commit: string, path: string): Promise<Entry | undefined> {
    if (path === "") return { type: "tree", sha: await this.git(["rev-parse", `${commit}^{tree}`]), path };
    return (await this.#list(["ls-tree", "-z", commit, "--", path]))[0];
  }

  /** Entries of a folder. */
  entries(tree: string): Promise<Entry[]> {
    return this.#list(["ls-tree", "-z", tree]);
  }

  async #list(args: readonly string[]): Promise<Entry[]> {
    return (await this.git(args)).split("\0").flatMap((line) => {
      const [, type = "", sha = "", path = ""] = /^\d+ (\w+) ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
      return path === "" ? [] : [{ type, sha, path }];
    });
  }

  blob(sha: string): Promise<Buffer> {
    return runGit(this.folder, ["cat-file", "blob", sha]);
  }

  /**
   * Commits a change of one file to a branch; undefined as content removes it.
   *
   * @returns the commit
   */
  async commitFile(
    branch: string,
    path: string,
    content: Buffer | undefined,
    { message, author }: { message: string; author: Person },
  ): Promise<string> {
    const parent = await this.branch(branch);
    const scratch = await mkdtemp(join(tmpdir(), "github-index-"));
    try {
      const env = { GIT_INDEX_FILE: join(scratch, "index") };
      if (parent !== undefined) await this.git(["read-tree", parent], { env });
      if (content === undefined) await this.git(["update-index", "--force-remove", "--", path], { env });
      else {
        const file = await this.git(["hash-object", "-w", "--stdin"], { input: content.toString("utf8") });
        await this.git(["update-index", "--add", "--cacheinfo", `100644,${file},${path}`], { env });
      }
      const commit = await this.#commitTree(
        await this.git(["write-tree"], { env }),
        parent ? [parent] : [],
        message,
        author,
      );
      await this.setRef(`refs/heads/${branch}`, commit);
      return commit;
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }

  /**
   * Merges a commit into a branch.
   *
   * @param method `squash` makes one commit, `merge` a commit with two parents
   * @throws GithubError when they conflict
   */
  async merge(
    branch: string,
    head: string,
    { method, message, author }: { method: "merge" | "squash"; message: string; author: Person },
  ): Promise<string> {
    const base = await this.branch(branch);
    if (base === undefined) throw new GithubError(405, "Base branch was deleted");
    const tree = await this.git(["merge-tree", "--write-tree", base, head]).catch(() => {
      throw new GithubError(405, "Pull Request is not mergeable");
    });
    const commit = await this.#commitTree(tree, method === "squash" ? [base] : [base, head], message, author);
    await this.setRef(`refs/heads/${branch}`, commit);
    return commit;
  }

  /** Whether the two can be merged without a conflict. */
  async isMergeable(base: string, head: string): Promise<boolean> {
    return this.git(["merge-tree", "--write-tree", base, head]).then(
      () => true,
      () => false,
    );
  }

  #commitTree(tree: string, parents: readonly string[], message: string, author: Person): Promise<string> {
    const env = {
      GIT_AUTHOR_NAME: author.name,
      GIT_AUTHOR_EMAIL: author.email,
      GIT_COMMITTER_NAME: "GitHub",
      GIT_COMMITTER_EMAIL: "noreply@github.com",
    };
    return this.git(["commit-tree", tree, ...parents.flatMap((parent) => ["-p", parent]), "-m", message], { env });
  }
}
