import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkStackFiles, loadCatalogue } from "../../config/index.ts";
import { VALID_PROJECT, withProject } from "../support/projectFolder.ts";

/** A generator of whole numbers below a limit that gives the same ones in each run (mulberry32). */
function numbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  };
}

const TOKENS = [
  "{",
  "}",
  "[",
  "]",
  ":",
  "-",
  "- ",
  "\n",
  "  ",
  "\t",
  "'",
  '"',
  "#",
  "&a",
  "*a",
  "!",
  "!!map",
  "?",
  "|",
  ">",
  "%",
  "@",
  "`",
  "---",
  "...",
  "<<",
  "null",
  "~",
  "1e9",
  ".inf",
  "0x",
  "__proto__",
  "constructor",
  "\u0000",
  "\uFEFF",
  "\u2028",
  "é",
  "\\",
  ",",
];

/** A text with some parts of it removed, repeated, moved or replaced. */
function mutated(text: string, next: (limit: number) => number): string {
  let result = text;
  for (let count = 1 + next(6); count > 0; count -= 1) {
    const at = next(result.length + 1);
    const length = next(12);
    const middle =
      [TOKENS[next(TOKENS.length)] ?? "", "", result.slice(at, at + length).repeat(2), String(next(1e6))][next(4)] ??
      "";
    result = result.slice(0, at) + middle + result.slice(at + length);
  }
  return result;
}

describe("whatever the files hold", () => {
  it("loading answers with a catalogue or with problems that have a place, and never throws", () => {
    const next = numbers(20261122);
    const files = Object.keys(VALID_PROJECT).filter((file) => file.endsWith(".yaml"));
    const stackFile = readFileSync(join(import.meta.dirname, "../../Pulumi.prod.yaml"), "utf8");
    let refused = 0;
    for (let round = 0; round < 300; round += 1) {
      const file = files[next(files.length)] ?? "";
      const changes = {
        [file]: mutated(VALID_PROJECT[file] ?? "", next),
        "Pulumi.prod.yaml": mutated(stackFile, next),
      };
      withProject(changes, (root) => {
        const result = loadCatalogue(root);
        const diagnostics = result.ok ? checkStackFiles(root, result.catalogue) : result.diagnostics;
        refused += diagnostics.length > 0 ? 1 : 0;
        for (const { line, column, message } of diagnostics) {
          const where = JSON.stringify({ changes, line, column, message });
          assert.ok(line >= 1 && column >= 1, where);
          assert.match(message, /^[^\n]+, expected [^\n]+$/, where);
        }
      });
    }
    assert.ok(refused > 150, `only ${refused} of 300 were refused`);
  });
});
