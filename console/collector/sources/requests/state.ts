import { isPassed } from "../../../../features/requests/github.ts";
import type { RequestState } from "../../../../features/requests/index.ts";

/** What is known of a request's pull request. */
export interface Facts {
  readonly pull: "open" | "closed" | "merged";
  /** Conclusions of its commit's checks; null: not completed. */
  readonly checks: readonly (string | null)[];
  /** The approver's last review of the commit; undefined without one. */
  readonly review: "APPROVED" | "CHANGES_REQUESTED" | "DISMISSED" | undefined;
  /** Whether the time to approve is over. */
  readonly isLate: boolean;
  /** Outcome of the first deployment that began after the merge; undefined before its end. */
  readonly deployment: "succeeded" | "failed" | undefined;
}

/** Where a request is on its way. */
export function stateOf({ pull, checks, review, isLate, deployment }: Facts): RequestState {
  if (pull === "merged") {
    return deployment === undefined ? "deploying" : deployment === "succeeded" ? "done" : "failed";
  }
  const hasFailed = checks.some((conclusion) => conclusion !== null && !isPassed(conclusion));
  if (pull === "closed") {
    return review === "CHANGES_REQUESTED" ? "rejected" : hasFailed ? "failed" : isLate ? "expired" : "rejected";
  }
  if (hasFailed) return "failed";
  if (checks.length === 0 || checks.includes(null)) return "opened";
  return review === "APPROVED" ? "merging" : "waiting";
}
