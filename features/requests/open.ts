import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readText } from "../../config/files.ts";
import { checkStackFiles, loadProjectFiles } from "../../config/index.ts";
import { tenantFile } from "../../config/rules/rule.ts";
import { git } from "../../lib/git.ts";
import { lifecycleReport, markdown } from "../lifecycle/index.ts";
import { messageOf, pullOf, statusOf } from "./github.ts";
import type { Github, Pull } from "./github.ts";
import { commitMessage, recordOf, titleOf } from "./record.ts";
import { RequestRefusal } from "./refusal.ts";
import { branchOf, canonical } from "./request.ts";
import type { Request } from "./request.ts";
import { tenantPersonOf } from "./tenantPerson.ts";
import { changedFile } from "./tenantChange.ts";

/** Where and when a request is opened. */
export interface Opening {
  /** That the requester made the request; checked before. */
  readonly proof: string;
  /** A clone of the repository; its work tree is left alone. */
  readonly root: string;
  /** Branch that the pull request is for. */
  readonly base: string;
  /** When silence becomes a no. */
  readonly deadline: Date;
  readonly now: Date;
}

/** Author of the commits, where git's own variables say no other. */
const AUTHOR = ["-c", "user.name=odoo-saas requests", "-c", "user.email=requests@odoo-saas.invalid"] as const;

/**
 * Makes the change that a request asks for on a branch of its own, and opens a pull request for it. Done once however often
 * it is called: the branch's name is the request's id, and a branch or pull request that is there is used.
 *
 * @throws RequestRefusal when the change is not right, the id was used for another request, or the request is over.
 */
export async function openRequest(github: Github, request: Request, opening: Opening): Promise<Pull> {
  const branch = branchOf(request.id);
  const pull = await pullOf(github, branch);
  if (pull !== undefined) {
    requireSame(request, await messageOf(github, pull.head));
    if (pull.state !== "closed") return pull;
    throw new RequestRefusal(
      `request ${request.id} is over: ${pull.url} was closed without a merge, expected a new id to ask again`,
      "approval",
    );
  }
  const { root, base } = opening;
  git(root, ["fetch", "--quiet", "origin", `+refs/heads/${base}:refs/remotes/origin/${base}`]);
  const found = branchThere(root, branch);
  if (found === undefined)
    return withWorktree(root, `origin/${base}`, async (tree) => {
      const body = change(tree, request, opening);
      git(tree, ["add", "--all"]);
      git(tree, [...AUTHOR, "commit", "--quiet", "--file=-"], commitMessage(request, opening.proof, opening.deadline));
      // Never by force: a branch that another run has made in between is not ours to change.
      git(tree, ["push", "--quiet", "origin", `HEAD:refs/heads/${branch}`]);
      return openPull(github, request, opening, body);
    });
  // An earlier run ended between the branch and its pull request.
  requireSame(request, found);
  return openPull(github, request, opening, "");
}

/** @throws RequestRefusal when a branch's commit is of another request. */
function requireSame(request: Request, message: string): void {
  const there = recordOf(message)?.request;
  if (there !== undefined && canonical(there) === canonical(request)) return;
  throw new RequestRefusal(`request ${request.id} is the id of another request, expected one that was never used`);
}

/** The message of the tip of a branch of `origin`; undefined when there is no such branch. */
function branchThere(root: string, branch: string): string | undefined {
  const ref = `refs/heads/${branch}`;
  if (git(root, ["ls-remote", "origin", ref]).length === 0) return undefined;
  git(root, ["fetch", "--quiet", "origin", ref]);
  return git(root, ["show", "--no-patch", "--format=%B", "FETCH_HEAD"]).toString("utf8");
}

async function withWorktree<T>(root: string, ref: string, use: (tree: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "odoo-saas-request-"));
  const tree = join(folder, "tree");
  try {
    git(root, ["worktree", "add", "--quiet", "--detach", tree, ref]);
    return await use(tree);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    git(root, ["worktree", "prune"]);
  }
}

/**
 * Changes the tenant's file, and checks everything as a pull request's checks will.
 *
 * @returns what the change will do, as Markdown
 * @throws RequestRefusal with every problem and its position
 */
function change(tree: string, request: Request, { deadline, now }: Opening): string {
  const file = tenantFile(request.tenant);
  const before = readText(tree, file);
  writeFileSync(join(tree, file), changedFile(request, "text" in before ? before.text : undefined, deadline));
  const report = lifecycleReport(tree, "HEAD", now);
  if (!report.ok) throw RequestRefusal.of(report.diagnostics);
  const result = loadProjectFiles(tree);
  const diagnostics = result.ok ? checkStackFiles(tree, result.projectFiles) : result.diagnostics;
  if (diagnostics.length > 0) throw RequestRefusal.of(diagnostics);
  return markdown(report);
}

async function openPull(github: Github, request: Request, { base, deadline }: Opening, effects: string): Promise<Pull> {
  const { octokit, at } = github;
  const branch = branchOf(request.id);
  const body = [
    `Request \`${request.id}\` by ${askerOf(request)}: ${plain(request.reason)}`,
    "",
    `@${request.approver} is asked for an approving review of this commit before **${deadline.toISOString()}**. Without it,`,
    "the pull request is closed. Another commit on the branch ends the request.",
    ...(effects === "" ? [] : ["", effects.replace("HEAD", base)]),
  ].join("\n");
  try {
    await octokit.request("POST /repos/{owner}/{repo}/pulls", {
      ...at,
      head: branch,
      base,
      title: titleOf(request),
      body,
    });
  } catch (error) {
    // 422: a run at the same time has opened it.
    if (statusOf(error) !== 422) throw error;
  }
  const pull = await pullOf(github, branch);
  if (pull === undefined)
    throw new RequestRefusal(`the pull request of ${branch} cannot be found after it was opened`, "failed");
  return pull;
}

function askerOf({ requester, onBehalfOf }: Request): string {
  if (onBehalfOf === undefined) return `@${requester}`;
  const person = tenantPersonOf(onBehalfOf);
  const asker =
    person === undefined
      ? `@${onBehalfOf}`
      : `${plain(person.address)}, the administrator of ${person.tenant}, who logged in to the console by the tenant's own realm`;
  return `@${requester} on behalf of ${asker}`;
}

/** A person's words as text: no mentions, links or markup. */
function plain(words: string): string {
  return `\`${words.replaceAll("`", "'")}\``;
}
