import assert from "node:assert/strict";
import { readAlertSettings } from "../../config/alerts.ts";
import { isSameLogin, readApprovers } from "../../config/approvers.ts";
import { keysOf, readRequesters } from "../../config/requesters.ts";
import { formatDiagnostic } from "../../config/diagnostics.ts";
import type { Diagnostic } from "../../config/diagnostics.ts";
import { withProject } from "../support/projectFolder.ts";

type Read = (root: string) => object;

/** What a file is refused with; none when it is taken. */
function refused(read: Read, file: string, text: string | undefined): string[] {
  const result: { readonly diagnostics?: readonly Diagnostic[] } = withProject({ [file]: text }, read);
  return (result.diagnostics ?? []).map(formatDiagnostic);
}

type Case = readonly [what: string, text: string | undefined, expected: readonly string[]];

/** What every file is refused for. */
const ALWAYS: readonly Case[] = [
  ["missing", undefined, ["1:1: does not exist, expected a readable file"]],
  [
    "no YAML",
    "a: [\n",
    ["2:1: is not indented like its neighbours or not closed, expected as many spaces as they have, or a bracket"],
  ],
];

function refuses(read: Read, file: string, cases: readonly Case[]): void {
  for (const [what, text, expected] of [...ALWAYS, ...cases]) {
    it(`is refused where it is ${what}`, () => {
      assert.deepEqual(
        refused(read, file, text),
        expected.map((line) => `${file}:${line}`),
      );
    });
  }
}

const RUNBOOKS = "runbooks: https://git.example/runbooks\n";
const ALERTS = `${RUNBOOKS}platform: { channel: platform }\n`;

describe("alerts/settings.yaml", () => {
  it("is read with its defaults", () => {
    const result = withProject({ "alerts/settings.yaml": ALERTS }, readAlertSettings);
    assert.deepEqual(result, {
      ok: true,
      settings: {
        runbooks: "https://git.example/runbooks",
        webhookFile: "/etc/alertmanager/secrets/mattermost-webhook",
        platform: { channel: "platform" },
        teams: {},
      },
    });
  });

  refuses(readAlertSettings, "alerts/settings.yaml", [
    [
      "wrong, with every place",
      `${RUNBOOKS}platform: { channel: "#ops" }\nteam: {}\n`,
      [
        '2:22: platform.channel: is "#ops", expected a Mattermost channel as its address has it such as "finance-ops"',
        "3:1: team: is not a known key, expected teams",
      ],
    ],
  ]);

  it("has no settings where it is refused", () => {
    for (const text of [undefined, "a: [\n", `${RUNBOOKS}platform: { channel: "#ops" }\nteam: {}\n`]) {
      assert.equal(withProject({ "alerts/settings.yaml": text }, readAlertSettings).ok, false);
    }
  });
});

describe("approvers.yaml", () => {
  it("names people as they are written", () => {
    const result = withProject({ "approvers.yaml": "approvers: [Jo-Santos, ana]\n" }, readApprovers);
    assert.deepEqual(result, { approvers: ["Jo-Santos", "ana"] });
  });

  refuses(readApprovers, "approvers.yaml", [
    [
      "empty",
      "approvers: []\n",
      ["1:12: approvers: is empty, expected at least one person: otherwise no request can be approved"],
    ],
    [
      "wrong, with every place",
      "approvers: [-jo]\nreviewers: []\n",
      [
        '1:13: approvers[0]: is "-jo", expected a GitHub login such as "jo-santos"',
        "2:1: reviewers: is not a known key, expected only approvers",
      ],
    ],
  ]);

  it("means the same person by a login in any case, and no other", () => {
    assert.ok(isSameLogin("Jo-Santos", "jo-santos"));
    assert.ok(isSameLogin("jo-santos", "JO-SANTOS"));
    assert.ok(!isSameLogin("jo-santos", "josantos"));
    assert.ok(!isSameLogin("", "jo"));
  });
});

describe("requesters.yaml", () => {
  const key = `MCowBQYDK2VwAyEA${"a".repeat(42)}A=`;

  it("gives people their keys, whatever the case of the login, and nobody else", () => {
    const result = withProject({ "requesters.yaml": `requesters: { Maria-Cruz: [${key}] }\n` }, readRequesters);
    assert.deepEqual(result, { requesters: { "Maria-Cruz": [key] } });
    assert.deepEqual(keysOf({ "Maria-Cruz": [key] }, "maria-cruz"), [key]);
    for (const nobody of ["maria", "", "__proto__", "constructor"]) {
      assert.deepEqual(keysOf({ "Maria-Cruz": [key] }, nobody), []);
    }
  });

  refuses(readRequesters, "requesters.yaml", [
    [
      "wrong, with every place",
      `requesters:\n  maria: [${key}]\n  jo: [${key}]\nkeys: {}\n`,
      [
        "3:8: requesters.jo[0]: is the key of maria too, expected a key of this person only",
        "4:1: keys: is not a known key, expected only requesters",
      ],
    ],
  ]);
});
