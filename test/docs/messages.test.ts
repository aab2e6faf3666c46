import assert from "node:assert/strict";
import { projectFiles, read } from "./pages.ts";

const SOURCES = projectFiles(/^(?:config|features|policies|providers|sandbox|lib|commands)\/.*\.ts$/);

describe("tables of messages in runbooks", () => {
  const code = SOURCES.map(read).join("\n").replaceAll(/\s+/g, " ");
  const pages = projectFiles(/^docs\/runbooks\/.*\.md$/).map((page) => [page, quotes(read(page))] as const);

  it("are there", () => assert.ok(pages.some(([, found]) => found.length > 10)));

  for (const [page, found] of pages.filter(([, quoted]) => quoted.length > 0)) {
    it(`of ${page} quote what the program says`, () => {
      assert.deepEqual(
        found.filter((text) => !code.includes(text)),
        [],
      );
    });
  }
});

/** Texts of the first column of tables under `message says`: without what stands for values, three words or more. */
function quotes(page: string): string[] {
  const tables = page.split(/\n\n+/).filter((part) => /^\| message says +\|/.test(part));
  return tables.flatMap((table) =>
    table
      .split("\n")
      .slice(2)
      .flatMap((row) => (row.split("|")[1] ?? "").replaceAll("`", "").split(/…|"[^"]*"/))
      .map((text) => text.trim())
      .filter((text) => text.split(" ").length >= 3),
  );
}
