import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { projectFiles, read, ROOT } from "./pages.ts";

/** Names of tests in a page, by path from the root or from `test/`; patterns are not names. */
function namesIn(page: string): string[] {
  return [...page.matchAll(/`([^`\s*<]+\.test\.ts)`/g)].map(([, name = ""]) => name);
}

/** Those of the names that no test has. */
function missing(names: readonly string[]): string[] {
  return names.filter((name) => !existsSync(join(ROOT, name)) && !existsSync(join(ROOT, "test", name)));
}

describe("tests that pages name", () => {
  it("exist", () => {
    const pages = projectFiles(/\.md$/).map((page) => ({ page, names: namesIn(read(page)) }));
    assert.deepEqual(
      pages.flatMap(({ page, names }) => missing(names).map((name) => `${page}: ${name}`)),
      [],
    );
    assert.ok(pages.flatMap(({ names }) => names).length > 40);
  });

  it("are found in every form", () => {
    const names = namesIn(
      "Seen (`docs/no.test.ts`, [`no.test.ts`](x), `docs/links.test.ts`), `test/docs/links.test.ts`.",
    );
    assert.deepEqual(missing(names), ["docs/no.test.ts", "no.test.ts"]);
  });
});
