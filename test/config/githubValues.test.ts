import assert from "node:assert/strict";
import { githubSchema } from "../../config/schemas/github.ts";
import { checkValues } from "./support/values.ts";

const GITHUB = {
  owner: "acme",
  repository: "odoo",
  description: "Tenants",
  adopt: true,
  apiUrl: "https://github.acme.example/api/v3",
  platformTeam: "platform",
  securityTeam: "security",
  actionsApp: 5,
  checksApp: 99,
  approvals: 2,
  requiredChecks: ["validate", "test"],
  reviewers: { staging: { platform: 7 }, prod: { platform: 7 } },
  variables: { REGION: "eu" },
};

const team = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`t${index}`, index + 1]));
const TEAMS = {
  right: [team(6), { a: 2 ** 31 - 1 }, { "a_b-1": 1 }, { ["a".repeat(100)]: 1 }],
  wrong: [
    ...[team(7), { a: 0 }, { a: 2 ** 31 }, { a: "1" }, { A: 1 }, { "-a": 1 }, { "a-": 1 }, { ["a".repeat(101)]: 1 }],
    ...[{ " a": 1 }, { "a ": 1 }, { "": 1 }, ["a"], null],
  ],
};
const jobs = (count: number) => Array.from({ length: count }, (_, index) => `job ${index}`);

describe("settings of the repository", () => {
  checkValues("with every key", githubSchema, GITHUB, [
    [
      "owner",
      ["a", "Acme-1", "a".repeat(39)],
      ["", "-a", "a-", "a_b", "a.b", "a".repeat(40), " a", "a ", 7, undefined],
    ],
    [
      "repository",
      ["a", ".github", "...", "a_b-c.1", "a".repeat(100)],
      ["", ".", "..", "a/b", "a b", "a".repeat(101), " a", "a ", 7, undefined],
    ],
    ["description", ["a".repeat(200), undefined], ["", "a".repeat(201), 7]],
    ["adopt", [false, undefined], ["yes", null]],
    ["apiUrl", ["https://a/b", undefined], ["http://a", 7]],
    ["platformTeam", ["a", "a_b-1"], ["Platform", "a-", 7, undefined]],
    ["securityTeam", ["a", "a_b-1", undefined], ["Platform", "a-", 7]],
    ["checksApp", [1, 2 ** 31 - 1], [0, 2 ** 31, "1", 1.5, undefined]],
    ["actionsApp", [1, 2 ** 31 - 1, undefined], [0, 2 ** 31, "1", 1.5]],
    ["approvals", [1, 10, undefined], [0, 11, "1"]],
    [
      "requiredChecks",
      [["validate", "test"], ["test", "validate", ...jobs(48)], undefined],
      [["validate", "test", ...jobs(49)], [""], ["validate", "test", "test"], "a"],
    ],
    [
      "requiredChecks",
      [],
      [["a"], ["validate"], ["test"], jobs(50)],
      "names not all of validate, test, expected them: nothing else judges a change before a merge",
    ],
    ["requiredChecks", [], [[]], "is [], expected at least one check"],
    ["reviewers", [], ["platform", {}, undefined]],
    ["reviewers.staging", [...TEAMS.right, {}, undefined], TEAMS.wrong],
    ["reviewers.prod", TEAMS.right, [...TEAMS.wrong, {}, undefined]],
    ["reviewers.prod", [], [{}], "is {}, expected at least one team"],
    ["reviewers.staging", [], [team(7)], "has more than six teams, expected at most six: GitHub allows no more"],
    [
      "variables",
      [{}, { A: "" }, { _A_1: "x y" }, { ["A".repeat(100)]: "" }, { XGITHUB_A: "" }, undefined],
      [
        { GITHUB_A: "" },
        { a: "" },
        { "1A": "" },
        { "A B": "" },
        { " A": "" },
        { "A ": "" },
        { ["A".repeat(101)]: "" },
        { A: 1 },
        [],
      ],
    ],
  ]);

  it("need not say what has a default", () => {
    const { owner, repository, platformTeam, checksApp } = GITHUB;
    const smallest = { owner, repository, platformTeam, checksApp, reviewers: { prod: { platform: 7 } } };
    assert.deepEqual(githubSchema.parse(smallest), {
      ...smallest,
      description: "Odoo tenants as code",
      adopt: false,
      approvals: 1,
      requiredChecks: ["validate", "test"],
      actionsApp: 15_368,
      reviewers: { staging: {}, prod: { platform: 7 } },
      variables: {},
    });
  });
});
