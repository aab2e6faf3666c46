import { isSameLogin } from "../../config/approvers.ts";
import { tenantFile } from "../../config/rules/rule.ts";
import type { Requesters } from "../../config/schemas/requesters.ts";
import { git } from "../../lib/git.ts";
import { checkRunsOf, isPassed, lastReviewOf, messageOf, pullOf, statusOf } from "./github.ts";
import type { Github, Pull } from "./github.ts";
import { requireProof } from "./proof.ts";
import { recordOf } from "./record.ts";
import type { RequestRecord } from "./record.ts";
import { RequestRefusal } from "./refusal.ts";
import { branchOf } from "./request.ts";
import type { Request } from "./request.ts";
import { tenantPersonProblem } from "./tenantPerson.ts";
import { changedFile } from "./tenantChange.ts";

/** What a merge is decided by. */
export interface Decision {
  readonly id: string;
  /** The commit that was approved. */
  readonly head: string;
  /** Who may approve, and who may ask, as the base branch says. */
  readonly approvers: readonly string[];
  readonly requesters: Requesters;
  /** A clone of the repository. */
  readonly root: string;
  readonly now: Date;
}

/**
 * Merges a request's pull request when its own commit, and no other, was approved by the person whom the request names, in
 * time, with all checks passed, and the commit makes what the requester signed. One that is merged already is left as it is.
 *
 * @throws RequestRefusal otherwise; nothing is merged then. One that main has overtaken is closed, since it can never be merged.
 */
export async function mergeRequest(github: Github, decision: Decision): Promise<Pull> {
  const { id, head, now } = decision;
  const pull = await requestPull(github, id);
  if (pull.state === "merged") return pull;
  if (pull.state === "closed") throw refuse(`${pull.url} was closed without a merge`);
  if (pull.head !== head) throw refuse(`${pull.url} is at ${pull.head}, expected ${head}, which was approved`);
  const { octokit, at } = github;
  const record = recordOf(await messageOf(github, head));
  const { data: commits } = await octokit.request("GET /repos/{owner}/{repo}/pulls/{pull_number}/commits", {
    ...at,
    pull_number: pull.number,
    per_page: 2,
  });
  if (record?.request.id !== id || commits.length !== 1) {
    throw refuse(`${pull.url} has other commits than the request's own, expected that one alone`);
  }
  requireApprover(record.request, decision.approvers);
  const problem = tenantPersonProblem(record.request);
  if (problem !== undefined) throw refuse(`onBehalfOf: ${problem}`);
  requireProof(record.request, record.proof, decision.requesters);
  requireOwnChange(record, decision);
  await requireApproval(github, pull, record);
  if (now > new Date(record.deadline))
    throw refuse(`${pull.url} was not merged before ${record.deadline}: requests expire without approval`);
  await requireChecks(github, pull);
  try {
    await octokit.request("PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge", {
      ...at,
      pull_number: pull.number,
      sha: head,
      merge_method: "squash",
    });
  } catch (error) {
    if (![405, 409, 422].includes(statusOf(error) ?? 0)) throw error;
    const reason = error instanceof Error ? error.message.replace(/ - https:\S+$/, "") : "";
    const refusal = refuse(
      `GitHub does not merge ${pull.url} (${reason}), expected that the main branch still has the file as it was when the request was opened: ask again with a new id`,
    );
    if (await isOvertaken(github, pull)) await closeRequest(github, id, "the main branch changed meanwhile");
    throw refusal;
  }
  return requestPull(github, id);
}

/**
 * Closes a request's pull request without a merge and removes its branch. One that is closed already is left as it is.
 *
 * @param why for who reads the pull request, one line
 * @throws RequestRefusal when it is merged.
 */
export async function closeRequest(github: Github, id: string, why: string): Promise<Pull> {
  const pull = await requestPull(github, id);
  if (pull.state === "merged") throw refuse(`${pull.url} is merged, and cannot be closed`);
  const { octokit, at } = github;
  if (pull.state === "open") {
    await octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
      ...at,
      issue_number: pull.number,
      body: `Closed without a merge: ${why}. Ask again with a new id.`,
    });
    await octokit.request("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", {
      ...at,
      pull_number: pull.number,
      state: "closed",
    });
  }
  try {
    await octokit.request("DELETE /repos/{owner}/{repo}/git/refs/{ref}", { ...at, ref: `heads/${branchOf(id)}` });
  } catch (error) {
    if (![404, 422].includes(statusOf(error) ?? 0)) throw error;
  }
  return { ...pull, state: "closed" };
}

/** Whether main has moved on in a way that this request's one commit can never follow: GitHub refuses it from now on. */
async function isOvertaken({ octokit, at }: Github, { number }: Pull): Promise<boolean> {
  const { data } = await octokit.request("GET /repos/{owner}/{repo}/pulls/{pull_number}", {
    ...at,
    pull_number: number,
  });
  return ["dirty", "behind"].includes(data.mergeable_state);
}

async function requestPull(github: Github, id: string): Promise<Pull> {
  const pull = await pullOf(github, branchOf(id));
  if (pull === undefined) throw refuse(`request ${id} has no pull request, expected one of branch ${branchOf(id)}`);
  return pull;
}

/** The files may have changed since the request was opened. */
function requireApprover({ requester, onBehalfOf, approver }: Request, approvers: readonly string[]): void {
  if ([requester, onBehalfOf ?? requester].some((login) => isSameLogin(login, approver)))
    throw refuse(`${approver} asked for it, and nobody can approve their own request`);
  if (!approvers.some((login) => isSameLogin(login, approver))) {
    throw refuse(`${approver} is not one of ${approvers.join(", ")} (approvers.yaml)`);
  }
}

/** Anybody who may push could have made the request's branch: its commit is made again, and compared. */
function requireOwnChange({ request, deadline }: RequestRecord, { root, head }: Decision): void {
  const file = tenantFile(request.tenant);
  git(root, ["fetch", "--quiet", "origin", `refs/heads/${branchOf(request.id)}`]);
  const text = (commit: string): string | undefined =>
    git(root, ["ls-tree", commit, "--", file]).length === 0
      ? undefined
      : git(root, ["show", `${commit}:${file}`]).toString("utf8");
  const changed = git(root, ["diff-tree", "--raw", "-r", "--no-renames", "-z", `${head}^`, head]).toString("utf8");
  const isOneFile = /^:(?:000000|100644) 100644 \w+ \w+ [AM]\0([^\0]+)\0$/.exec(changed)?.[1] === file;
  if (isOneFile && text(head) === changedFile(request, text(`${head}^`), new Date(deadline))) return;
  throw refuse(`the commit ${head} changes something other than what ${request.requester} signed (${file})`);
}

async function requireApproval(github: Github, pull: Pull, record: RequestRecord): Promise<void> {
  const { approver } = record.request;
  const { deadline } = record;
  const last = await lastReviewOf(github, pull.number, approver);
  if (last?.state !== "APPROVED") {
    throw refuse(
      `${pull.url} has no approval of ${approver}, the person whom the request names (${last?.state ?? "no review"})`,
    );
  }
  if (last.commit_id !== pull.head)
    throw refuse(`${approver} approved ${last.commit_id ?? "?"}, expected ${pull.head}`);
  if (new Date(last.submitted_at ?? Date.now()) > new Date(deadline)) {
    throw refuse(`${approver} approved ${pull.url} after ${deadline}: requests expire without approval`);
  }
}

async function requireChecks(github: Github, pull: Pull): Promise<void> {
  const runs = await checkRunsOf(github, pull.head);
  const bad = runs.filter(({ conclusion }) => !isPassed(conclusion));
  if (runs.length > 0 && bad.length === 0) return;
  const failed = bad.map(({ name, conclusion, status }) => `${name} (${conclusion ?? status})`).join(", ");
  throw refuse(`${pull.url} has not passed its checks: ${runs.length === 0 ? "there are none" : failed}`);
}

function refuse(message: string): RequestRefusal {
  return new RequestRefusal(message, "approval");
}
