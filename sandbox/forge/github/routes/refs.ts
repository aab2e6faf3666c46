import { z } from "zod";
import { created, GithubError, NO_CONTENT, notFound, ok, page, route } from "../http.ts";
import type { Call, Route } from "../http.ts";
import type { Commit } from "../git.ts";
import type { GithubState, Repository } from "../state.ts";
import { requireUnprotected } from "../protection.ts";

export const refRoutes: readonly Route[] = [
  route("GET /repos/:owner/:repo/git/ref/*ref", "contents:read", async (call) => {
    const ref = `refs/${call.param("ref")}`;
    const sha = await call.repository.git.resolve(ref);
    if (sha === undefined) throw notFound();
    return ok(refJson(call, ref, sha));
  }),
  route("GET /repos/:owner/:repo/git/matching-refs/*ref", "contents:read", async (call) => {
    const all = await call.repository.git.refs("refs/");
    const found = all.filter(({ ref }) => ref.startsWith(`refs/${call.param("ref")}`));
    return page(
      call,
      found.map(({ ref, sha }) => refJson(call, ref, sha)),
    );
  }),
  route("POST /repos/:owner/:repo/git/refs", "contents:write", async (call) => {
    const { ref, sha } = call.body(z.object({ ref: z.string().startsWith("refs/"), sha: z.string() }));
    const { git } = call.repository;
    if ((await git.resolve(ref)) !== undefined) throw new GithubError(422, "Reference already exists");
    if ((await git.resolve(sha)) === undefined) throw new GithubError(422, "Object does not exist");
    await git.setRef(ref, sha);
    return created(refJson(call, ref, sha));
  }),
  route("PATCH /repos/:owner/:repo/git/refs/*ref", "contents:write", async (call) => {
    const ref = `refs/${call.param("ref")}`;
    const { sha, force } = call.body(z.object({ sha: z.string(), force: z.boolean().default(false) }));
    const { git } = call.repository;
    const present = await git.resolve(ref);
    if (present === undefined) throw new GithubError(422, "Reference does not exist");
    requireUnprotected(call.repository, ref);
    if (!force && !(await git.isAncestor(present, sha))) throw new GithubError(422, "Update is not a fast forward");
    await git.setRef(ref, sha);
    return ok(refJson(call, ref, sha));
  }),
  route("DELETE /repos/:owner/:repo/git/refs/*ref", "contents:write", async (call) => {
    const ref = `refs/${call.param("ref")}`;
    const { git } = call.repository;
    if ((await git.resolve(ref)) === undefined) throw new GithubError(422, "Reference does not exist");
    requireUnprotected(call.repository, ref);
    await git.setRef(ref, undefined);
    return NO_CONTENT;
  }),
  route("GET /repos/:owner/:repo/branches", "contents:read", async (call) => {
    const refs = await call.repository.git.refs("refs/heads/");
    return page(
      call,
      refs.map(({ ref, sha }) => ({ name: ref.slice("refs/heads/".length), commit: { sha } })),
    );
  }),
  route("GET /repos/:owner/:repo/branches/*branch", "contents:read", async (call) => {
    const name = call.param("branch");
    const sha = await call.repository.git.branch(name);
    if (sha === undefined) throw new GithubError(404, "Branch not found");
    const commit = commitJson(call.state, call.repository, await call.repository.git.commit(sha));
    return ok({ name, commit, protected: false });
  }),
  route("GET /repos/:owner/:repo/commits", "contents:read", async (call) => {
    const { git, settings } = call.repository;
    const tip = await git.resolve(call.query("sha") ?? settings.default_branch);
    if (tip === undefined) throw new GithubError(409, "Git Repository is empty.");
    const path = call.query("path");
    const shas = await git.git(["rev-list", tip, ...(path === undefined ? [] : ["--", path])]);
    const commits = shas.split("\n").filter((sha) => sha !== "");
    return page(
      call,
      await Promise.all(commits.map(async (sha) => commitJson(call.state, call.repository, await git.commit(sha)))),
    );
  }),
  route("GET /repos/:owner/:repo/compare/:range", "contents:read", async (call) => {
    const [base = "", head = ""] = call.param("range").split("...");
    const { git } = call.repository;
    const [from, to] = await Promise.all([git.resolve(base), git.resolve(head)]);
    if (from === undefined || to === undefined) throw notFound();
    const merge = await git.mergeBase(from, to);
    const [ahead, behind, files] = await Promise.all([git.log(from, to), git.log(to, from), git.changes(merge, to)]);
    return ok({
      status:
        ahead.length > 0 ? (behind.length > 0 ? "diverged" : "ahead") : behind.length > 0 ? "behind" : "identical",
      ahead_by: ahead.length,
      behind_by: behind.length,
      total_commits: ahead.length,
      merge_base_commit: { sha: merge },
      commits: ahead.reverse().map((commit) => commitJson(call.state, call.repository, commit)),
      files,
    });
  }),
];

function refJson(call: Call, ref: string, sha: string) {
  return {
    ref,
    url: `${call.state.url}/repos/${call.repository.fullName}/git/${ref}`,
    object: { type: "commit", sha },
  };
}

/** A commit, as answers have it. */
export function commitJson(
  state: GithubState,
  { fullName }: Repository,
  { sha, tree, parents, author, message }: Commit,
) {
  return {
    sha,
    url: `${state.url}/repos/${fullName}/commits/${sha}`,
    html_url: `${state.url}/${fullName}/commit/${sha}`,
    commit: { message, author, committer: author, tree: { sha: tree } },
    author: null,
    committer: null,
    parents: parents.map((parent) => ({ sha: parent })),
  };
}
