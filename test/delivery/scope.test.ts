import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { areOrdered, scopeArguments } from "../../features/delivery/scope.ts";
import type { Step } from "../../features/delivery/plan.ts";

const JOB = "urn:pulumi:prod::odoo-saas::batch/v1:Job::init-old";
const step = (urn: string, effect: Step["effect"]): Step => ({
  urn,
  tenant: "globex",
  part: "release",
  effect,
  losesData: false,
  properties: [],
});

describe("an update that leaves tenants as they are", () => {
  const dependents = (edges: Readonly<Record<string, readonly string[]>>, gone: readonly string[] = ["job"]) =>
    areOrdered(["job"], new Set(gone), new Map(Object.entries(edges)));

  it("keeps the order of what depends on a removed resource where all wait for one of them", () => {
    assert.equal(dependents({ web: ["job"] }), true);
    assert.equal(
      dependents({ web: ["job"], cron: ["job", "web"], route: ["job", "service"], service: ["cron"] }),
      true,
    );
    assert.equal(dependents({ other: ["thing"] }), true);
  });

  it("does not where two that depend on it wait for neither", () => {
    assert.equal(dependents({ web: ["job"], cron: ["job"] }), false);
    assert.equal(dependents({ web: ["job"], cron: ["job", "config"], config: ["web-config"] }), false);
  });

  it("looks only at those that stay", () => {
    assert.equal(dependents({ web: ["job"], cron: ["job"] }, ["job", "cron"]), true);
  });

  describe("asks the engine", () => {
    let folder: string;
    const { PATH } = process.env;

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "odoo-saas-scope-"));
      process.env["PATH"] = `${folder}${delimiter}${PATH ?? ""}`;
    });
    afterEach(() => {
      process.env["PATH"] = PATH;
      rmSync(folder, { recursive: true, force: true });
    });

    function state(...resources: readonly object[]): void {
      writeFileSync(join(folder, "state.json"), JSON.stringify({ deployment: { resources } }));
      writeFileSync(join(folder, "pulumi"), `#!/bin/sh\n[ "$1 $2" = "stack export" ] && cat '${folder}/state.json'\n`);
      chmodSync(join(folder, "pulumi"), 0o755);
    }
    const full = { steps: [step(JOB, "delete"), step("acme", "update")] };
    const oneByOne = ["--parallel", "1"];

    it("to take one step after the other where the state could come out of order", async () => {
      state(
        { urn: "web", dependencies: [JOB] },
        { urn: "cron", propertyDependencies: { spec: [JOB] } },
        { urn: "old", delete: true, dependencies: [JOB] },
      );
      const targeted = await scopeArguments(folder, "prod", full, { targets: ["acme"] });
      assert.deepEqual(targeted, ["--target", "acme", ...oneByOne]);
      const excluding = await scopeArguments(folder, "prod", full, { excluded: [JOB, "web", "cron"] });
      assert.deepEqual(excluding, ["--exclude", JOB, "--exclude", "web", "--exclude", "cron", ...oneByOne]);
    });

    it("for nothing else where it cannot, or where the removed resource goes", async () => {
      state({ urn: "web", dependencies: [JOB] }, { urn: "cron", dependencies: ["web", JOB] });
      assert.deepEqual(await scopeArguments(folder, "prod", full, { targets: ["acme"] }), ["--target", "acme"]);
      // Without a state to read: it is not asked for.
      rmSync(join(folder, "state.json"));
      assert.deepEqual(await scopeArguments(folder, "prod", full, { targets: [JOB] }), ["--target", JOB]);
      assert.deepEqual(await scopeArguments(folder, "prod", full, {}), []);
    });
  });
});
