import assert from "node:assert/strict";
import { z } from "zod";
import { checkDocument } from "../../config/document.ts";
import { singleLine, list, mapping, oneOf } from "../../config/schemas/common.ts";
import { formatDiagnostic } from "../../config/diagnostics.ts";
import { parseYaml } from "../../config/yaml.ts";

const schema = mapping({
  name: singleLine("a name"),
  plan: oneOf(["small", "large"]),
  notes: list(singleLine("a note"), "notes").default([]),
  more: z.record(z.string(), singleLine("a text")).default({}),
});

/** What is wrong with a file. */
function problems(text: string): string[] {
  const parsed = parseYaml("f.yaml", text);
  assert.ok("source" in parsed);
  const result = checkDocument(parsed, schema);
  return result.ok ? [] : result.problems.map((problem) => formatDiagnostic(parsed.source.locate(problem)));
}

describe("a text in front of a comment", () => {
  for (const [what, text, position, read, whole] of [
    ["a name", "plan: small\nname: Acme #1 GmbH\n", "2:7: name", "Acme", "Acme #1 GmbH"],
    [
      "a name with a comment behind it",
      "plan: small\nname: Acme # the agency\n",
      "2:7: name",
      "Acme",
      "Acme # the agency",
    ],
    ["an entry of a list", "plan: small\nname: A\nnotes:\n  - b\n  - c #d\n", "5:5: notes[1]", "c", "c #d"],
    ["a value by a name of its own", "plan: small\nname: A\nmore: { b: c #d\n }\n", "3:12: more.b", "c", "c #d"],
  ] as const) {
    it(`is refused where both are right: ${what}`, () => {
      const message = `is "${read}" before a comment, expected quotes: around "${whole}" if the comment belongs to it, else around "${read}" alone`;
      assert.deepEqual(problems(text), [`f.yaml:${position}: ${message}`]);
      assert.deepEqual(problems(text.replace(whole, `"${whole}"`)), []);
      assert.deepEqual(
        problems(text.replace(read === "c" ? " c " : `${read} `, read === "c" ? ' "c" ' : `"${read}" `)),
        [],
      );
    });
  }

  it("is taken where a comment is none of it, and comments elsewhere are", () => {
    assert.deepEqual(
      problems('plan: small # three pods\nname: "Acme" # the agency\n# Notes.\nnotes: [a, b] # no more\n'),
      [],
    );
    assert.deepEqual(problems("plan: small #three\nname: C#\n"), []);
  });

  it("is not told beside what is wrong anyway", () => {
    assert.deepEqual(problems("plan: tiny\nname: Acme #1\n"), [
      'f.yaml:1:7: plan: is "tiny", expected one of small, large',
    ]);
  });
});
