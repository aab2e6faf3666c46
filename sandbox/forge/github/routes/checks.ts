import { z } from "zod";
import { CHECK_CONCLUSIONS } from "../../../../features/requests/index.ts";
import { created, notFound, ok, page, route } from "../http.ts";
import type { Call, Route } from "../http.ts";
import { now, perRepository } from "../state.ts";
import type { Repository } from "../state.ts";

const said = {
  details_url: z.string().optional(),
  output: z.looseObject({ title: z.string().optional(), summary: z.string().optional() }).optional(),
};
const progress = z.enum(["queued", "in_progress", "completed"]);
const run = z.object({
  ...said,
  name: z.string(),
  head_sha: z.string(),
  status: progress.default("queued"),
  conclusion: z.enum(CHECK_CONCLUSIONS).nullable().default(null),
});
const change = z.object({ ...said, status: progress.optional(), conclusion: z.enum(CHECK_CONCLUSIONS).optional() });

/** A check run of a commit. */
export type CheckRun = z.infer<typeof run> & {
  readonly id: number;
  readonly started_at: string;
  completed_at: string | null;
};

/** A commit status, the older way to say the same. */
interface Status {
  readonly sha: string;
  readonly state: "error" | "failure" | "pending" | "success";
  readonly context: string;
  readonly description: string | null;
  readonly target_url: string | null;
}

/** The repository's check runs, the oldest first. */
export const checkRuns = perRepository((): CheckRun[] => []);
/** The repository's commit statuses, the oldest first. */
export const statuses = perRepository((): Status[] => []);

const status = z.object({
  state: z.enum(["error", "failure", "pending", "success"]),
  context: z.string().default("default"),
  description: z.string().nullable().default(null),
  target_url: z.string().nullable().default(null),
});

export const checkRoutes: readonly Route[] = [
  route("POST /repos/:owner/:repo/check-runs", "checks:write", (call) =>
    created(shown(addCheckRun(call, call.body(run)))),
  ),
  route("GET /repos/:owner/:repo/check-runs/:id", "checks:read", (call) => ok(shown(find(call)))),
  route("PATCH /repos/:owner/:repo/check-runs/:id", "checks:write", (call) => {
    const present = find(call);
    Object.assign(present, complete(call.body(change)));
    return ok(shown(present));
  }),
  route("GET /repos/:owner/:repo/commits/*ref/check-runs", "checks:read", async (call) => {
    const sha = await commitOf(call);
    const name = call.query("check_name");
    const found = latest(call.repository, sha).filter((each) => name === undefined || each.name === name);
    return page(call, found.map(shown), (list) => ({ total_count: found.length, check_runs: list }));
  }),
  route("POST /repos/:owner/:repo/statuses/:sha", "statuses:write", (call) => {
    const given = { sha: call.param("sha"), ...call.body(status) };
    statuses(call.repository).push(given);
    return created(given);
  }),
  route("GET /repos/:owner/:repo/commits/*ref/status", "statuses:read", async (call) => {
    const sha = await commitOf(call);
    const all = statuses(call.repository).filter((each) => each.sha === sha);
    const newest = [...new Map(all.map((each) => [each.context, each])).values()];
    const isFailed = newest.some(({ state }) => state === "error" || state === "failure");
    const isPending = newest.length === 0 || newest.some(({ state }) => state === "pending");
    const state = isFailed ? "failure" : isPending ? "pending" : "success";
    return ok({ sha, state, total_count: newest.length, statuses: newest });
  }),
];

/** Adds a check run to a commit, as a workflow's job does. */
export function addCheckRun(
  { state, repository }: Pick<Call, "state" | "repository">,
  given: z.input<typeof run>,
): CheckRun {
  const added: CheckRun = { ...run.parse(given), id: state.newId(), started_at: now(), completed_at: null };
  Object.assign(added, complete(added));
  checkRuns(repository).push(added);
  return added;
}

/** Whether a check of this name, by run or by status, has passed on a commit. */
export function hasPassed(repository: Repository, sha: string, name: string): boolean {
  const byRun = latest(repository, sha).find((each) => each.name === name);
  if (byRun !== undefined) return ["success", "neutral", "skipped"].includes(byRun.conclusion ?? "");
  return statuses(repository).findLast((each) => each.sha === sha && each.context === name)?.state === "success";
}

/** A run as GitHub answers it: what it does not have is null. */
function shown(given: CheckRun): object {
  const { output } = given;
  return {
    ...given,
    output: { ...output, title: output?.title ?? null, summary: output?.summary ?? null },
  };
}

/** The newest run of each name. */
function latest(repository: Repository, sha: string): CheckRun[] {
  const runs = checkRuns(repository).filter((each) => each.head_sha === sha);
  return [...new Map(runs.map((each) => [each.name, each])).values()];
}

/** A conclusion completes a run. */
function complete(given: z.infer<typeof change> | CheckRun): object {
  const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return given.conclusion == null ? known : { ...known, status: "completed", completed_at: now() };
}

function find(call: Call): CheckRun {
  const found = checkRuns(call.repository).find(({ id }) => id === Number(call.param("id")));
  if (found === undefined) throw notFound();
  return found;
}

async function commitOf(call: Call): Promise<string> {
  const sha = await call.repository.git.resolve(call.param("ref"));
  if (sha === undefined) throw notFound();
  return sha;
}
