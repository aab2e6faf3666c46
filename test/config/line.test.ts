import assert from "node:assert/strict";
import { parse } from "yaml";
import { lineFault } from "../../config/line.ts";
import { singleLine } from "../../config/schemas/common.ts";

/** What is said of a text. */
function fault(text: string): string | undefined {
  const found = lineFault(text);
  return found && `${found.wrong}, expected ${found.expected}`;
}

/** A text after what its message says is done to it. */
function followed(text: string): string {
  const message = fault(text) ?? assert.fail(`${JSON.stringify(text)} is right`);
  const characters = Array.from(text);
  const at = Number(/character (\d+)/.exec(message)?.[1]) - 1;
  const [, expected = ""] = message.split(", expected ");
  if (expected.startsWith('"')) return String(parse(expected));
  if (expected === "a space in its place") return characters.with(at, " ").join("");
  if (expected === "the same without it") return characters.toSpliced(at, 1).join("");
  if (expected === "a letter before it") return characters.toSpliced(at, 0, "q").join("");
  if (expected === "at most 4, and none twice in a row") {
    const count = Number(/has (\d+) marks/.exec(message)?.[1]);
    return characters.toSpliced(at + 1, count - 1).join("");
  }
  return assert.fail(`nobody can do what it says: ${message}`);
}

describe("a line for people", () => {
  for (const text of [
    "Acme",
    "Café",
    "株式会社",
    "شرکت می\u200cخواهم",
    "ක්\u200dරී",
    "क्\u200dष",
    "Tiếng Việt",
    "q\u0301\u0302\u0303\u0304",
    "שָׁלוֹם",
    "ที่นี่",
    "😀 & Co.",
  ]) {
    it(`is ${JSON.stringify(text)}`, () => assert.equal(fault(text.normalize("NFC")), undefined));
  }

  for (const [text, expected] of [
    ["Ac\u200cme", "whose character 3 is the invisible character U+200C, expected the same without it"],
    ["😀\u200bx", "whose character 2 is the invisible character U+200B, expected the same without it"],
    ["می\u200dخ", "whose character 3 is the invisible character U+200D, expected the same without it"],
    ["a\u00a0b", "whose character 2 is the blank U+00A0, expected a space in its place"],
    ["a\nb", "whose character 2 is the blank U+000A, expected a space in its place"],
    ["☃\ufe0f", "whose character 2 is the invisible character U+FE0F, expected the same without it"],
    [" a b ", 'which begins or ends with a space, expected "a b"'],
    ["   ", "which is blank, expected letters"],
    ["\u0301e", "whose character 1 is the mark U+0301 without a letter, expected a letter before it"],
    ["Cafe\u0301", 'which is not in composed form (Unicode NFC) at character 4, expected "Caf\\u00E9"'],
    ['é\u0065\u0301 "x"', 'which is not in composed form (Unicode NFC) at character 2, expected "éé \\"x\\""'],
    ["Ågström \u212b", 'which is not in composed form (Unicode NFC) at character 9, expected "Ågström Å"'],
    ["\u{1d15e}x", 'which is not in composed form (Unicode NFC) at character 1, expected "\\U0001D157\\U0001D165x"'],
    [
      `q${"\u0301".repeat(40)}`,
      "which has 40 marks in a row from character 2 on (U+0301), expected at most 4, and none twice in a row",
    ],
    [
      "xq\u0301\u0302\u0303\u0304\u0306",
      "which has 5 marks in a row from character 3 on (U+0301), expected at most 4, and none twice in a row",
    ],
    [
      "q\u0323\u0323",
      "which has 2 marks in a row from character 2 on (U+0323), expected at most 4, and none twice in a row",
    ],
    [
      "a\u20dd\u20dd",
      "which has 2 marks in a row from character 2 on (U+20DD), expected at most 4, and none twice in a row",
    ],
  ] as const) {
    it(`is not ${JSON.stringify(text).slice(0, 30)}, and is once the message is followed`, () => {
      assert.equal(fault(text), expected);
      if (text.trim() !== "") assert.equal(fault(followed(text)), undefined);
    });
  }

  it("is told of in a file with the text and with what it is for", () => {
    const messages = (text: string) =>
      singleLine("a title", 5)
        .safeParse(text)
        .error?.issues.map(({ message }) => message);
    assert.deepEqual(messages("a\u200bb"), [
      'is "a\\u200Bb", whose character 2 is the invisible character U+200B, expected the same without it',
    ]);
    assert.deepEqual(messages("a\u200bbcdef"), [
      'is "a\\u200Bbcdef", expected a title (one line, at most 5 characters)',
    ]);
    assert.deepEqual(messages(""), ['is "", expected a title (one line, at most 5 characters)']);
  });
});
