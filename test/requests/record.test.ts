import assert from "node:assert/strict";
import { commitMessage, recordOf, titleOf } from "../../features/requests/record.ts";
import type { Request } from "../../features/requests/request.ts";

const DEADLINE = new Date("2026-11-28T00:00:00Z");
const REQUEST: Request = {
  action: "decommission",
  id: "request-1",
  tenant: "acme",
  requester: "maria",
  approver: "jo-santos",
  reason: "as agreed",
  holdUntil: "2027-01-01",
};
const MESSAGE = commitMessage(REQUEST, "the.proof.text", DEADLINE);

describe("the commit of a request", () => {
  it("has a title, the reason, and trailers that say all of the request", () => {
    assert.equal(titleOf(REQUEST), "Decommission tenant acme");
    assert.equal(
      MESSAGE,
      `Decommission tenant acme\n\nas agreed\n\nRequest: ${JSON.stringify(REQUEST)}\nRequest-Proof: the.proof.text\nApprove-Before: 2026-11-28T00:00:00.000Z\n`,
    );
    const record = { request: REQUEST, proof: "the.proof.text", deadline: "2026-11-28T00:00:00.000Z" };
    assert.deepEqual(recordOf(MESSAGE), record);
    assert.deepEqual(recordOf(`${MESSAGE}\n\n`), record);
  });

  it("says nothing when a trailer is missing, there twice, wrong or above the last paragraph", () => {
    const trailers = ["Request", "Request-Proof", "Approve-Before"].map((name) =>
      MESSAGE.split("\n").find((line) => line.startsWith(`${name}: `)),
    );
    for (const trailer of trailers) {
      assert.ok(trailer);
      assert.equal(recordOf(MESSAGE.replace(`${trailer}\n`, "")), undefined, trailer);
      assert.equal(recordOf(`${MESSAGE}${trailer}\n`), undefined, trailer);
    }
    for (const wrong of [
      "",
      `${MESSAGE}\nSigned-off-by: somebody\n`,
      MESSAGE.replace("2026-11-28T", "soon "),
      MESSAGE.replace('"tenant":"acme"', '"tenant":"../acme"'),
      MESSAGE.replace('{"action"', '"action"'),
      MESSAGE.replace('"pause"', '"merge"').replace('"decommission"', '"merge"'),
    ]) {
      assert.equal(recordOf(wrong), undefined, wrong);
    }
  });
});
