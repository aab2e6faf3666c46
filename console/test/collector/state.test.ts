import assert from "node:assert/strict";
import type { RequestState } from "../../../features/requests/index.ts";
import { stateOf } from "../../collector/sources/requests/state.ts";
import type { Facts } from "../../collector/sources/requests/state.ts";

/** An open pull request whose checks have passed. */
const OPEN: Facts = {
  pull: "open",
  checks: ["success", "neutral", "skipped"],
  review: undefined,
  isLate: false,
  deployment: undefined,
};
const CLOSED: Facts = { ...OPEN, pull: "closed" };
const MERGED: Facts = { ...OPEN, pull: "merged", review: "APPROVED" };

const CASES: readonly (readonly [what: string, Facts, RequestState])[] = [
  ["open, no check has begun", { ...OPEN, checks: [] }, "opened"],
  ["open, a check runs", { ...OPEN, checks: ["success", null] }, "opened"],
  ["open, a check runs and another has failed", { ...OPEN, checks: [null, "failure"] }, "failed"],
  ["open, a check was cancelled", { ...OPEN, checks: ["cancelled"] }, "failed"],
  ["open, all checks have passed", OPEN, "waiting"],
  ["open, approved", { ...OPEN, review: "APPROVED" }, "merging"],
  ["open, approved before a check has ended", { ...OPEN, checks: [null], review: "APPROVED" }, "opened"],
  ["open, an approval was dismissed", { ...OPEN, review: "DISMISSED" }, "waiting"],
  ["open, changes are requested", { ...OPEN, review: "CHANGES_REQUESTED" }, "waiting"],
  ["open, late", { ...OPEN, isLate: true }, "waiting"],
  ["closed in time", CLOSED, "rejected"],
  ["closed late", { ...CLOSED, isLate: true }, "expired"],
  ["closed late, changes were requested", { ...CLOSED, isLate: true, review: "CHANGES_REQUESTED" }, "rejected"],
  ["closed, a check has failed", { ...CLOSED, checks: ["failure"] }, "failed"],
  ["closed late, a check has failed", { ...CLOSED, checks: ["failure"], isLate: true }, "failed"],
  ["merged", MERGED, "deploying"],
  ["merged, deployed", { ...MERGED, deployment: "succeeded" }, "done"],
  ["merged, its deployment failed", { ...MERGED, deployment: "failed" }, "failed"],
  ["merged late, in spite of a check", { ...MERGED, isLate: true, checks: ["failure"] }, "deploying"],
];

describe("the state of a request", () => {
  for (const [what, facts, state] of CASES) {
    it(`is ${state}: ${what}`, () => assert.equal(stateOf(facts), state));
  }
});
