import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { DEFAULTS } from "../../features/n8n/settings.ts";
import { LABELS, PREVIEW_CHECK, REQUIRED_CHECKS } from "../../config/githubRepository.ts";

const FOLDER = join(import.meta.dirname, "../../.github/workflows");
const workflows = globSync("*.yml", { cwd: FOLDER });
const job = z.looseObject({
  name: z.string().optional(),
});

/** A workflow's jobs by the names that GitHub shows. */
function jobsOf(workflow: string) {
  const text = readFileSync(join(FOLDER, workflow), "utf8");
  const { jobs } = z.object({ jobs: z.record(z.string(), job) }).parse(parse(text));
  return Object.entries(jobs).map(([id, { name = id, ...rest }]) => ({ name, ...rest }));
}

describe("the repository's names", () => {
  it("of required checks are Preview's jobs and Test's last, and that of main's own is reported under its own", () => {
    const [last] = jobsOf("test.yml").slice(-1);
    assert.deepEqual(
      [...REQUIRED_CHECKS].sort(),
      [...jobsOf("preview.yml").map(({ name }) => name), last?.name].sort(),
    );
    // A job of that name would be reported by Actions beside the app's.
    const names = workflows.flatMap((workflow) => jobsOf(workflow).map(({ name }) => name));
    assert.ok(!names.includes(PREVIEW_CHECK));
  });

  it("of the workflow that main's own follows is the one that checks pull requests", () => {
    const text = readFileSync(join(FOLDER, "plan.yml"), "utf8");
    const { on } = z
      .object({ on: z.object({ workflow_run: z.object({ workflows: z.array(z.string()) }) }) })
      .parse(parse(text));
    const { name } = z.object({ name: z.string() }).parse(parse(readFileSync(join(FOLDER, "preview.yml"), "utf8")));
    assert.deepEqual(on.workflow_run.workflows, [name]);
  });

  it("of a run that checks a pull request end in its commit, by which n8n finds it", () => {
    const text = readFileSync(join(FOLDER, DEFAULTS.checkWorkflow), "utf8");
    assert.match(text, /^run-name: .* \$\{\{ github\.event\.workflow_run\.head_sha \}\}$/m);
  });

  it("of labels are such as GitHub takes, and each its own", () => {
    const labels = Object.values(LABELS);
    for (const { name, color, description } of labels) {
      assert.match(name, /^[a-z-]{1,50}$/);
      assert.match(color, /^[0-9a-f]{6}$/);
      assert.match(description, /^.{10,100}$/);
    }
    assert.equal(new Set(labels.map(({ name }) => name)).size, labels.length);
    assert.equal(new Set(labels.map(({ color }) => color)).size, labels.length);
  });
});
