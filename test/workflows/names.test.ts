import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { DEPLOYMENT_ENVIRONMENTS, LABELS, REQUIRED_CHECKS } from "../../config/repository.ts";

const job = z.looseObject({
  name: z.string().optional(),
  strategy: z.looseObject({ matrix: z.unknown() }).optional(),
  environment: z.string().optional(),
});

/** A workflow's jobs by the names that GitHub shows. */
function jobsOf(workflow: string) {
  const text = readFileSync(join(import.meta.dirname, "../../.github/workflows", workflow), "utf8");
  const { jobs } = z.object({ jobs: z.record(z.string(), job) }).parse(parse(text));
  return Object.entries(jobs).map(([id, { name = id, ...rest }]) => ({ name, ...rest }));
}

describe("the repository's names", () => {
  it("of required checks are the preview's jobs, but for those of a matrix, which have other names", () => {
    const names = jobsOf("preview.yml").flatMap(({ name, strategy }) => (strategy === undefined ? [name] : []));
    assert.deepEqual([...REQUIRED_CHECKS].sort(), names.sort());
  });

  it("of environments are those that deployments go through", () => {
    const names = ["deploy.yml", "promote.yml"].flatMap((workflow) =>
      jobsOf(workflow).flatMap(({ environment }) => environment ?? []),
    );
    assert.deepEqual([...DEPLOYMENT_ENVIRONMENTS].sort(), [...new Set(names)].sort());
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
