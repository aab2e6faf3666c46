import { z } from "zod";
import { GithubError, NO_CONTENT, notFound, ok, route } from "../http.ts";
import type { Call, Route } from "../http.ts";
import { rulesFor } from "../protection.ts";
import { now } from "../state.ts";
import type { Repository } from "../state.ts";
import { hasPassed } from "./checks.ts";
import { noreply } from "./contents.ts";
import { issues } from "./issues.ts";
import { ends, findPull } from "./pulls.ts";
import type { Pull } from "./pulls.ts";
import { verdicts } from "./reviews.ts";

export const mergeRoutes: readonly Route[] = [
  route("GET /repos/:owner/:repo/pulls/:number/merge", "pull_requests:read", (call) => {
    if (findPull(call).pull.merge === undefined) throw notFound();
    return NO_CONTENT;
  }),
  route("PUT /repos/:owner/:repo/pulls/:number/merge", "contents:write", merge),
];

async function merge(call: Call) {
  const { repository } = call;
  const given = call.body(
    z.object({
      sha: z.string().optional(),
      merge_method: z.enum(["merge", "squash", "rebase"]).default("merge"),
      commit_title: z.string().optional(),
      commit_message: z.string().optional(),
    }),
  );
  const pull = findPull(call);
  const { head } = await ends(repository, pull);
  if (pull.state !== "open" || pull.pull.draft) throw new GithubError(405, "Pull Request is not mergeable");
  if (given.sha !== undefined && given.sha !== head) {
    throw new GithubError(409, "Head branch was modified. Review and try the merge again.");
  }
  const method = given.merge_method === "rebase" ? undefined : given.merge_method;
  const isAllowed =
    method === "squash" ? repository.settings.allow_squash_merge : repository.settings.allow_merge_commit;
  if (method === undefined || !isAllowed) {
    throw new GithubError(405, `${given.merge_method} merges are not allowed on this repository.`);
  }
  const problems = ruleViolations(repository, pull, head, method);
  if (problems.length > 0) {
    throw new GithubError(405, `Repository rule violations found\n\n${problems.join("\n\n")}\n\n`);
  }
  const title = given.commit_title ?? `${pull.title} (#${pull.number})`;
  const message = [title, given.commit_message ?? ""].filter((part) => part !== "").join("\n\n");
  const base = (await repository.git.branch(pull.pull.base)) ?? "";
  const sha = await repository.git.merge(pull.pull.base, head, {
    method,
    message,
    author: noreply(call.account.login),
  });
  const issue = issues(repository).get(pull.number) ?? pull;
  issue.state = "closed";
  issue.closed_at = now();
  pull.pull.closedAt = { head, base };
  pull.pull.merge = { sha, by: call.account, at: now() };
  if (repository.settings.delete_branch_on_merge)
    await repository.git.setRef(`refs/heads/${pull.pull.head}`, undefined);
  return ok({ sha, merged: true, message: "Pull Request successfully merged" });
}

/** What the rulesets of the base branch miss: approvals, checks, a linear history. */
function ruleViolations(repository: Repository, pull: Pull, head: string, method: "merge" | "squash"): string[] {
  const rules = rulesFor(repository, `refs/heads/${pull.pull.base}`);
  const said = verdicts(repository, pull.number);
  const approvals = said.filter(
    (review) => review.state === "APPROVED" && (!rules.dismissStale || review.commit_id === head),
  );
  const waiting = rules.checks.filter((name) => !hasPassed(repository, head, name));
  return [
    ...(approvals.length < rules.approvals
      ? [`At least ${rules.approvals} approving review is required by reviewers with write access.`]
      : []),
    ...(rules.approvals > 0 && said.some((review) => review.state === "CHANGES_REQUESTED")
      ? ["Changes have been requested."]
      : []),
    ...waiting.map((name) => `Required status check "${name}" is expected.`),
    ...(method === "merge" && rules.types.has("required_linear_history")
      ? ["This branch must not contain merge commits."]
      : []),
  ];
}
