import assert from "node:assert/strict";
import { formatDiagnostic } from "../../config/diagnostics.ts";
import { parseYaml } from "../../config/yaml.ts";

/** What a text is refused with; none when it is taken. */
function refused(text: string): string[] {
  const parsed = parseYaml("f.yaml", text);
  return "diagnostics" in parsed ? parsed.diagnostics.map(formatDiagnostic) : [];
}

function valueOf(text: string): unknown {
  const parsed = parseYaml("f.yaml", text);
  return "value" in parsed ? parsed.value : assert.fail(refused(text).join());
}

/** Where a problem of a text is said to be: line, column and path. */
function place(text: string, path: readonly (string | number)[], atKey = false): string {
  const parsed = parseYaml("f.yaml", text);
  assert.ok("source" in parsed);
  assert.equal(parsed.source.file, "f.yaml");
  const { line, column, path: shown, message } = parsed.source.locate({ path, atKey, message: "is x" });
  assert.equal(message, "is x");
  return `${line}:${column} ${shown}`;
}

const INVISIBLE =
  /^f\.yaml:1:5: is the (?:invisible character U\+[0-9A-F]{4,6}, expected the same without it|blank U\+[0-9A-F]{4}, expected a space in its place)$/;

describe("the characters of a file", () => {
  // Each end of each range that is refused has its neighbour here.
  for (const character of [
    ...[
      " ",
      "~",
      "\u00a1",
      "\u00ac",
      "\u00ae",
      "é",
      "ß",
      "中",
      "ا",
      "ก",
      "\u2010",
      "\u2027",
      "\u2030",
      "\u205e",
      "€",
      "\ufffd",
    ],
    ...["\u{10000}", "😀", "☃\ufe0f"],
  ]) {
    it(`may be ${JSON.stringify(character)} (U+${(character.codePointAt(0) ?? 0).toString(16)})`, () => {
      assert.deepEqual(refused(`a: "x${character}y"\n`), []);
    });
  }
  for (const character of [
    ...[
      "\u0000",
      "\u0008",
      "\u000b",
      "\u001f",
      "\u007f",
      "\u0085",
      "\u009f",
      "\u00a0",
      "\u00ad",
      "\u034f",
      "\u061c",
      "\u115f",
    ],
    ...[
      "\u180e",
      "\u2000",
      "\u200b",
      "\u200d",
      "\u200e",
      "\u2028",
      "\u202e",
      "\u202f",
      "\u2060",
      "\u2065",
      "\u2066",
      "\u2069",
    ],
    ...["\u206a", "\u2800", "\u3000", "\u3164", "\ue000", "\ufe0f", "\ufeff", "\uffa0", "\ufff9", "\ufffe", "\uffff"],
    ...["\u{e0041}", "\u{e0100}", "\u{f0000}", "\u{10ffff}", "\u0378"],
  ]) {
    it(`may not be U+${(character.codePointAt(0) ?? 0).toString(16)}`, () => {
      assert.match(refused(`a: x${character}y\n`).join(), INVISIBLE);
    });
  }

  it("end lines with LF or CR LF, and not with CR alone", () => {
    assert.deepEqual(valueOf("a: 1\r\nb: 2\r\n"), { a: 1, b: 2 });
    for (const text of ["a: 1\rb: 2\n", "a: 1\r\r\n", "a: 1\r"])
      assert.match(refused(text).join(), /^f\.yaml:1:5: is a carriage return alone/);
  });

  it("are named with four digits", () => {
    assert.deepEqual(refused("a: x\u0085\n"), ["f.yaml:1:5: is the blank U+0085, expected a space in its place"]);
  });

  it("are right once the message is followed", () => {
    for (const character of ["\u00a0", "\u200b", "\u200c", "\u200d", "\u2028", "\u3000", "\u{e0041}", "\ue000"]) {
      let text = `a: "x${character}y${character}z"\n`;
      for (let message = refused(text).join(); message !== ""; message = refused(text).join()) {
        const column = Number(/^f\.yaml:1:(\d+): /.exec(message)?.[1]);
        const replacement = message.endsWith("expected a space in its place") ? " " : "";
        text = text.slice(0, column - 1) + replacement + text.slice(column - 1 + character.length);
      }
      assert.match(text, /^a: "x ?y ?z"\n$/);
    }
  });

  // RFC 5892, appendices A.1 and A.2.
  for (const [what, word] of [
    ["Persian", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"],
    ["Persian, with a mark", "\u0645\u06cc\u064e\u200c\u064e\u062e"],
    ["Hindi", "\u0915\u094d\u200d\u0937"],
    ["Hindi, not joined", "\u0915\u094d\u200c\u0937"],
    ["Sinhala", "\u0dc1\u0dca\u200d\u0dbb\u0dd3"],
  ] as const) {
    it(`join letters, or keep them apart, as ${what} needs it`, () => assert.deepEqual(refused(`a: ${word}\n`), []));
  }
  for (const [what, word] of [
    ["Latin letters", "ab\u200cc"],
    ["a letter that does not join what follows", "ab\u0627\u200c\u0628"],
    ["the end", "ab\u06cc\u200c"],
    ["Persian letters, which a joiner joins no more", "ab\u06cc\u200d\u062e"],
    ["two in a row", "ab\u06cc\u200c\u200c\u062e"],
  ] as const) {
    it(`join nothing where nothing is joined: ${what}`, () => {
      assert.match(
        refused(`a: ${word}\n`).join(),
        /: is the invisible character U\+200[CD], expected the same without it$/,
      );
    });
  }
});

describe("what YAML 1.1 and 1.2 read differently", () => {
  for (const [text, expected] of [
    ...["yes", "Yes", "YES", "on", "y"].map((word) => [word, `quotes: "${word}" if it is text, else true`] as const),
    ...["no", "No", "off", "OFF", "n"].map((word) => [word, `quotes: "${word}" if it is text, else false`] as const),
    ["012", 'quotes: "012" if it is text, else 12 in decimal digits'],
    ["0o14", 'quotes: "0o14" if it is text, else 12 in decimal digits'],
    ["0x1F", 'quotes: "0x1F" if it is text, else 31 in decimal digits'],
    ["1e3", 'quotes: "1e3" if it is text, else 1000 in decimal digits'],
    ["+7", 'quotes: "+7" if it is text, else 7 in decimal digits'],
    ["7.", 'quotes: "7." if it is text, else 7 in decimal digits'],
    [".5", 'quotes: ".5" if it is text, else 0.5 in decimal digits'],
    ["00", 'quotes: "00" if it is text, else 0 in decimal digits'],
    ...["0b11", "1_000", "12:30", "190:20:30", "12345678e123456"].map((word) => [word, `quotes: "${word}"`] as const),
  ]) {
    it(`is not taken without quotes: ${text}`, () => {
      const message = `is ${text}, which YAML 1.1 and 1.2 read differently, expected ${expected}`;
      assert.deepEqual(refused(`a: ${text}\n`), [`f.yaml:1:4: a: ${message}`]);
      assert.deepEqual(refused(`a: [b, ${text}] # x\n`), [`f.yaml:1:8: a[1]: ${message}`]);
      const [key = ""] = refused(`a: { ${text}: b }\n`);
      assert.match(key, /^f\.yaml:1:6: a\.\S+: /);
      assert.ok(key.endsWith(`: is ${text}, which YAML 1.1 and 1.2 read differently, expected quotes: "${text}"`), key);
      assert.deepEqual(refused(`- ${text}\n`), [`f.yaml:1:3: [0]: ${message}`]);
      assert.deepEqual(valueOf(`a: "${text}"\n`), { a: text });
    });
  }
  it("is nothing else", () => {
    const text =
      "- 0\n- 7\n- -12\n- 7.50\n- true\n- null\n- 2026-11-22\n- 18.0-2026.11\n- yes!\n- on it\n- 10.0.0.0/8\n- 500m\n- 0 2 * * *\n- 1.2.3\n";
    const values = [0, 7, -12, 7.5, true, null, "2026-11-22", "18.0-2026.11", "yes!", "on it"];
    assert.deepEqual(valueOf(text), [...values, "10.0.0.0/8", "500m", "0 2 * * *", "1.2.3"]);
    assert.deepEqual(valueOf("a: b # yes, 010 and 1e3\n# no\n"), { a: "b" });
  });
});

describe("texts that a comment ends", () => {
  it("are told, with what they would be without it", () => {
    const parsed = parseYaml(
      "f.yaml",
      'a: Acme #1 GmbH\nb: { c: [x, y z # w\n  ] } # after all\nd: "q" # quoted\ne: # empty\nf: 7 # number\ng: h#i\n',
    );
    assert.deepEqual("cuts" in parsed ? parsed.cuts : undefined, [
      { path: ["a"], whole: "Acme #1 GmbH" },
      { path: ["b", "c", 1], whole: "y z # w" },
    ]);
  });
});

describe("what is left to one reader", () => {
  it("has percent signs and marks of anchors and tags where they are text", () => {
    assert.deepEqual(valueOf('a: 5%\nb: "%x"\n  # %TAG\nc: "&x !y *z"\n'), { a: "5%", b: "%x", c: "&x !y *z" });
  });

  it("has no aliases without an anchor", () => {
    assert.deepEqual(refused("a: 1\nb: *x\n"), ["f.yaml:2:4: is an alias (*x), expected the value itself"]);
  });

  it("has no tabs, and texts for keys", () => {
    assert.deepEqual(refused("a:\t1\n"), ["f.yaml:1:3: is a tab, expected spaces"]);
    assert.deepEqual(refused("[a]: 1\n"), ["f.yaml:1:1: is a key that is not text, expected text"]);
  });

  it("has no directive, on whatever line", () => {
    assert.deepEqual(refused("a: 1\n---\n%YAML 1.1\n"), [
      "f.yaml:3:1: is a directive, expected YAML 1.2 without directives",
    ]);
  });

  for (const text of ["", "\n", "# x\n", "~\n", "null\n", "---\n"]) {
    it(`is something, which ${JSON.stringify(text)} is not`, () => {
      assert.deepEqual(refused(text), ["f.yaml:1:1: is empty, expected a mapping"]);
    });
  }

  it("may be false, zero or an empty text, for the schema to judge", () => {
    assert.deepEqual(["false\n", "0\n", '""\n', "[]\n"].map(valueOf), [false, 0, "", []]);
  });

  it("has no anchors, aliases and tags, each with its place", () => {
    assert.deepEqual(refused("a: &x 1\nb: [*x, !!int 2]\nc: !!map {}\n"), [
      "f.yaml:1:7: has an anchor (&x), expected none",
      "f.yaml:2:5: is an alias (*x), expected the value itself",
      "f.yaml:2:15: has a tag (!!int), expected none",
      "f.yaml:3:10: has a tag (!!map), expected none",
    ]);
  });

  it("is told in the parser's words what nobody gets wrong", () => {
    assert.deepEqual(refused("a: !<!> 1\n"), [
      "f.yaml:1:4: is not YAML (Verbatim tags aren't resolved, so !<!> is invalid), expected YAML 1.2",
    ]);
  });

  it("is told of five faults at most, and not of all that the parser says of one", () => {
    const anchors = Array.from({ length: 9 }, (_, index) => `k${index}: &x${index} 1\n`).join("");
    assert.deepEqual(
      refused(anchors).map((line) => line.split(" ")[0]),
      [1, 2, 3, 4, 5].map((line) => `f.yaml:${line}:9:`),
    );
    const [line = ""] = refused(`a: !${"x".repeat(500)} 1\n`);
    assert.ok(line.length < 150, line);
  });
});

describe("the depth of a file", () => {
  const DEEP = "is nested too deeply, expected at most 20 levels";
  const nested = (open: string, close: string, levels: number) => open.repeat(levels) + close.repeat(levels);

  it("is at most twenty brackets", () => {
    for (const [open, close] of [
      ["[", "]"],
      ["{a: ", "}"],
    ] as const) {
      assert.deepEqual(refused(`a: ${nested(open, close, 20)}\n`), []);
      assert.deepEqual(refused(`a: ${nested(open, close, 21)}\n`), [`f.yaml:1:${4 + 20 * open.length}: ${DEEP}`]);
    }
  });

  it("is no matter of how many brackets are beside each other", () => {
    assert.deepEqual(refused(`a: [${"[[]], {a: {}}, ".repeat(30)}]\n`), []);
  });

  it("begins anew after brackets that close nothing", () => {
    const text = `# ]]]}}}\na: ${nested("[", "]", 21)}\n`;
    assert.deepEqual(refused(text), [`f.yaml:2:24: ${DEEP}`]);
  });

  it("is less than twenty dashes on a line, and than eighty spaces", () => {
    assert.deepEqual(refused(`${"- ".repeat(19)}x\n`), []);
    assert.deepEqual(refused(`a:\n${"- ".repeat(20)}x\n`), [`f.yaml:2:1: ${DEEP}`]);
    assert.deepEqual(refused(`a:\n${"?  ".repeat(20)}x\n`), [`f.yaml:2:1: ${DEEP}`]);
    assert.deepEqual(refused(`a:\n${" ".repeat(79)}b: 1\n`), []);
    assert.deepEqual(refused(`a:\n${" ".repeat(80)}b: 1\n`), [`f.yaml:2:1: ${DEEP}`]);
    assert.deepEqual(refused(`a: b #${" ".repeat(80)}- - -\n`), []);
  });
});

describe("the place of a problem", () => {
  const TEXT = `# first
a:
  b: 1
  c: [x, { d: 2 }]
e:
  - f: 3
  - g
7: h
m: [[], 
  [x, {w: 1}]]
`;

  for (const [what, path, expected] of [
    ["the whole file", [], "1:1 "],
    ["a value", ["a", "b"], "3:6 a.b"],
    ["an entry of a list", ["a", "c", 0], "4:7 a.c[0]"],
    ["a value in an entry", ["a", "c", 1, "d"], "4:15 a.c[1].d"],
    ["an entry of a block list", ["e", 1], "7:5 e[1]"],
    ["a value in an entry of a block list", ["e", 0, "f"], "6:8 e[0].f"],
    ["a mapping: at its first key", ["a"], "3:3 a"],
    ["what is missing in a block mapping: at the mapping's key", ["a", "z"], "2:1 a.z"],
    ["what is missing in an entry: at the entry", ["e", 0, "z"], "6:5 e[0].z"],
    ["what is missing in an entry on a line", ["a", "c", 1, "z"], "4:10 a.c[1].z"],
    ["what is missing in an entry of an entry", ["m", 1, 1, "z"], "10:7 m[1][1].z"],
    ["an entry that is missing: at the list", ["e", 9], "6:3 e[9]"],
    ["what is missing in the file: at its beginning", ["z"], "2:1 z"],
    ["what is missing within what is missing", ["z", "y"], "2:1 z.y"],
    ["something within a text: at the text", ["a", "b", "y"], "3:3 a.b.y"],
    ["a key that looks like a number", ["7"], "8:4 7"],
    ["a name in a list: at the list", ["e", "f"], "6:3 e.f"],
  ] as const) {
    it(`of ${what}`, () => assert.equal(place(TEXT, path), expected));
  }

  it("of a key that should not be there", () => {
    assert.equal(place(TEXT, ["a", "b"], true), "3:3 a.b");
    assert.equal(place(TEXT, ["a"], true), "2:1 a");
    assert.equal(place(TEXT, ["a", "c", 1, "d"], true), "4:12 a.c[1].d");
  });
});
