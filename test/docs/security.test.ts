import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { APP_ENVIRONMENTS, environmentOf, oidcSubject, STACK_ENVIRONMENTS } from "../../config/githubRepository.ts";
import type { EnvironmentUse } from "../../config/githubRepository.ts";

const ROOT = join(import.meta.dirname, "../..");

describe("docs/security.md", () => {
  const text = readFileSync(join(ROOT, "docs/security.md"), "utf8");

  it("names tests that there are", () => {
    const names = [...text.matchAll(/`(?:test\/)?([\w-]+\/[\w./-]+\.ts)`/g)].map(([, name = ""]) => name);
    assert.ok(names.length > 20, `${names.length}`);
    const missing = names.filter((name) => !existsSync(join(ROOT, "test", name)) && !existsSync(join(ROOT, name)));
    assert.deepEqual([...new Set(missing)], []);
  });

  it("says of every environment which token its role takes", () => {
    const cells = text.split("\n").flatMap((line) => line.split("|").map((cell) => cell.trim()));
    const uses: EnvironmentUse[] = ["deploy", "preview", "review", "backup"];
    assert.deepEqual(Object.keys(STACK_ENVIRONMENTS), uses);
    for (const use of uses) {
      const subject = oidcSubject({ owner: "<owner>", repository: "<repository>" }, environmentOf(use, "<stack>"));
      assert.ok(cells.includes(`\`${subject}\``), subject);
    }
    for (const name of APP_ENVIRONMENTS) assert.ok(text.includes(`\`${name}\``), name);
  });
});
