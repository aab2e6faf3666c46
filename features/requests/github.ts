import type { Octokit } from "@octokit/core";
import { isSameLogin } from "../../config/approvers.ts";
import { entriesOf, githubClient } from "../../lib/octokit.ts";
import { RequestRefusal } from "./refusal.ts";

/** The pull requests of one repository. */
export interface Github {
  readonly octokit: Octokit;
  readonly at: { readonly owner: string; readonly repo: string };
}

/** A pull request of a request. */
export interface Pull {
  readonly number: number;
  readonly url: string;
  readonly state: "open" | "closed" | "merged";
  readonly head: string;
  /** The commit that it became; merged ones only. */
  readonly merged: string | undefined;
}

/**
 * The repository that the environment names as GitHub's runners do: `GITHUB_REPOSITORY`, `GITHUB_TOKEN` and, where it is
 * not github.com's, `GITHUB_API_URL`.
 *
 * @throws RequestRefusal when one is missing.
 */
export function githubOf(env: NodeJS.ProcessEnv = process.env): Github {
  const [owner, repo] = (env["GITHUB_REPOSITORY"] ?? "").split("/");
  const auth = env["GITHUB_TOKEN"] ?? "";
  if (!owner || !repo) throw new RequestRefusal("GITHUB_REPOSITORY is not set, expected owner/name", "failed");
  if (auth === "")
    throw new RequestRefusal("GITHUB_TOKEN is not set, expected a token that may write pull requests", "failed");
  return { octokit: githubClient(env["GITHUB_API_URL"] ?? "https://api.github.com", auth), at: { owner, repo } };
}

/** The status of GitHub's refusal; undefined when it is none. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof Error && "status" in error && typeof error.status === "number" ? error.status : undefined;
}

/** The newest pull request that was ever made of a branch, also when the branch is gone. */
export async function pullOf({ octokit, at }: Github, branch: string): Promise<Pull | undefined> {
  const of = { ...at, head: `${at.owner}:${branch}`, state: "all", per_page: 100 } as const;
  const { data } = await octokit.request("GET /repos/{owner}/{repo}/pulls", of);
  const newest = data.filter(({ head }) => head.ref === branch).sort((a, b) => b.number - a.number)[0];
  if (newest === undefined) return undefined;
  const merged = newest.merged_at !== null;
  return {
    number: newest.number,
    url: newest.html_url,
    state: merged ? "merged" : newest.state === "open" ? "open" : "closed",
    head: newest.head.sha,
    merged: merged ? (newest.merge_commit_sha ?? undefined) : undefined,
  };
}

/** The message of a commit. */
export async function messageOf({ octokit, at }: Github, sha: string): Promise<string> {
  const { data } = await octokit.request("GET /repos/{owner}/{repo}/commits", { ...at, sha, per_page: 1 });
  return data[0]?.commit.message ?? "";
}

/** Check runs of a commit. */
export async function checkRunsOf({ octokit, at }: Github, sha: string) {
  return entriesOf(
    async (page) =>
      (
        await octokit.request("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", {
          ...at,
          ref: sha,
          ...page,
        })
      ).data.check_runs,
  );
}

/** Whether a check's conclusion does not stand in a merge's way. One that has not concluded does. */
export function isPassed(conclusion: string | null): boolean {
  return ["success", "neutral", "skipped"].includes(conclusion ?? "");
}

/** A person's last word on a pull request: comments alone do not count. Undefined where there was no review. */
export async function lastReviewOf({ octokit, at }: Github, pull: number, login: string) {
  const of = { ...at, pull_number: pull };
  const reviews = await entriesOf(
    async (page) =>
      (await octokit.request("GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews", { ...of, ...page })).data,
  );
  return reviews
    .filter(({ user, state }) => isSameLogin(user?.login ?? "", login) && state !== "COMMENTED" && state !== "PENDING")
    .at(-1);
}
