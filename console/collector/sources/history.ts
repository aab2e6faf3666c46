import { GitError, git } from "../../../lib/git.ts";
import type { Database } from "../../database/connect.ts";
import type { Source } from "../source.ts";

/** Most characters of a file's difference that are kept. */
const MAX_DIFF = 20_000;

/** Rows of one INSERT: PostgreSQL takes 65,535 parameters. */
const BATCH = 1000;
/** Commits that git is asked for at once: their differences are in memory together. */
const COMMITS = 100;

/** Between two commits, and between the parts of one: no text of git has these. */
const [COMMIT, FIELD] = ["\u001e", "\u001f"];

/** Commits that changed tenants' files. */
export function historySource(root: string): Source {
  return {
    name: "history",
    rhythm: 60,
    read: async ({ database, cursor }) => {
      const head = git(root, ["rev-parse", "HEAD"]).toString("utf8").trim();
      if (head === cursor) return { cursor: head, asOf: timeOf(root) };
      const isAll = cursor === undefined || !isAncestor(root, cursor);
      const range = isAll ? head : `${cursor}..${head}`;
      const commits = git(root, ["rev-list", "--no-merges", range, "--", "tenants/"])
        .toString("utf8")
        .split("\n")
        .filter((sha) => sha !== "");
      for (let from = 0; from < commits.length; from += COMMITS) {
        await write(database, rowsOfCommits(root, commits.slice(from, from + COMMITS)));
      }
      if (isAll) {
        // What is left is of a branch that was written again.
        await database
          .deleteFrom("commits")
          .where((builder) => builder.not(builder("sha", "=", builder.fn.any(builder.val(commits)))))
          .execute();
      }
      return { cursor: head, asOf: timeOf(root) };
    },
  };
}

async function write(database: Database, rows: ReturnType<typeof rowsOf>): Promise<void> {
  for (let from = 0; from < rows.length; from += BATCH) {
    await database
      .insertInto("commits")
      .values(rows.slice(from, from + BATCH))
      .onConflict((conflict) => conflict.columns(["sha", "tenant"]).doNothing())
      .execute();
  }
}

function rowsOfCommits(root: string, commits: readonly string[]) {
  const format = `${COMMIT}%H${FIELD}%aI${FIELD}%an${FIELD}%s${FIELD}`;
  const args = ["log", "--no-walk=unsorted", "--stdin", "--no-renames", "-p", `--format=${format}`, "--", "tenants/"];
  return git(root, args, commits.join("\n")).toString("utf8").split(COMMIT).slice(1).flatMap(rowsOf);
}

/** A commit's row for each tenant whose file it changed. @param text one commit of the log */
function rowsOf(text: string) {
  const [sha = "", at = "", author = "", subject = "", diff = ""] = text.split(FIELD);
  return diff.split(/^diff --git /m).flatMap((part) => {
    const [, tenant] = /^a\/tenants\/([a-z0-9-]+)\.yaml /.exec(part) ?? [];
    if (tenant === undefined) return [];
    return [{ sha, tenant, at, author, subject, diff: hunksOf(part).slice(0, MAX_DIFF) }];
  });
}

/** A file's difference without git's own lines about it. */
function hunksOf(part: string): string {
  const from = part.indexOf("@@");
  return from < 0 ? "" : part.slice(from).trimEnd();
}

function isAncestor(root: string, commit: string): boolean {
  try {
    git(root, ["merge-base", "--is-ancestor", commit, "HEAD"]);
    return true;
  } catch (error) {
    // The branch was written again, or the clone is another one.
    if (error instanceof GitError) return false;
    throw error;
  }
}

function timeOf(root: string): Date {
  return new Date(git(root, ["log", "-1", "--format=%cI"]).toString("utf8").trim());
}
