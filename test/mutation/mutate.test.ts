import assert from "node:assert/strict";
import { filesOf, NotMutated, testsOf } from "./mutate.ts";

describe("mutated files", () => {
  it("are those of a folder, each once, or a file", () => {
    const files = filesOf(["features/recovery/", "features/recovery/orphan.ts"]);
    assert.ok(files.includes("features/recovery/orphan.ts"));
    assert.deepEqual(files, [...new Set(files)].sort());
    assert.ok(files.every((file) => file.startsWith("features/recovery/")));
    assert.deepEqual(filesOf(["policies/sqlIsolation.ts"]), ["policies/sqlIsolation.ts"]);
  });

  it("are not those of other folders", () => {
    for (const name of ["sql", "features/image", "policies/no.ts", "poli"]) {
      assert.throws(() => filesOf([name]), NotMutated, name);
    }
  });

  it("are shown to a policy's own tests alone, and those of a feature to its folder's", () => {
    const own = testsOf("policies/sqlIsolation.ts");
    assert.equal(own[0], "test/policies/sqlIsolation.test.ts");
    assert.ok(own.length < 5, own.join());
    const tests = testsOf("features/requests/decide.ts");
    assert.ok(tests.includes("test/requests/proof.test.ts"), tests.join());
    assert.ok(!tests.some((test) => test.endsWith(".integration.test.ts")));
  });
});
