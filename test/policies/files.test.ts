import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const policies = readdirSync(join(import.meta.dirname, "../../policies"))
  .filter((name) => name.endsWith(".ts") && !["all.ts", "index.ts"].includes(name))
  .map((name) => name.replace(/\.ts$/, ""));

describe("tests of policies", () => {
  it("are looked for", () => assert.ok(policies.length > 0));

  for (const policy of policies) {
    it(`of ${policy} are in a file of its name`, () => {
      const file = join(import.meta.dirname, `${policy}.test.ts`);
      assert.ok(existsSync(file), `add test/policies/${policy}.test.ts`);
      assert.match(readFileSync(file, "utf8"), new RegExp(`^\\s*describePolicy\\(${policy},`, "m"));
    });
  }
});
