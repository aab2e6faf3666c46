import assert from "node:assert/strict";
import { ConfigError, readStackConfig } from "../../config/index.ts";
import { configSource, validStack } from "../support/stackValues.ts";

const GITHUB = { owner: "acme", repository: "odoo", platformTeam: "platform", reviewers: { prod: { platform: 7 } } };

function read(github: Readonly<Record<string, unknown>>, changes: Readonly<Record<string, unknown>> = {}) {
  return readStackConfig(configSource({ ...validStack(), github, ...changes })).github;
}

function problems(github: Readonly<Record<string, unknown>>, changes?: Readonly<Record<string, unknown>>): string {
  try {
    read(github, changes);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.message;
  }
  return "";
}

describe("the stack's key github", () => {
  it("fills in every default", () => {
    assert.deepEqual(read(GITHUB), {
      ...GITHUB,
      description: "Odoo tenants as code",
      adopt: false,
      approvals: 1,
      requiredChecks: ["validate", "changes", "comment"],
      reviewers: { staging: {}, prod: { platform: 7 } },
      variables: {},
    });
  });

  it("is for the prod stack's main cell alone", () => {
    assert.match(problems(GITHUB, { environment: "staging" }), /odoo-saas:github: is in a stack that does not keep/);
    assert.match(problems(GITHUB, { cell: "eu" }), /odoo-saas:github: is in a stack that does not keep/);
  });

  it("refuses what would leave the branch open, and what GitHub does not take", () => {
    for (const [changes, message] of [
      [{ approvals: 0 }, /approvals: is 0, expected a whole number from 1 to 10/],
      [{ requiredChecks: [] }, /requiredChecks: is \[\], expected at least one check/],
      [{ reviewers: { prod: {} } }, /reviewers\.prod: is \{\}, expected at least one team/],
      [
        { reviewers: { prod: { platform: "platform" } } },
        /reviewers\.prod\.platform: is "platform", expected a whole number/,
      ],
      [{ owner: "-acme" }, /owner: is "-acme", expected an organization/],
      [{ repository: "acme/odoo" }, /repository: is "acme\/odoo", expected a repository's name/],
      [{ apiUrl: "http://github.acme.example" }, /apiUrl: .*expected an https address/],
      [{ variables: { GITHUB_REGION: "eu" } }, /GITHUB_REGION/],
      [{ wiki: true }, /github\.wiki: is not a known key/],
    ] as const) {
      assert.match(problems({ ...GITHUB, ...changes }), message);
    }
  });
});
