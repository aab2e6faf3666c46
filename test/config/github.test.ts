import assert from "node:assert/strict";
import { ConfigError, readStackConfig } from "../../config/index.ts";
import { GITHUB, configSource, validStack } from "../support/stackValues.ts";

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
  it("is for the prod stack's main cell alone", () => {
    assert.match(problems(GITHUB, { environment: "staging" }), /odoo-saas:github: is in a stack that does not manage/);
    assert.match(problems(GITHUB, { cell: "eu" }), /odoo-saas:github: is in a stack that does not manage/);
  });

  it("is refused with the path of what is wrong", () => {
    assert.match(
      problems({ ...GITHUB, reviewers: { prod: {} } }),
      /github\.reviewers\.prod: is \{\}, expected at least one team/,
    );
    assert.match(problems({ ...GITHUB, wiki: true }), /github\.wiki: is not a known key/);
  });
});
