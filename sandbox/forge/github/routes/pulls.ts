import { z } from "zod";
import { created, GithubError, notFound, ok, page, route } from "../http.ts";
import type { Call, Route } from "../http.ts";
import { now, perRepository } from "../state.ts";
import type { Account, GithubState, Repository } from "../state.ts";
import { addIssue, issues, markdown } from "./issues.ts";
import type { Issue } from "./issues.ts";
import { commitJson } from "./refs.ts";
import { accountJson, repositoryJson } from "./repositories.ts";

/** What a pull request has beside what every issue has. */
export interface PullPart {
  readonly head: string;
  base: string;
  draft: boolean;
  reviewers: string[];
  /** The head once it is closed, and its branch perhaps gone. */
  closedAt: { readonly head: string; readonly base: string } | undefined;
  merge: { readonly sha: string; readonly by: Account; readonly at: string } | undefined;
}

/** A pull request; its branches are in this repository. */
export type Pull = Issue & { readonly pull: PullPart };

/** What the repository's pull requests have beside what every issue has, by number. */
export const pullParts = perRepository(() => new Map<number, PullPart>());

const BASE = "/repos/:owner/:repo/pulls";

export const pullRoutes: readonly Route[] = [
  route(`GET ${BASE}`, "pull_requests:read", async (call) => {
    const state = call.query("state") ?? "open";
    const head = call.query("head");
    const base = call.query("base");
    const found = pullsOf(call.repository).filter(
      (pull) =>
        (state === "all" || pull.state === state) &&
        (head === undefined || head === `${call.repository.owner.login}:${pull.pull.head}`) &&
        (base === undefined || base === pull.pull.base),
    );
    if (call.query("direction") !== "asc") found.reverse();
    return page(call, await Promise.all(found.map((pull) => pullJson(call.state, call.repository, pull))));
  }),
  route(`POST ${BASE}`, "pull_requests:write", async (call) => {
    const given = call.body(
      z.object({
        title: z.string(),
        body: markdown.nullable().default(null),
        head: z.string(),
        base: z.string(),
        draft: z.boolean().default(false),
      }),
    );
    return created(await pullJson(call.state, call.repository, await openPull(call, given)));
  }),
  route(`GET ${BASE}/:number`, "pull_requests:read", async (call) =>
    ok(await pullJson(call.state, call.repository, findPull(call))),
  ),
  route(`PATCH ${BASE}/:number`, "pull_requests:write", async (call) => {
    const given = call.body(
      z
        .object({ title: z.string(), body: markdown.nullable(), state: z.enum(["open", "closed"]), base: z.string() })
        .partial(),
    );
    const pull = findPull(call);
    const issue = issues(call.repository).get(pull.number) ?? pull;
    issue.title = given.title ?? issue.title;
    if (given.body !== undefined) issue.body = given.body;
    pull.pull.base = given.base ?? pull.pull.base;
    issue.updated_at = now();
    if (given.state === "closed" && issue.state === "open") await close(call.repository, pull, issue);
    if (given.state === "open" && pull.pull.merge === undefined) {
      issue.state = "open";
      issue.closed_at = null;
      pull.pull.closedAt = undefined;
    }
    return ok(await pullJson(call.state, call.repository, findPull(call)));
  }),
  route(`GET ${BASE}/:number/files`, "pull_requests:read", async (call) => {
    const { git } = call.repository;
    const { base, head } = await ends(call.repository, findPull(call));
    const from = await git.mergeBase(base, head);
    const files = await git.changes(from, head);
    const withPatch = files.map(async (file) => {
      const patch = await git.diff(from, head, file.filename);
      return { ...file, changes: file.additions + file.deletions, patch: patch.slice(patch.indexOf("@@")) };
    });
    return page(call, await Promise.all(withPatch));
  }),
  route(`GET ${BASE}/:number/commits`, "pull_requests:read", async (call) => {
    const { base, head } = await ends(call.repository, findPull(call));
    const commits = await call.repository.git.log(base, head);
    return page(
      call,
      commits.reverse().map((commit) => commitJson(call.state, call.repository, commit)),
    );
  }),
  route(`POST ${BASE}/:number/requested_reviewers`, "pull_requests:write", async (call) => {
    const { reviewers } = call.body(z.object({ reviewers: z.array(z.string()).default([]) }));
    const pull = findPull(call);
    pull.pull.reviewers = [...new Set([...pull.pull.reviewers, ...reviewers])];
    return created(await pullJson(call.state, call.repository, pull));
  }),
];

/** The pull request that a path names, joined with what it has as an issue. */
export function findPull(call: Call): Pull {
  const pull = pullsOf(call.repository).find(({ number }) => number === Number(call.param("number")));
  if (pull === undefined) throw notFound();
  return pull;
}

/** The repository's pull requests, the oldest first. */
export function pullsOf(repository: Repository): Pull[] {
  return [...pullParts(repository)].flatMap(([number, pull]) => {
    const issue = issues(repository).get(number);
    return issue === undefined ? [] : [{ ...issue, pull }];
  });
}

/** The head commit: the branch's tip while it is open. */
export async function headOf(repository: Repository, { pull }: Pull): Promise<string> {
  return pull.closedAt?.head ?? (await repository.git.branch(pull.head)) ?? "";
}

/** Both ends: the branches' tips while it is open. */
export async function ends(repository: Repository, pull: Pull): Promise<{ base: string; head: string }> {
  return {
    base: pull.pull.closedAt?.base ?? (await repository.git.branch(pull.pull.base)) ?? "",
    head: await headOf(repository, pull),
  };
}

async function openPull(
  call: Call,
  given: { title: string; body: string | null; head: string; base: string; draft: boolean },
): Promise<Pull> {
  const { repository } = call;
  const invalid = (field: string, message?: string) =>
    new GithubError(422, "Validation Failed", [
      { resource: "PullRequest", code: message === undefined ? "invalid" : "custom", field, message },
    ]);
  const head = given.head.replace(`${repository.owner.login}:`, "");
  const [from, to] = await Promise.all([repository.git.branch(head), repository.git.branch(given.base)]);
  if (from === undefined) throw invalid("head");
  if (to === undefined) throw invalid("base");
  const same = pullsOf(repository).find(
    (pull) => pull.state === "open" && pull.pull.head === head && pull.pull.base === given.base,
  );
  if (same !== undefined) {
    throw invalid("head", `A pull request already exists for ${repository.owner.login}:${head}.`);
  }
  if ((await repository.git.log(to, from)).length === 0) {
    throw invalid("head", `No commits between ${given.base} and ${head}`);
  }
  const issue = addIssue(call, given, true);
  const pull: PullPart = {
    head,
    base: given.base,
    draft: given.draft,
    reviewers: [],
    closedAt: undefined,
    merge: undefined,
  };
  pullParts(repository).set(issue.number, pull);
  return { ...issue, pull };
}

async function close(repository: Repository, pull: Pull, issue: Issue): Promise<void> {
  pull.pull.closedAt = await ends(repository, pull);
  issue.state = "closed";
  issue.closed_at = now();
}

/** A pull request, as answers have it. */
export async function pullJson(state: GithubState, repository: Repository, pull: Pull) {
  const { pull: part, user, assignees, ...issue } = pull;
  const { base, head } = await ends(repository, pull);
  const url = `${state.url}/repos/${repository.fullName}/pulls/${pull.number}`;
  const isOpen = pull.state === "open";
  const mergeable = isOpen ? await repository.git.isMergeable(base, head) : null;
  const repo = repositoryJson(state, repository);
  const end = (ref: string, sha: string) => ({ ref, sha, label: `${repository.owner.login}:${ref}`, repo });
  return {
    ...issue,
    isPull: undefined,
    user: accountJson(state, user),
    assignees: assignees.map((login) => ({ login })),
    draft: part.draft,
    head: end(part.head, head),
    base: end(part.base, base),
    requested_reviewers: part.reviewers.map((login) => accountJson(state, state.account(login))),
    merged: part.merge !== undefined,
    merged_at: part.merge?.at ?? null,
    merged_by: part.merge === undefined ? null : accountJson(state, part.merge.by),
    merge_commit_sha: part.merge?.sha ?? null,
    mergeable,
    mergeable_state: mergeable === null ? "unknown" : mergeable ? "clean" : "dirty",
    url,
    html_url: `${state.url}/${repository.fullName}/pull/${pull.number}`,
    diff_url: `${state.url}/${repository.fullName}/pull/${pull.number}.diff`,
  };
}
