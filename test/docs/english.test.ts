import assert from "node:assert/strict";
import { projectFiles, read } from "./pages.ts";

/** Idioms that docs avoid, and what to write instead. */
const IDIOMS: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/\bmend(?:s|ed|ing)?\b/i, "fix"],
  [/\banew\b/i, "again"],
  [/\bfor ever\b/i, "permanent, permanently"],
  [/\b(?:is|are|was|were) told\b/i, "reports, prints, says"],
  [/\btells what\b/i, "says what"],
  [/\b(?:is|are) none\b/i, "is not a, has no"],
  [/\bnone but\b/i, "only"],
  [/\bit is over when\b/i, "done when"],
  [/\b(?:a|each|every) \w+ a (?:tenant|day|week|month|year|hour|minute)\b/i, "one … per …"],
  [/\b\d[\d,]*(?:\.\d+)? (?:\w+ )?an? (?:tenant|day|week|month|year|hour|minute|second)\b/i, "… per …"],
  [/(?:^|[.:;] )Who (?:must|needs|has|wants|may|can|is)\b(?![^.\n]*\?)/m, "anyone who …, to …"],
];

const MAX_LINE = 120;

/** Pages that are generated from other files. */
const EXEMPT = new Set(["docs/catalog.md"]);

/** A page's prose: no blocks of code, no code spans, and no addresses of links. */
function prose(text: string): string {
  return text
    .replace(/^ *(```|~~~)[^]*?^ *\1$/gm, (block) => block.replace(/[^\n]/g, ""))
    .replace(/`[^`\n]*`/g, "``")
    .replace(/\]\([^)\s]*\)/g, "]()");
}

/** Idioms in a page, each with its line. */
function idioms(text: string): string[] {
  return prose(text)
    .split("\n")
    .flatMap((line, index) =>
      IDIOMS.flatMap(([pattern, instead]) => {
        const [found] = pattern.exec(line) ?? [];
        return found === undefined ? [] : [`line ${index + 1}: "${found.trim()}": write ${instead}`];
      }),
    );
}

/** Lines of prose that are too long. Rows of tables, addresses of links and one long word cannot be wrapped. */
function longLines(text: string): string[] {
  return text
    .replace(/^ *(```|~~~)[^]*?^ *\1$/gm, (block) => block.replace(/[^\n]/g, ""))
    .replace(/\]\([^)\s]*\)/g, "]()")
    .split("\n")
    .flatMap((line, index) => {
      const wrappable = !/^\s*\|/.test(line) && !/^\s*(?:[-*]|\d+\.)?\s*\S{90,}$/.test(line);
      return wrappable && line.length > MAX_LINE ? [`line ${index + 1}: ${line.length} characters`] : [];
    });
}

describe("English of docs", () => {
  const pages = projectFiles(/^(?:docs\/.*|[^/]+)\.md$/).filter((page) => !EXEMPT.has(page));

  it("avoids idioms that readers stumble over", () => {
    assert.deepEqual(
      pages.flatMap((page) => idioms(read(page)).map((problem) => `${page}: ${problem}`)),
      [],
    );
  });

  it(`has lines of at most ${MAX_LINE} characters`, () => {
    assert.deepEqual(
      pages.flatMap((page) => longLines(read(page)).map((problem) => `${page}: ${problem}`)),
      [],
    );
  });

  it("is judged outside of code and links", () => {
    assert.deepEqual(idioms("It mends itself.\n\nA row a tenant, and 50 a week."), [
      'line 1: "mends": write fix',
      'line 3: "A row a tenant": write one … per …',
      'line 3: "50 a week": write … per …',
    ]);
    assert.deepEqual(idioms("Who needs more"), ['line 1: "Who needs": write anyone who …, to …']);
    assert.deepEqual(idioms("Run `mend`, see [it](mend.md).\n\n```sh\nmend it\n```\n\nWho has it?"), []);
    const long = "word ".repeat(30);
    assert.deepEqual(longLines(`${long}\n| ${long} |\n\`\`\`\n${long}\n\`\`\``), ["line 1: 150 characters"]);
  });
});
