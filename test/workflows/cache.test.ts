import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { readWorkflow, restored } from "../support/workflowCredentials.ts";

const ROOT = join(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
const actions = new Map(
  globSync(".github/actions/*/action.yml", { cwd: ROOT }).map((file) => [dirname(file), read(file)]),
);

/** What jobs with credentials, and those that they wait for, restore of earlier runs. */
function restoredIn(text: string): string[] {
  const { jobs } = readWorkflow(text, actions);
  const trusted = new Set(
    jobs.filter(({ hasCredentials }) => hasCredentials).flatMap(({ name, waitsFor }) => [name, ...waitsFor]),
  );
  return jobs
    .filter(({ name }) => trusted.has(name))
    .flatMap(({ name, steps }) => steps.flatMap((step) => restored(step) ?? []).map((what) => `${name}: ${what}`));
}

describe("jobs with credentials", () => {
  for (const file of globSync(".github/workflows/*.yml", { cwd: ROOT }).sort()) {
    it(`of ${file} restore nothing that has no checksum`, () => assert.deepEqual(restoredIn(read(file)), []));
  }

  it("are those that write, have an environment or a secret, and what they wait for", () => {
    const text = (more: string, step: string) => `on: push
jobs:
  first: { steps: [{ uses: actions/cache@v5, with: { path: x } }] }
  second: { needs: first, ${more} steps: [${step}] }
`;
    const cached = ["first: actions/cache of x"];
    const plain = '{ run: "true" }';
    assert.deepEqual(restoredIn(text("", plain)), []);
    assert.deepEqual(restoredIn(text("permissions: { contents: read },", plain)), []);
    assert.deepEqual(restoredIn(text("", '{ run: x, env: { T: "${{ secrets.GITHUB_TOKEN }}" } }')), []);
    assert.deepEqual(restoredIn(text("permissions: { id-token: write },", plain)), cached);
    assert.deepEqual(restoredIn(text("permissions: write-all,", plain)), cached);
    assert.deepEqual(restoredIn(text("environment: prod,", plain)), cached);
    assert.deepEqual(restoredIn(text("environment: { name: prod },", plain)), cached);
    assert.deepEqual(restoredIn(text("", '{ run: x, env: { T: "${{ secrets.KEY }}" } }')), cached);
    assert.deepEqual(restoredIn(text("", '{ run: x, env: { T: "${{ toJSON(secrets) }}" } }')), cached);
    assert.deepEqual(restoredIn(text("env: { T: \"${{ secrets['KEY'] }}\" },", plain)), cached);
  });

  it("restore through no action of this repository, and none that caches unless it is told not to", () => {
    const text = (step: string) => `on: push\njobs: { one: { environment: prod, steps: [${step}] } }\n`;
    for (const [step, found] of [
      ["{ uses: ./.github/actions/toolchain-cache }", /actions\/cache of ~\/\.cache\/odoo-saas-sandbox/],
      ["{ uses: actions/cache/restore@v5, with: { path: x } }", /actions\/cache\/restore/],
      ["{ uses: actions/setup-go@v7 }", /setup-go without cache: false/],
      ["{ uses: docker/setup-buildx-action@v4 }", /without cache-binary: false/],
      ["{ uses: docker/build-push-action@v7, with: { cache-from: type=gha } }", /with a cache/],
      ["{ uses: actions/setup-java@v5, with: { cache: maven } }", /setup-java/],
      ["{ uses: actions/setup-node@v7, with: { cache: yarn } }", /setup-node/],
    ] as const) {
      assert.match(restoredIn(text(step)).join(), found);
    }
  });

  it("take npm packages of earlier runs only with the lock file's checksum", () => {
    const lock = z
      .object({
        packages: z.record(
          z.string(),
          z.looseObject({
            link: z.boolean().optional(),
            integrity: z.string().optional(),
            inBundle: z.boolean().optional(),
          }),
        ),
      })
      .parse(JSON.parse(read("package-lock.json")));
    const without = Object.entries(lock.packages).filter(
      ([path, { link, inBundle, integrity }]) =>
        path !== "" && link !== true && inBundle !== true && !/^sha512-/.test(integrity ?? ""),
    );
    assert.deepEqual(
      without.map(([path]) => path),
      [],
    );
  });
});
