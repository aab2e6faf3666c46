import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { projectFiles, read, ROOT } from "./pages.ts";

/** Anchors of a page as GitHub makes them of headings. */
function anchors(page: string): Set<string> {
  const text = read(page).replace(/^ *```[^]*?^ *```$/gm, "");
  return new Set(
    [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

/** What is wrong with a link to `target`, which is a path from the root. */
function broken(target: string, anchor = ""): string | undefined {
  if (!existsSync(join(ROOT, target))) return `${target} is not there`;
  if (anchor !== "" && target.endsWith(".md") && !anchors(target).has(anchor)) return `${target} has no #${anchor}`;
  return undefined;
}

describe("links", () => {
  it("of all pages lead somewhere", () => {
    const wrong: string[] = [];
    let checked = 0;
    for (const page of projectFiles(/\.md$/)) {
      const text = read(page).replace(/^ *```[^]*?^ *```$/gm, "");
      for (const [, link = ""] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^[a-z]+:/.test(link)) continue;
        const [path = "", anchor] = link.split("#");
        const problem = broken(path === "" ? page : normalize(join(dirname(page), path)), anchor);
        if (problem !== undefined) wrong.push(`${page}: ${link}: ${problem}`);
        checked += 1;
      }
    }
    assert.deepEqual(wrong, []);
    assert.ok(checked > 100, String(checked));
  });

  it("to runbooks in messages, code and rules lead somewhere", () => {
    const wrong: string[] = [];
    let checked = 0;
    const sources =
      /^(?:alerts|cli|components|config|charts|delivery|policies|providers|sandbox|sql|workflows|\.github)\/.*\.(?:ts|sh|py|sql|ya?ml|tpl|json)$/;
    for (const file of projectFiles(sources)) {
      for (const [link, page = "", anchor] of read(file).matchAll(
        /(docs\/runbooks\/[\w-]+\.md)(?:#([\w-]+)(?![\w-]*\$))?/g,
      )) {
        const problem = broken(page, anchor);
        if (problem !== undefined) wrong.push(`${file}: ${link}: ${problem}`);
        checked += 1;
      }
    }
    assert.deepEqual(wrong, []);
    assert.ok(checked >= 30, String(checked));
  });
});
