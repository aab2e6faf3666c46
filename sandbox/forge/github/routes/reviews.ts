import { z } from "zod";
import { GithubError, notFound, ok, page, route } from "../http.ts";
import type { Call, Route } from "../http.ts";
import { now, perRepository } from "../state.ts";
import type { Account, Repository } from "../state.ts";
import { findPull, headOf } from "./pulls.ts";
import { accountJson } from "./repositories.ts";

/** A review of a pull request. */
export interface Review {
  readonly id: number;
  readonly pull: number;
  readonly user: Account;
  readonly body: string;
  state: "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED" | "DISMISSED" | "PENDING";
  /** The head when it was given. */
  readonly commit_id: string;
  /** Absent until it is submitted. */
  readonly submitted_at?: string;
}

/** The repository's reviews, the oldest first. */
export const reviews = perRepository((): Review[] => []);

const STATES = { APPROVE: "APPROVED", REQUEST_CHANGES: "CHANGES_REQUESTED", COMMENT: "COMMENTED" } as const;
const BASE = "/repos/:owner/:repo/pulls/:number";

export const reviewRoutes: readonly Route[] = [
  route(`GET ${BASE}/reviews`, "pull_requests:read", (call) => {
    const { number } = findPull(call);
    const found = reviews(call.repository).filter(
      ({ pull, state, user }) => pull === number && (state !== "PENDING" || user.login === call.account.login),
    );
    return page(
      call,
      found.map((review) => reviewJson(call, review)),
    );
  }),
  route(`POST ${BASE}/reviews`, "pull_requests:write", async (call) => {
    const given = call.body(
      z.object({ event: z.enum(["APPROVE", "REQUEST_CHANGES", "COMMENT"]).optional(), body: z.string().default("") }),
    );
    const pull = findPull(call);
    if (pull.user.login === call.account.login && !["COMMENT", undefined].includes(given.event)) {
      const what = given.event === "APPROVE" ? "approve" : "request changes on";
      throw new GithubError(422, "Unprocessable Entity", [`Can not ${what} your own pull request`]);
    }
    const review: Review = {
      id: call.state.newId(),
      pull: pull.number,
      user: call.account,
      body: given.body,
      // A review without a verdict waits for its author to submit it, who alone sees it.
      state: given.event === undefined ? "PENDING" : STATES[given.event],
      commit_id: await headOf(call.repository, pull),
      ...(given.event !== undefined && { submitted_at: now() }),
    };
    reviews(call.repository).push(review);
    return ok(reviewJson(call, review));
  }),
  route(`PUT ${BASE}/reviews/:id/dismissals`, "pull_requests:write", (call) => {
    const review = reviews(call.repository).find(({ id }) => id === Number(call.param("id")));
    if (review === undefined) throw notFound();
    review.state = "DISMISSED";
    return ok(reviewJson(call, review));
  }),
];

/** What the people who reviewed a pull request said last: a comment does not take back an approval. */
export function verdicts(repository: Repository, pull: number): Review[] {
  const said = reviews(repository).filter(
    (review) => review.pull === pull && !["COMMENTED", "PENDING"].includes(review.state),
  );
  return [...new Map(said.map((review) => [review.user.login, review])).values()];
}

function reviewJson({ state, repository }: Call, { user, pull, ...review }: Review) {
  return {
    ...review,
    user: accountJson(state, user),
    html_url: `${state.url}/${repository.fullName}/pull/${pull}#pullrequestreview-${review.id}`,
  };
}
