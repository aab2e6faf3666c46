import {
  bundleName,
  cellName,
  email,
  hostName,
  httpsUrl,
  LABEL,
  singleLine,
  moduleName,
  planName,
  port,
  releaseName,
  reportingModel,
  serverHost,
  text,
  integer,
} from "../../config/schemas/common.ts";
import assert from "node:assert/strict";
import fc from "fast-check";
import { checkValues } from "./support/values.ts";

/** So many letters. */
const letters = (count: number) => "a".repeat(count);
/** A host name that is so long: labels of 60 letters, and one that fills up. */
const long = (length: number) => `${`${letters(60)}.`.repeat(4)}${letters(length - 244)}`;
const WORDS = [
  ["a", "a1", "finance-ppm", "a-1-b"],
  ["", "1a", "-a", "a-", "a--b", "A", "a_b", " a", "a b", "a\n", 7, undefined],
] as const;

const FORMS = {
  label: [
    text(LABEL, 'a label such as "finance-ops"'),
    ["a", "7", "a-b", "1-2", letters(63)],
    ["", "-a", "a-", "A", "a_b", "a.b", letters(64), `${letters(62)}-`, " a", "a\n", 7],
  ],
  hostName: [
    hostName,
    ["a.bc", "erp.example.com", "1.example", "a-b.c1-d2.example", `${letters(63)}.com`, "xn--p1ai.xn--p1ai", long(253)],
    [
      ...["", "erp", "a.b", "a.1b", "10.0.0.1", "A.example", "erp.Example", "erp_x.example", "*.example", "-a.example"],
      ...["a-.example", "a.-example", "a.example-", "a..example", ".example", "a.example.", `${letters(64)}.com`],
      ...[`a.${letters(64)}`, long(254), " a.example", "a.example ", "a.example\n", "a.b/example", 7, undefined],
    ],
  ],
  serverHost: [
    serverHost,
    ["a", "db", "DB.internal", "10.0.0.1", "::1", "::", "fe80::A:1", "a-b.c", "db-1", long(253), "f:f:f:f:f:f:f:f"],
    [
      // What some take for an address, and others for none, or for another one.
      ...["1", "10", "10.1", "10.0.0", "10.0.0.256", "010.0.0.1", "10.0.0.01", "0x7f.1", "0x7f", "db.1", "300.1.2.3"],
      ...["a..b", "f:f", "1:::2", "1:2:3:4:5:6:7:8:9", "fe80::1%eth0", "a_b", letters(64), "a-.b", "a.-b", "ä"],
      "",
      "-db",
      "db-",
      ".db",
      "db.",
      "d b",
      "db:5432",
      "db/x",
      "u@db",
      ":",
      "g::1",
      "f:".repeat(20),
      long(254),
      " db",
      "db\n",
      "::1 ",
      7,
    ],
  ],
  port: [port, [1, 65535], [0, 65536, 80.5, "80", undefined]],
  email: [
    email,
    [
      ...["a@b.cd", "team@example.com", "A.b_c%d+e-f@x-1.Example.org", `${letters(64)}@b.cd`, "a@1.cd"],
      ...[`a@${letters(63)}.cd`, `a@b.${letters(63)}`],
    ],
    [
      ...["", "team", "team@", "@b.cd", "a@b", "a@b.c", "a@b.c1", "a@-b.cd", "a@b-.cd", "a@b..cd", "a@.cd", "a b@c.de"],
      ...["a@b_c.de", "a@@b.cd", "<a@b.cd>", "a@b.cd ", "a@b.cd\n", `${letters(65)}@b.cd`, `a@${letters(64)}.cd`],
      ...[`a@b.${letters(64)}`, `a@${long(250)}.cd`, "ä@b.cd", 7, undefined],
    ],
  ],
  cellName: [cellName, [...WORDS[0], letters(20)], [...WORDS[1], letters(21)]],
  planName: [planName, ...WORDS],
  bundleName: [bundleName, ...WORDS],
  releaseName: [
    releaseName,
    [
      "18.0-2026.11",
      "18.0-2026.01",
      "18.0-2026.10",
      "18.0-2026.12",
      "18.0-2026.11.1",
      "18.0-2026.11.29",
      "9.0-2026.09",
    ],
    [
      ...["", "18.0", "18-2026.11", "x.0-2026.11", "18.x-2026.11", "18.0-2026.00", "18.0-2026.13", "18.0-2026.1"],
      ...["18.0-1926.11", "18.0-20x6.11", "18.0-202x.11", "18.0-2026.0x", "18.0-2026.11.", "18.0-2026.11.0"],
      ...["18.0-2026.11.100", "18.0-2026.11.1x", "v18.0-2026.11", "18.0-2026.11\n", 18, undefined],
    ],
  ],
  moduleName: [
    moduleName,
    ["crm", "l10n_de", "a1", `a${letters(62)}`],
    ["", "a", "1a", "_a", "Crm", "a-b", "a.b", `a${letters(63)}`, " crm", "crm\n", 7, undefined],
  ],
  reportingModel: [
    reportingModel,
    ["a/v1", "finance_ppm/v1", "core2/v10", "core/v20"],
    [
      "",
      "core",
      "core/",
      "core/1",
      "core/v0",
      "core/v",
      "core/vx",
      "core/v1x",
      "1core/v1",
      "Core/v1",
      "a-b/v1",
      " a/v1",
      7,
    ],
  ],
  httpsUrl: [
    httpsUrl,
    ["https://a", "https://login.example.com", "https://a:8443/", "https://a/realms/acme", "https://[::1]:8443/a"],
    [
      ...["", "https://", "http://a", "a", "https:/a", "https:///a", "https://u:p@a", "https://a/?q", "https://a?q"],
      ...[
        "https://0x7f.1",
        "https://010.0.0.1/a",
        "https://1",
        "https://a:0",
        "https://a:65536/",
        "https://a:x",
        "https://a..b",
      ],
      ...["https://[::1", "https://a\\b", "https://ä.example", "https://a/\u202e"],
      ...[
        "https://a/#f",
        "https://a#f",
        "https://a b",
        "https://a/b c",
        "https://a/@b",
        " https://a",
        "https://a/\n",
        7,
      ],
    ],
  ],
} as const;

describe("the forms of texts", () => {
  for (const [name, [schema, right, wrong]] of Object.entries(FORMS)) {
    checkValues(name, schema, right[0], [["", right, wrong]]);
  }

  checkValues("a line", singleLine("a line", 5), "a", [
    ["", ["a", "ab", "a b", "Ä €", "abcde"], ["", " ", " a", "a ", "a\tb", "a\nb", "a\u0000b", "abcdef", 7, undefined]],
    [
      "",
      ["\u00e9", "q\u0301", "\u0645\u06cc\u200c\u062e", "株式会社", "شركة", "R&D", "C++", "#1", "(x)", "😀"],
      ["\u0301e", "a\ufe0f", "a\u00a0b", "a\u3000b"],
    ],
    ["", [], ["\u202eab", "a\u200bb", "a\u00adb", "a\u{e0041}", "a\u{e0100}", "\ue000", "\u0378", "a\ud800", "\u3164"]],
  ]);

  // All that Unicode has, but not all that it has is seen.
  it("let through in a line what is seen, and nothing else", () => {
    const schema = singleLine("a line");
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 5 }), (value) => {
        const hidden = Array.from(value.replace(/[\u200c\u200d]/g, "")).find(
          (character) => /[\p{C}\p{Z}]|\p{Default_Ignorable_Code_Point}/u.test(character) && character !== " ",
        );
        if (schema.safeParse(value).success) assert.equal(hidden, undefined, JSON.stringify(value));
        // Spaces around it, its marks, joiners and its composition are another matter.
        else {
          const isOther = /^[ \p{M}]| $|[\u2800\u200c\u200d]|(\p{M})\1|\p{M}{5}/u.test(value);
          assert.ok(hidden !== undefined || isOther || value !== value.normalize("NFC"), JSON.stringify(value));
        }
      }),
      { numRuns: 2000 },
    );
    for (let code = 0; code <= 0x10ffff; code++) {
      const character = String.fromCodePoint(code);
      const isTaken = schema.safeParse(`a${character}b`).success;
      if (isTaken && character !== " ") {
        assert.match(character, /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u);
        assert.doesNotMatch(
          character,
          /\p{Default_Ignorable_Code_Point}|\p{Cf}|\p{Bidi_Control}|\p{Variation_Selector}/u,
        );
      }
    }
  });

  checkValues("a whole number", integer(2, 5), 2, [["", [2, 3, 5], [1, 6, 2.5, "3", true, null, undefined]]]);
});
