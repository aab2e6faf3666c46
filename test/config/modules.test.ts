import assert from "node:assert/strict";
import { problemsIn, withProject } from "../support/projectFolder.ts";
import { CASES } from "./support/moduleCases.ts";
import { MESSAGES } from "./support/moduleMessages.ts";
import { INDEX } from "./support/wrongModules.ts";

describe("modules of bundles and tenants", () => {
  for (const [what, files] of CASES) {
    it(what, () => {
      assert.deepEqual(withProject({ ...INDEX, ...files }, problemsIn), MESSAGES[what] ?? []);
    });
  }

  it("has a case for each message, and no case twice", () => {
    const names = CASES.map(([what]) => what);
    assert.equal(new Set(names).size, names.length);
    assert.deepEqual(
      Object.keys(MESSAGES).filter((what) => !names.includes(what)),
      [],
    );
  });

  it("has at least sixty that are wrong, and each message is one line that says what was expected", () => {
    const wrong = Object.values(MESSAGES);
    assert.ok(wrong.length >= 60, String(wrong.length));
    for (const line of wrong.flat()) assert.match(line, /^[\w./-]+:\d+:\d+: .+, expected .+$/);
  });
});
