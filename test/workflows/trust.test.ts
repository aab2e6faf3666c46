import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { APP_ENVIRONMENTS, STACK_ENVIRONMENTS } from "../../config/githubRepository.ts";
import { readWorkflow } from "../support/workflowCredentials.ts";
import type { Job, Workflow } from "../support/workflowCredentials.ts";

const ROOT = join(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
const actions = new Map(
  globSync(".github/actions/*/action.yml", { cwd: ROOT }).map((file) => [dirname(file), read(file)]),
);
const files = globSync(".github/workflows/*.yml", { cwd: ROOT }).sort();

/** Runs on `main` alone, by a condition that every event of a branch fails. */
const ON_MAIN = /github\.ref == 'refs\/heads\/main'/;

/** A stack as workflows write it. */
const STACK = /\$\{\{ (?:matrix\.stack|inputs\.fix) \}\}$/;

/** Environments that are code: those of stacks, and those of apps. */
function isKnown(environment: string): boolean {
  const kind = Object.values(STACK_ENVIRONMENTS).some((prefix) => environment.replace(STACK, "") === prefix);
  return (STACK.test(environment) && kind) || APP_ENVIRONMENTS.some((name) => name === environment);
}

/** What lets a branch reach credentials that only main, or a person, may give. */
function judge({ events, jobs }: Workflow): string[] {
  const byName = new Map(jobs.map((job) => [job.name, job]));
  return jobs.flatMap((job) => {
    const tell = (holds: boolean, problem: string) => (holds ? [] : [`${job.name}: ${problem}`]);
    const takesRole = job.steps.some(({ uses }) => uses.startsWith("aws-actions/configure-aws-credentials@"));
    const isGuarded = [job.name, ...job.waitsFor].some((name) => ON_MAIN.test(byName.get(name)?.condition ?? ""));
    const ofBranch = events.includes("pull_request");
    return [
      ...tell(
        !takesRole || job.environment !== undefined,
        "takes a cloud role without an environment, which any branch could",
      ),
      ...tell(!takesRole || job.permissions["id-token"] === "write", "takes a cloud role without asking for a token"),
      ...tell(
        job.environment === undefined || isKnown(job.environment),
        `has environment ${job.environment ?? ""}, which components/gitopsRepository.ts does not make: GitHub would, open to everything`,
      ),
      ...tell(!ofBranch || job.environment === undefined, "has an environment where the branch's own workflow runs"),
      ...tell(!ofBranch || !job.hasCredentials || isGuarded, "has credentials where the branch's own workflow runs"),
      ...tell(
        !events.includes("workflow_run") || !runsBranch(job) || isReleased(job),
        "runs what a branch has before a person has read it",
      ),
      ...tell(!events.includes("pull_request_target"), "runs on pull_request_target"),
    ];
  });
}

/** Whether files of a branch get into the checkout by another way than `ci:take`. */
function runsBranch({ steps }: Job): boolean {
  return steps.some(
    ({ uses, run, with: given }) =>
      (uses.startsWith("actions/checkout@") && (given["ref"] !== undefined || given["repository"] !== undefined)) ||
      /\bgit\b|\bgh\b|curl|wget|tar\b/.test(run) ||
      (run.includes("HEAD") && !/^npx odoo-saas ci (?:take|changes|validate|check) /.test(run)),
  );
}

function isReleased({ environment = "" }: Job): boolean {
  return environment.startsWith(STACK_ENVIRONMENTS.review);
}

describe("what a branch can reach", () => {
  for (const file of files) {
    it(`by ${file} are no credentials`, () => assert.deepEqual(judge(readWorkflow(read(file), actions)), []));
  }

  it("is judged by every job: one wrong word is told", () => {
    const right = `on: { workflow_run: { workflows: [Preview], types: [completed] } }
jobs:
  one:
    environment: preview-\${{ matrix.stack }}
    permissions: { contents: read, id-token: write }
    steps:
      - uses: actions/checkout@v7
      - run: npx odoo-saas ci take --head "$HEAD"
      - uses: ./.github/actions/stack
`;
    assert.deepEqual(judge(readWorkflow(right, actions)), []);
    for (const [from, to, problem] of [
      ["    environment: preview-${{ matrix.stack }}\n", "", /without an environment/],
      [", id-token: write", "", /without asking for a token/],
      ["preview-${{ matrix.stack }}", "${{ github.head_ref }}", /gitopsRepository\.ts does not make/],
      ["preview-${{ matrix.stack }}", "look-${{ matrix.stack }}", /gitopsRepository\.ts does not make/],
      ["workflow_run: { workflows: [Preview], types: [completed] }", "pull_request: {}", /has an environment where/],
      ["workflow_run: { workflows: [Preview], types: [completed] }", "pull_request: {}", /has credentials where/],
      ["workflow_run: {", "pull_request_target: {", /runs on pull_request_target/],
      ["checkout@v7", "checkout@v7\n        with: { ref: x }", /before a person has read it/],
      ["npx odoo-saas ci take", "npx odoo-saas ci preview", /before a person has read it/],
      ["npx odoo-saas ci take --head", "git merge", /before a person has read it/],
    ] as const) {
      const text = right.replace(from, to);
      assert.notEqual(text, right);
      assert.match(judge(readWorkflow(text, actions)).join("\n"), problem, to);
    }
    const released = right.replace("preview-", "review-").replace("npx odoo-saas ci take --head", "git merge");
    assert.deepEqual(judge(readWorkflow(released, actions)), []);
  });

  it("keeps the roles of a stack's kinds of jobs apart", () => {
    const roles = files.flatMap((file) =>
      readWorkflow(read(file), actions).jobs.flatMap(({ environment = "", steps }) =>
        steps
          .filter(({ uses }) => uses === "./.github/actions/stack")
          .map(({ with: given }) => `${environment.replace(STACK, "")} ${String(given["role"])}`),
      ),
    );
    assert.deepEqual([...new Set(roles)].sort(), [
      ` \${{ vars.DEPLOY_ROLE }}`,
      `backup- \${{ vars.BACKUP_ROLE }}`,
      `preview- \${{ vars.PREVIEW_ROLE }}`,
      `review- \${{ vars.PREVIEW_ROLE }}`,
    ]);
  });
});
