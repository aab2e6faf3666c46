import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { formatDiagnostics } from "../../config/diagnostics.ts";
import { judgeWorkflow } from "../support/workflowRules.ts";

const ROOT = join(import.meta.dirname, "../..");
const workflows = globSync(".github/workflows/*.{yml,yaml}", { cwd: ROOT }).sort();
const actions = globSync(".github/actions/*/action.yml", { cwd: ROOT }).sort();

/** A workflow that nothing is wrong with. */
const RIGHT = `name: Right
on:
  push: { branches: [main] }
permissions:
  contents: read
concurrency:
  group: right
  cancel-in-progress: false
defaults:
  run: { shell: bash }
jobs:
  one:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    permissions:
      contents: read
      id-token: write # signs
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - run: npm run something
        env:
          TITLE: \${{ github.event.head_commit.message }}
`;

/** What is changed in {@link RIGHT}, and a piece of what is then said; the line that it is said of. */
const WRONG: readonly (readonly [string, string, RegExp])[] = [
  ["push: { branches: [main] }", "pull_request_target: {}", /^x:3:\d+: on: .*pull_request_target/],
  ["permissions:\n  contents: read\n", "", /no permissions at its top/],
  ["permissions:\n  contents: read\n", "permissions: read-all\n", /^x:4:\d+: permissions: .*more than contents/],
  ["permissions:\n  contents: read\n", "permissions:\n  issues: read\n", /permissions: .*more than contents/],
  ["permissions:\n  contents: read\n", "permissions:\n  contents: write\n", /permissions: .*more than contents/],
  [
    "      contents: read\n      id-token: write # signs",
    "      contents: read\n      id-token: write",
    /says? what for/,
  ],
  ["    permissions:\n      contents: read\n      id-token: write # signs", "    permissions: write-all", /write-all/],
  ["group: right", "cancel: right", /no concurrency/],
  ["cancel-in-progress: false", "max: 3", /no concurrency/],
  ["run: { shell: bash }", "run: { shell: sh }", /defaults\.run\.shell/],
  ["    timeout-minutes: 5\n", "", /jobs\.one: has no timeout-minutes/],
  ["ubuntu-24.04", "ubuntu-latest", /runs-on: is no fixed image/],
  ["ubuntu-24.04", "[self-hosted]", /runs-on: is no fixed image/],
  ["@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", "@v7", /40 digits/],
  ["@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", "@3d3c42e # v7.0.1", /40 digits/],
  ["actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", "docker://alpine:3", /40 digits/],
  ["90b1 # v7.0.1", "90b1", /does not say its version/],
  ["persist-credentials: false", "fetch-depth: 1", /leaves the token/],
  ["npm run something", 'echo "${{ github.head_ref }}"', /expression into a script/],
  ["npm run something", "npm run up -- --ignore-protect", /--ignore-protect/],
  ["npm run something", "git commit --no-verify", /--no-verify/],
  ["npm run something", "pulumi up --yes --stack prod", /without --policy-pack/],
  ["npm run something", "pulumi state delete x", /Pulumi's state/],
  ["cancel-in-progress: false", "cancel-in-progress: true\n# x", /^(?!.)/],
];

describe("the workflows", () => {
  it("are there", () => assert.notDeepEqual(workflows, []));

  for (const file of [...workflows, ...actions]) {
    it(`${file} keeps the rules`, () => {
      assert.equal(formatDiagnostics(judgeWorkflow(file, readFileSync(join(ROOT, file), "utf8"))), "");
    });
  }
});

describe("the rules of workflows", () => {
  it("accept a workflow that keeps them", () => assert.deepEqual(judgeWorkflow("x", RIGHT), []));

  for (const [from, to, message] of WRONG) {
    it(`judge ${JSON.stringify(to)} in the place of ${JSON.stringify(from)}`, () => {
      const text = RIGHT.replace(from, to);
      assert.notEqual(text, RIGHT);
      assert.match(formatDiagnostics(judgeWorkflow("x", text)), message);
    });
  }

  it("let no run be cancelled that writes", () => {
    const text = RIGHT.replace("progress: false", "progress: true").replace("id-token: write", "packages: write");
    assert.match(formatDiagnostics(judgeWorkflow("x", text)), /cancels a run that writes/);
  });

  it("hold for the steps of an action", () => {
    const text = "runs:\n  using: composite\n  steps:\n    - uses: actions/cache@v5\n";
    assert.match(formatDiagnostics(judgeWorkflow("x/action.yml", text)), /^x\/action\.yml:4:\d+: .*40 digits/);
  });

  it("let policies through with the pack only", () => {
    const text = RIGHT.replace(
      "npm run something",
      "pulumi preview --stack prod --policy-pack policies/pulumi-analyzer-odoo-saas",
    );
    assert.deepEqual(judgeWorkflow("x", text), []);
  });
});
