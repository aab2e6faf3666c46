import assert from "node:assert/strict";
import { readAlertSettings } from "../../config/alerts.ts";
import { isSameLogin, readApprovers } from "../../config/approvers.ts";
import { formatDiagnostic } from "../../config/diagnostics.ts";
import type { Diagnostic } from "../../config/diagnostics.ts";
import { withProject } from "../support/projectFolder.ts";

type Read = (root: string) => object;

/** What a file is refused with; none when it is taken. */
function refused(read: Read, file: string, text: string | undefined): string[] {
  const result: { readonly diagnostics?: readonly Diagnostic[] } = withProject({ [file]: text }, read);
  return (result.diagnostics ?? []).map(formatDiagnostic);
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

  for (const [what, text, expected] of [
    ["missing", undefined, ["1:1: does not exist, expected a readable file"]],
    [
      "no YAML",
      "a: [\n",
      ["2:1: is not indented like its neighbours or not closed, expected as many spaces as they have, or a bracket"],
    ],
    [
      "wrong, with every place",
      `${RUNBOOKS}platform: { channel: "#ops" }\nteam: {}\n`,
      [
        '2:22: platform.channel: is "#ops", expected a Mattermost channel as its address has it such as "finance-ops"',
        "3:1: team: is not a known key, expected teams",
      ],
    ],
  ] as const) {
    it(`is refused where it is ${what}`, () => {
      const lines = refused(readAlertSettings, "alerts/settings.yaml", text);
      assert.deepEqual(
        lines,
        expected.map((line) => `alerts/settings.yaml:${line}`),
      );
      assert.equal(withProject({ "alerts/settings.yaml": text }, readAlertSettings).ok, false);
    });
  }
});

describe("approvers.yaml", () => {
  it("names people as they are written", () => {
    const result = withProject({ "approvers.yaml": "approvers: [Jo-Santos, ana]\n" }, readApprovers);
    assert.deepEqual(result, { approvers: ["Jo-Santos", "ana"] });
  });

  for (const [what, text, expected] of [
    ["missing", undefined, ["1:1: does not exist, expected a readable file"]],
    [
      "no YAML",
      "a: [\n",
      ["2:1: is not indented like its neighbours or not closed, expected as many spaces as they have, or a bracket"],
    ],
    [
      "empty",
      "approvers: []\n",
      ["1:12: approvers: is empty, expected at least one person: else no request can be approved"],
    ],
    [
      "wrong, with every place",
      "approvers: [-jo]\nreviewers: []\n",
      [
        '1:13: approvers[0]: is "-jo", expected a GitHub login such as "jo-santos"',
        "2:1: reviewers: is not a known key, expected one of approvers",
      ],
    ],
  ] as const) {
    it(`is refused where it is ${what}`, () => {
      const lines = refused(readApprovers, "approvers.yaml", text);
      assert.deepEqual(
        lines,
        expected.map((line) => `approvers.yaml:${line}`),
      );
    });
  }

  it("means the same person by a login in any case, and no other", () => {
    assert.ok(isSameLogin("Jo-Santos", "jo-santos"));
    assert.ok(isSameLogin("jo-santos", "JO-SANTOS"));
    assert.ok(!isSameLogin("jo-santos", "josantos"));
    assert.ok(!isSameLogin("", "jo"));
  });
});
