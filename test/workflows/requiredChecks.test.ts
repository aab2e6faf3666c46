import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { REQUIRED_CHECKS } from "../../config/githubRepository.ts";

const FOLDER = join(import.meta.dirname, "../../.github/workflows");

const step = z.looseObject({
  id: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().default(""),
  env: z.record(z.string(), z.string()).default({}),
});
const job = z.looseObject({
  name: z.string().optional(),
  needs: z.union([z.string(), z.array(z.string())]).default([]),
  if: z.string().optional(),
  strategy: z.unknown().optional(),
  "continue-on-error": z.unknown().optional(),
  steps: z.array(step),
});
const workflow = z.looseObject({
  on: z.looseObject({ pull_request: z.record(z.string(), z.unknown()).nullish() }),
  jobs: z.record(z.string(), job),
});

type Workflow = z.output<typeof workflow>;

function readWorkflow(file: string): Workflow {
  return workflow.parse(parse(readFileSync(join(FOLDER, file), "utf8")));
}

/** Why a workflow would leave a pull request without the check that its job `id` reports, or pass it although something failed. */
function problems({ on, jobs }: Workflow, id: string): string[] {
  const { pull_request: event } = on;
  if (event === undefined) return ["does not run for pull requests"];
  const filters = Object.keys(event ?? {}).filter((key) => key !== "types");
  const types = z.array(z.string()).optional().parse(event?.["types"]);
  const reports = jobs[id];
  if (reports === undefined) return [`has no job ${id}`];
  const { needs, if: condition, strategy } = reports;
  const waits = [needs].flat().length > 0;
  return [
    ...filters.map((key) => `has the filter ${key}: pull requests outside of it never get the check`),
    ...["opened", "synchronize", "reopened"]
      .filter((type) => types?.includes(type) === false)
      .map((type) => `does not run when a pull request is ${type}`),
    ...(condition === (waits ? "always()" : undefined)
      ? []
      : [`may skip ${id}, which GitHub counts as passed: expected ${waits ? "if: always()" : "no condition"}`]),
    ...(strategy === undefined ? [] : [`has a matrix for ${id}: its check has another name`]),
    ...(reports["continue-on-error"] === undefined ? [] : [`passes ${id} although it failed`]),
  ];
}

/** Runs a step's script as GitHub does. */
function runStep({ run }: { readonly run: string }, env: Readonly<Record<string, string>>, cwd = tmpdir()) {
  return spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", run], {
    cwd,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], ...env },
  });
}

describe("required checks", () => {
  const files = globSync("*.yml", { cwd: FOLDER }).sort();

  for (const check of REQUIRED_CHECKS) {
    it(`${check} is reported for every pull request, by one job`, () => {
      const reporters = files.flatMap((file) =>
        Object.entries(readWorkflow(file).jobs)
          .filter(([id, { name = id }]) => name === check)
          .map(([id]) => ({ file, id })),
      );
      const [reporter] = reporters;
      assert.ok(reporter !== undefined && reporters.length === 1, JSON.stringify(reporters));
      assert.deepEqual(problems(readWorkflow(reporter.file), reporter.id), []);
    });
  }

  it("are judged by what would leave a pull request without them", () => {
    const right =
      "on: { pull_request: { types: [opened, synchronize, reopened] } }\njobs:\n  a: { steps: [] }\n  b: { needs: a, if: always(), steps: [] }\n";
    const judge = (text: string) => problems(workflow.parse(parse(text)), "b").join();
    assert.equal(judge(right), "");
    for (const [from, to, problem] of [
      ["{ types: [opened, synchronize, reopened] }", "", /^$/],
      ["types: [opened, synchronize, reopened]", 'paths-ignore: ["tenants/**"]', /the filter paths-ignore/],
      ["types: [opened, synchronize, reopened]", 'paths: ["config/**"]', /the filter paths/],
      ["types: [opened, synchronize, reopened]", "branches: [main]", /the filter branches/],
      ["synchronize, ", "", /when a pull request is synchronize/],
      ["pull_request:", "push:", /does not run for pull requests/],
      [" if: always(),", "", /may skip b/],
      ["if: always()", "if: success()", /may skip b/],
      ["needs: a, if: always()", "if: always()", /may skip b/],
      ["if: always()", "if: always(), strategy: { matrix: {} }", /a matrix for b/],
      ["if: always()", "if: always(), continue-on-error: true", /passes b/],
      ["  b:", "  c:", /has no job b/],
    ] as const) {
      const text = right.replace(from, to);
      assert.notEqual(text, right);
      assert.match(judge(text), problem, to);
    }
  });
});

describe("the workflow Test", () => {
  const { jobs } = readWorkflow("test.yml");
  const needsOf = (id: string): string[] => [jobs[id]?.needs ?? []].flat();
  const onlyStep = (id: string, isIt: (one: z.output<typeof step>) => boolean) =>
    jobs[id]?.steps.find(isIt) ?? assert.fail(`${id} has no such step`);

  it("begins with lint and unit tests, for which every longer job waits", () => {
    const commands = jobs["unit"]?.steps.flatMap(({ run }) => (run === "" ? [] : [run]));
    assert.deepEqual(commands, ["npm run check", "npm run test:unit"]);
    const long = Object.keys(jobs).filter((id) => !["changes", "unit", "test"].includes(id));
    assert.ok(long.some((id) => jobs[id]?.steps.some(({ run }) => run === "npm test")));
    for (const id of long) {
      assert.deepEqual(needsOf(id), ["unit"], id);
      assert.equal(jobs[id]?.if, undefined, id);
    }
  });

  it("reports failure unless every job has passed, or only data changed", () => {
    const others = Object.keys(jobs).filter((id) => id !== "test");
    assert.deepEqual(needsOf("test").sort(), others.sort());
    const last = onlyStep("test", ({ env }) => env["RESULTS"] !== undefined);
    const status = (results: Readonly<Record<string, string>>, program = "true") => {
      const text = (last.env["RESULTS"] ?? "").replace(
        /\$\{\{ needs\.(\w+)\.(?:(result)|outputs\.program) \}\}/g,
        (_, id: string, isResult?: string) => (isResult === undefined ? program : (results[id] ?? "success")),
      );
      assert.doesNotMatch(text, /\$\{\{/);
      return runStep(last, { RESULTS: text }).status;
    };
    const skipped = Object.fromEntries(others.filter((id) => id !== "changes").map((id) => [id, "skipped"]));
    assert.equal(status({}), 0);
    assert.equal(status(skipped, "false"), 0);
    assert.equal(status(skipped, "true"), 1, "skipped although the program changes");
    assert.equal(status(skipped, ""), 1, "nobody has looked");
    for (const id of others) {
      for (const result of ["failure", "cancelled", "skipped"]) {
        assert.equal(status({ [id]: result }), 1, `${id}: ${result}`);
        assert.equal(status({ ...skipped, [id]: result === "skipped" ? "failure" : result }, "false"), 1, id);
      }
    }
  });

  describe("finds out by git what changes", () => {
    const look = onlyStep("changes", ({ id }) => id === "changes");
    let root = "";
    const git = (...args: readonly string[]) => {
      const { status, stdout, stderr } = spawnSync("git", args, { cwd: root, encoding: "utf8" });
      assert.equal(status, 0, stderr);
      return stdout.trim();
    };
    const write = (file: string, text: string) => {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    };
    /** What the step says of the last commit. */
    const programChanges = (base = "HEAD^1") => {
      const output = join(root, ".git/output");
      writeFileSync(output, "");
      const { status, stderr } = runStep(look, { BASE: base, GITHUB_OUTPUT: output }, root);
      return status === 0 ? readFileSync(output, "utf8").trim() : stderr;
    };

    before(() => {
      root = mkdtempSync(join(tmpdir(), "odoo-saas-changes-"));
      git("init", "--quiet", "--initial-branch=main");
      git("config", "user.name", "test");
      git("config", "user.email", "test@example.com");
      for (const file of ["tenants/acme.yaml", "policies/one.ts"]) write(file, `# ${file}\nthe same text\n`);
      git("add", "--all");
      git("commit", "--quiet", "--message=first");
    });
    after(() => rmSync(root, { recursive: true }));
    afterEach(() => git("reset", "--quiet", "--hard", "HEAD~1"));

    function commit(files: Readonly<Record<string, string>>): void {
      for (const [file, text] of Object.entries(files)) write(file, text);
      git("add", "--all");
      git("commit", "--quiet", "--allow-empty", "--message=change");
    }

    it("data alone is skipped", () => {
      commit({
        "tenants/acme.yaml": "a",
        "tenants/globex.yaml": "b",
        "archive/old.yaml": "c",
        "promotions/prod.yaml": "d",
        "releases/attestations/1.json": "e",
      });
      assert.equal(programChanges(), "program=false");
    });

    for (const file of [
      "index.ts",
      "plans.yaml",
      "docs/page.md",
      "tenants/README.md",
      "tenants/folder/acme.yaml",
      "config/tenants/acme.yaml",
      "releases/18.0.yaml",
      "releases/attestations/keys/staging.pem",
      ".github/workflows/test.yml",
    ]) {
      it(`${file} is tested, with data too`, () => {
        commit({ "tenants/acme.yaml": "a", [file]: "x" });
        assert.equal(programChanges(), "program=true");
      });
    }

    it("a file that becomes data is tested, as it is missing where it was", () => {
      git("mv", "policies/one.ts", "tenants/one.yaml");
      commit({});
      assert.equal(programChanges(), "program=true");
    });

    it("a commit that is not there fails", () => {
      commit({ "tenants/acme.yaml": "a" });
      assert.match(programChanges("0".repeat(40)), /bad object/);
    });
  });
});
