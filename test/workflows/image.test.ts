import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

const step = z.looseObject({
  run: z.string().default(""),
  uses: z.string().default(""),
  if: z.string().optional(),
  "continue-on-error": z.unknown().optional(),
  env: z.record(z.string(), z.string()).default({}),
  with: z.record(z.string(), z.unknown()).default({}),
});
const job = z.looseObject({
  needs: z.union([z.string(), z.array(z.string())]).default([]),
  if: z.string().optional(),
  "continue-on-error": z.unknown().optional(),
  steps: z.array(step),
});

/** Jobs of image.yml. */
function readJobs() {
  const text = readFileSync(join(import.meta.dirname, "../../.github/workflows/image.yml"), "utf8");
  return new Map(Object.entries(z.object({ jobs: z.record(z.string(), job) }).parse(parse(text)).jobs));
}

describe("an image", () => {
  const jobs = readJobs();

  /** The only job, and the only step in it, whose command is like that. */
  function stepOf(command: RegExp) {
    const found = [...jobs].flatMap(([name, { steps }]) =>
      steps.flatMap((each, index) => (command.test(each.run) ? [{ name, index, step: each }] : [])),
    );
    const [only] = found;
    assert.ok(only !== undefined && found.length === 1, `${String(command)}: ${found.length}`);
    return only;
  }

  /** All that a job waits for, and what those do. */
  function waitsFor(name: string): string[] {
    return [jobs.get(name)?.needs ?? []].flat().flatMap((each) => [each, ...waitsFor(each)]);
  }

  it("is signed when a walk through every bundle with that image has passed, and released when it is signed", () => {
    const [walk, sign, release] = [/^npx odoo-saas test odoo /, /^cosign sign /, /npx odoo-saas image release/].map(
      stepOf,
    );
    assert.ok(walk !== undefined && sign !== undefined && release !== undefined);
    assert.ok(waitsFor(sign.name).includes(walk.name), `${sign.name} does not wait for ${walk.name}`);
    assert.ok(waitsFor(release.name).includes(sign.name), `${release.name} does not wait for ${sign.name}`);
    // A job that waits goes on only after success, unless it or a step says otherwise.
    for (const { name, step: each } of [walk, sign, release]) {
      assert.equal(jobs.get(name)?.if, undefined, name);
      assert.equal(jobs.get(name)?.["continue-on-error"], undefined, name);
      assert.deepEqual([each.if, each["continue-on-error"]], [undefined, undefined], name);
    }
    assert.equal(walk.step.run, 'npx odoo-saas test odoo --image "$REPOSITORY@$DIGEST" --bundles');
    assert.deepEqual(walk.step.env, sign.step.env);
    assert.match(walk.step.env["DIGEST"] ?? "", /needs\.build\.outputs\.digest/);
  });

  it("leaves the walk's report behind, however it ends", () => {
    const { name, index } = stepOf(/^npx odoo-saas test odoo /);
    const upload = jobs.get(name)?.steps.findIndex(({ uses }) => uses.startsWith("actions/upload-artifact@")) ?? -1;
    assert.ok(upload > index);
    const { if: condition, with: values } = jobs.get(name)?.steps[upload] ?? {};
    assert.deepEqual([condition, values?.["path"]], ["always()", "reports/odoo-check.*"]);
  });
});
