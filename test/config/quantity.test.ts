import assert from "node:assert/strict";
import { cpuMillis, memoryBytes } from "../../config/quantity.ts";

describe("quantities of Kubernetes", () => {
  it("of CPU are thousandths of a core, or cores", () => {
    assert.deepEqual(["500m", "2", "0.5", "1.125", "1m"].map(cpuMillis), [500, 2000, 500, 1125, 1]);
  });

  it("of memory are in Mi, Gi and Ti, and none otherwise", () => {
    assert.deepEqual(["512Mi", "2Gi", "3Ti"].map(memoryBytes), [536_870_912, 2_147_483_648, 3_298_534_883_328]);
    assert.deepEqual(["512", "2G", "2Ki", "Gi2"].map(memoryBytes), [NaN, NaN, NaN, NaN]);
  });
});
