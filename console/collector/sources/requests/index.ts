import { sql } from "kysely";
import { z } from "zod";
import { UserError } from "../../../../lib/userError.ts";
import { isPassed, statusOf } from "../../../../features/requests/github.ts";
import type { Github } from "../../../../features/requests/github.ts";
import { RequestRefusal } from "../../../../features/requests/index.ts";
import type { RequestState } from "../../../../features/requests/index.ts";
import type { Database } from "../../../database/connect.ts";
import type { Source } from "../../source.ts";
import { requestPulls } from "./pulls.ts";
import type { RequestPull } from "./pulls.ts";
import { stateOf } from "./state.ts";
import { statuses } from "./statuses.ts";
import type { StatusPlace } from "./statuses.ts";

const reviewState = z.enum(["APPROVED", "CHANGES_REQUESTED", "DISMISSED"]).optional().catch(undefined);

/** Reasons that GitHub does not write down. */
const PROBLEMS: Partial<Record<RequestState, string>> = {
  failed: "A check has failed. See docs/runbooks/request-failed.md",
  expired: "Nobody approved it in time. See docs/runbooks/request-approval.md",
  rejected: "It was closed without a merge. See docs/runbooks/request-approval.md",
};

/**
 * Requests, by their pull requests; and by the program that opens them where it tells what became of each.
 *
 * @param github asked for at each read, so that settings that are missing leave the other sources alone
 * @param place where that program tells it; undefined: nowhere
 */
export function requestsSource(github: () => Github, place: StatusPlace | undefined): Source {
  return {
    name: "requests",
    rhythm: 60,
    read: async ({ database, cursor }) => {
      const begin = new Date();
      try {
        for (const pull of await requestPulls(github(), cursor)) await write(database, pull);
        await settle(database);
      } catch (error) {
        throw problemOf(error);
      }
      if (place !== undefined) await statuses(database, place);
      // A minute of overlap: GitHub's clock is another one.
      return { cursor: new Date(begin.getTime() - 60_000).toISOString(), asOf: begin };
    },
  };
}

/** GitHub's refusals as people read them. @returns the error itself where it is not GitHub's */
function problemOf(error: unknown): unknown {
  if (error instanceof RequestRefusal) return new UserError(`Requests cannot be read: ${error.message}`);
  const status = statusOf(error);
  if (status === undefined || !(error instanceof Error)) return error;
  return new UserError(
    [401, 403, 404].includes(status)
      ? `GitHub answered ${status} when it was asked for pull requests: check the token, its permissions and the repository's name`
      : `GitHub cannot be asked for pull requests (${error.message}): it is asked again`,
  );
}

/** Ends requests whose deployment has ended since: their pull requests do not change any more. */
async function settle(database: Database): Promise<void> {
  const merged = await database
    .selectFrom("requests")
    .select(["id", sql<string>`steps ->> 'merged'`.as("merged_at")])
    .where("state", "=", "deploying")
    .where(sql<boolean>`steps ? 'merged'`)
    .execute();
  for (const { id, merged_at } of merged) {
    const deployment = await deploymentAfter(database, merged_at);
    if (deployment === undefined) continue;
    const { outcome, reason, at } = deployment;
    const isDone = outcome === "succeeded";
    await database
      .updateTable("requests")
      .set({
        state: isDone ? "done" : "failed",
        problem: reason,
        updated_at: new Date(),
        ...(isDone && {
          steps: sql<string>`steps || jsonb_build_object('deployed', ${at.toISOString()}::text)`,
        }),
      })
      .where("id", "=", id)
      .execute();
  }
}

async function write(database: Database, pull: RequestPull): Promise<void> {
  const { request, deadline } = pull.record;
  const deployment = pull.mergedAt === undefined ? undefined : await deploymentAfter(database, pull.mergedAt);
  const state = stateOf({
    pull: pull.state,
    checks: pull.checks.map(({ conclusion }) => conclusion),
    review: reviewState.parse(pull.review?.state),
    isLate: new Date(pull.closedAt ?? Date.now()) > new Date(deadline),
    deployment: deployment?.outcome,
  });
  const problem =
    state === "rejected" && pull.review !== undefined && pull.review.body !== ""
      ? pull.review.body
      : (deployment?.reason ?? PROBLEMS[state] ?? null);
  const completed = pull.checks.map(({ completedAt }) => completedAt);
  const steps = {
    received: pull.openedAt,
    opened: pull.openedAt,
    ...(completed.length > 0 && !completed.includes(undefined) && { checks: completed.toSorted().at(-1) }),
    ...(pull.review?.state === "APPROVED" && { approval: pull.review.at }),
    ...(pull.mergedAt !== undefined && { merged: pull.mergedAt }),
    ...(state === "done" && { deployed: deployment?.at.toISOString() }),
  };
  const row = {
    action: request.action,
    tenant: request.tenant,
    requester: request.onBehalfOf ?? request.requester,
    approver: request.approver,
    reason: request.reason,
    state,
    problem,
    deadline,
    pull: pull.number,
    url: pull.url,
    diff: pull.diff ?? null,
    checks: JSON.stringify(
      pull.checks.map(({ name, conclusion, status, title, summary, startedAt, completedAt }) => ({
        name,
        state: checkState(status, conclusion),
        title,
        summary,
        startedAt,
        completedAt,
      })),
    ),
    steps: JSON.stringify(steps),
    file: request.file === undefined ? null : JSON.stringify(request.file),
  };
  await database
    .insertInto("requests")
    .values({ id: request.id, ...row, opened_at: pull.openedAt, updated_at: pull.updatedAt })
    .onConflict((conflict) =>
      conflict
        .column("id")
        .doUpdateSet({
          ...row,
          // The console knows better than the pull request when it was asked.
          steps: sql<string>`excluded.steps || jsonb_build_object('received', coalesce(requests.steps, excluded.steps) -> 'received')`,
          updated_at: new Date(),
        })
        // What has not changed is not new.
        .where(
          sql<boolean>`(requests.state, requests.problem, requests.pull, requests.diff, requests.file, requests.checks, requests.steps - 'received')
            IS DISTINCT FROM (excluded.state, excluded.problem, excluded.pull, excluded.diff, excluded.file, excluded.checks, excluded.steps - 'received')`,
        ),
    )
    .execute();
}

/** A check's state in the pages' words. */
function checkState(status: string, conclusion: string | null): "queued" | "running" | "passed" | "failed" {
  if (conclusion === null) return status === "in_progress" ? "running" : "queued";
  return isPassed(conclusion) ? "passed" : "failed";
}

/** The first deployment that began after a moment. */
async function deploymentAfter(database: Database, moment: string) {
  const found = await database
    .selectFrom("events")
    .select(["at", "outcome", "reason"])
    .where("kind", "in", ["deploy up", "sandbox up"])
    .where(sql<boolean>`at - seconds * interval '1 second' >= ${moment}`)
    .orderBy("at")
    .limit(1)
    .executeTakeFirst();
  return found === undefined
    ? undefined
    : { ...found, outcome: found.outcome === "succeeded" ? ("succeeded" as const) : ("failed" as const) };
}
