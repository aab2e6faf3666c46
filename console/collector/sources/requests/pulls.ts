import { tenantFile } from "../../../../config/rules/rule.ts";
import { checkRunsOf, lastReviewOf, messageOf } from "../../../../features/requests/github.ts";
import type { Github } from "../../../../features/requests/github.ts";
import { recordOf } from "../../../../features/requests/index.ts";
import type { RequestRecord } from "../../../../features/requests/index.ts";
import { entriesOf } from "../../../../lib/octokit.ts";

/** Branches of requests begin with this. */
const BRANCH = /^request\//;

/** A request's pull request, as GitHub has it. */
export interface RequestPull {
  readonly record: RequestRecord;
  readonly number: number;
  readonly url: string;
  readonly state: "open" | "closed" | "merged";
  readonly openedAt: string;
  readonly updatedAt: string;
  readonly mergedAt: string | undefined;
  readonly closedAt: string | undefined;
  readonly diff: string | undefined;
  readonly checks: readonly {
    readonly name: string;
    readonly conclusion: string | null;
    readonly status: string;
    readonly title: string | undefined;
    readonly summary: string | undefined;
    readonly startedAt: string | undefined;
    readonly completedAt: string | undefined;
  }[];
  readonly review: { readonly state: string; readonly at: string | undefined; readonly body: string } | undefined;
}

/**
 * Pull requests of requests that are open, or were changed since a moment.
 *
 * @param since ISO 8601; undefined: all
 */
export async function requestPulls(github: Github, since: string | undefined): Promise<RequestPull[]> {
  const { octokit, at } = github;
  const list = async (state: "open" | "closed") =>
    entriesOf(async (page) => {
      const { data } = await octokit.request("GET /repos/{owner}/{repo}/pulls", {
        ...at,
        ...page,
        state,
        sort: "updated",
        direction: "desc",
      });
      // A check that ends does not update an open one. The page with the first closed one that is too old is the last.
      return data.filter((pull) => state === "open" || since === undefined || pull.updated_at >= since);
    });
  const pulls: RequestPull[] = [];
  for (const pull of [...(await list("open")), ...(await list("closed"))].filter(({ head }) => BRANCH.test(head.ref))) {
    // Anyone can push to such a branch by hand, which is not a request.
    const record = recordOf(await messageOf(github, pull.head.sha));
    if (record !== undefined) pulls.push(await read(github, pull, record));
  }
  return pulls;
}

type Listed = {
  readonly number: number;
  readonly html_url: string;
  readonly state: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly merged_at: string | null;
  readonly closed_at: string | null;
  readonly head: { readonly sha: string };
};

async function read(github: Github, pull: Listed, record: RequestRecord): Promise<RequestPull> {
  const { octokit, at } = github;
  const { tenant, approver } = record.request;
  const [files, checks, review] = await Promise.all([
    octokit.request("GET /repos/{owner}/{repo}/pulls/{pull_number}/files", {
      ...at,
      pull_number: pull.number,
      per_page: 10,
    }),
    checkRunsOf(github, pull.head.sha),
    lastReviewOf(github, pull.number, approver),
  ]);
  return {
    record,
    number: pull.number,
    url: pull.html_url,
    state: pull.merged_at !== null ? "merged" : pull.state === "open" ? "open" : "closed",
    openedAt: pull.created_at,
    updatedAt: pull.updated_at,
    mergedAt: pull.merged_at ?? undefined,
    closedAt: pull.closed_at ?? undefined,
    diff: files.data.find(({ filename }) => filename === tenantFile(tenant))?.patch,
    checks: checks.map(({ name, conclusion, status, output, started_at, completed_at }) => ({
      name,
      conclusion,
      status,
      title: output.title ?? undefined,
      summary: output.summary ?? undefined,
      startedAt: started_at ?? undefined,
      completedAt: completed_at ?? undefined,
    })),
    review: review === undefined ? undefined : { state: review.state, at: review.submitted_at, body: review.body },
  };
}
