import assert from "node:assert/strict";
import { newestPassed } from "../../features/delivery/promotion.ts";
import type { Attestation } from "../../policies/lib/attestations.ts";

const EARLY = "2026-11-22T21:00:00.000Z";
const LATE = "2026-11-23T09:00:00.000Z";

function attestation(file: string, predicate: Partial<Attestation["statement"]["predicate"]>): Attestation {
  return {
    file,
    statement: {
      _type: "https://in-toto.io/Statement/v1",
      subject: [{ name: "tenant/acme", digest: { sha256: "0".repeat(64) } }],
      predicateType: "https://in-toto.io/attestation/test-result/v0.1",
      predicate: {
        result: "PASSED",
        configuration: [{ name: "main", digest: { gitCommit: "1".repeat(40) } }],
        passedTests: ["acme/login"],
        failedTests: [],
        stack: "staging",
        environment: "staging",
        finishedOn: EARLY,
        release: "18.0-2026.11",
        ...predicate,
      },
    },
  };
}

const newestOf = (...valid: readonly Attestation[]) => newestPassed({ valid, refused: [] })?.file;

describe("the attestation that is promoted", () => {
  // Files come in the order of their names, which says nothing of when they were made.
  it("is the one whose tests ended last, whatever the order of the files", () => {
    const [early, late] = [attestation("early.json", {}), attestation("late.json", { finishedOn: LATE })];
    const middle = attestation("middle.json", { finishedOn: "2026-11-23T00:00:00.000Z" });
    assert.equal(newestOf(early, middle, late), "late.json");
    assert.equal(newestOf(late, early, middle), "late.json");
    assert.equal(newestOf(middle, late, early), "late.json");
  });

  it("is no later one that failed, or that is of another environment", () => {
    const passed = attestation("passed.json", {});
    const failed = attestation("failed.json", { finishedOn: LATE, result: "FAILED" });
    const elsewhere = attestation("elsewhere.json", { finishedOn: LATE, environment: "sandbox" });
    assert.equal(newestOf(failed, passed, elsewhere), "passed.json");
    assert.equal(newestOf(failed, elsewhere), undefined);
    assert.equal(newestOf(), undefined);
  });
});
