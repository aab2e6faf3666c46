import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ACKNOWLEDGEMENT, MARKER } from "../../features/delivery/comment.ts";
import { GitHub } from "../../features/delivery/github.ts";
import { proposeOwners } from "../../features/delivery/proposeCodeOwners.ts";
import { GitProject, stackFileText } from "../support/delivery.ts";
import { checkRuns } from "../../sandbox/forge/github/routes/checks.ts";
import { comments, issues } from "../../sandbox/forge/github/routes/issues.ts";
import { startGithub } from "../../sandbox/forge/github/server.ts";
import type { GithubServer } from "../../sandbox/forge/github/server.ts";
import type { Repository } from "../../sandbox/forge/github/state.ts";
import { EVERYTHING } from "../../sandbox/forge/github/tokens.ts";
import { VALID_PROJECT } from "../support/projectFolder.ts";

const checkout = join(import.meta.dirname, "../..");

describe("the workflows on GitHub", () => {
  let server: GithubServer;
  let repository: Repository;
  let github: GitHub;
  let folder: string;
  before(async () => {
    server = await startGithub();
    server.state.addToken("all", "robot", EVERYTHING);
    server.state.addToken("reads", "reader", { issues: "read" });
    repository = await server.state.addRepository("acme", "platform");
    github = new GitHub(server.url, "acme/platform", "all");
    folder = mkdtempSync(join(tmpdir(), "odoo-saas-comment-"));
  });
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    assert.deepEqual(server.unknown, []);
    await server.close();
  });

  /** A pull request of a branch to main, by a person. */
  async function pullRequest(branch: string): Promise<{ readonly head: string; readonly number: number }> {
    const project = new GitProject({ "docs/page.md": branch });
    try {
      project.git("remote", "add", "origin", repository.git.folder);
      project.git("push", "--quiet", "--force", "origin", "main");
      const head = project.commit({ "docs/page.md": `changed on ${branch}` });
      project.git("push", "--quiet", "origin", `HEAD:refs/heads/${branch}`);
      const { number } = await github.openPull(branch, "main", branch, "");
      return { head, number };
    } finally {
      project.remove();
    }
  }

  it("refuses a text that is too long, as GitHub does", async () => {
    const body = "x".repeat(65_537);
    await assert.rejects(github.upsertIssue("drift", "x", "Too long", body), /Body is too long/);
    const { number } = await pullRequest("too-long");
    await assert.rejects(github.upsertComment(number, "x", body), /Body is too long/);
    await github.upsertComment(number, "x", body.slice(1));
  });

  it("keeps one issue a matter: opened, written anew, closed, and opened again", async () => {
    const write = (body: string) =>
      github.upsertIssue("drift", "<!-- drift prod -->", "Drift in prod", `<!-- drift prod -->\n${body}`);
    const first = await write("one");
    assert.deepEqual(await write("two"), first);
    assert.match(issues(repository).get(first.number)?.body ?? "", /two$/);
    assert.deepEqual(await github.findIssue("drift", "<!-- drift prod -->"), first);
    assert.equal(await github.findIssue("drift", "<!-- drift staging -->"), undefined);
    await github.closeIssue(first.number, "Nothing differs now.");
    assert.equal(issues(repository).get(first.number)?.state, "closed");
    assert.notEqual((await write("three")).number, first.number);
  });

  it("takes no pull request for the issue of a matter, though GitHub lists both and both have label and marker", async () => {
    const [label, marker] = ["drift", "<!-- drift staging -->"];
    const { number } = await pullRequest("looks-like-an-issue");
    const answer = await fetch(`${server.url}/repos/acme/platform/issues/${number}`, {
      method: "PATCH",
      headers: { authorization: "Bearer all" },
      body: JSON.stringify({ labels: [label], body: `${marker}\nby a person` }),
    });
    assert.equal(answer.status, 200);
    assert.equal(await github.findIssue(label, marker), undefined);
    const issue = await github.upsertIssue(label, marker, "Drift in staging", `${marker}\nby the workflow`);
    assert.notEqual(issue.number, number);
    assert.match(issues(repository).get(number)?.body ?? "", /by a person$/);
    assert.deepEqual(await github.findIssue(label, marker), issue);
  });

  it("says what GitHub refused, with the runbook, and nothing of the token", async () => {
    const reader = new GitHub(server.url, "acme/platform", "reads");
    await assert.rejects(reader.upsertIssue("drift", "m", "t", "m"), (error: Error) => {
      assert.match(error.message, /GitHub refused a call for acme\/platform: .*docs\/runbooks\/delivery\.md#github/);
      assert.doesNotMatch(error.message, /reads/);
      return true;
    });
    assert.throws(() => GitHub.fromEnvironment({}), /GITHUB_REPOSITORY, GITHUB_TOKEN is missing or wrong/);
  });

  it("comments once a pull request and edits it in place; lost data needs the label", async () => {
    const { head, number } = await pullRequest("a-branch");
    const [changes, plan] = [join(folder, "changes.json"), join(folder, "plan-prod.json")];
    const stack = {
      stack: "prod",
      environment: "prod",
      cell: "main",
      settings: [],
      program: [],
      cost: { before: {}, after: {} },
    };
    const gone = { tenant: "acme", kind: "removed", keys: [], opens: [] };
    writeFileSync(changes, JSON.stringify({ base: "1".repeat(40), head, stacks: [{ ...stack, tenants: [gone] }] }));
    const step = {
      urn: "urn:pulumi:prod::p::t:T$postgresql:index/database:Database::acme-database",
      tenant: "acme",
      part: "database",
    };
    const write = (losesData: boolean) =>
      writeFileSync(
        plan,
        JSON.stringify({
          stack: "prod",
          ok: true,
          steps: [{ ...step, effect: "delete", losesData, properties: [] }],
          policies: [],
          errors: [],
          resources: 1,
        }),
      );
    const command = () =>
      new Promise<{ status: number | null; output: string }>((done) => {
        const args = ["run.mjs", "commands/main.ts", "ci", "comment", "--changes", changes, "--plans", folder];
        const env = {
          ...process.env,
          GITHUB_API_URL: server.url,
          GITHUB_REPOSITORY: "acme/platform",
          GITHUB_TOKEN: "all",
          GITHUB_ACTIONS: "true",
        };
        const child = spawn(process.execPath, args, { cwd: checkout, env, stdio: ["ignore", "pipe", "pipe"] });
        let output = "";
        for (const stream of [child.stdout, child.stderr])
          stream.setEncoding("utf8").on("data", (text: string) => (output += text));
        child.on("close", (status) => done({ status, output }));
      });
    const bodies = () =>
      [...comments(repository).values()].map(({ body }) => body).filter((body) => body.startsWith(MARKER));

    write(false);
    assert.equal((await command()).status, 0);
    write(true);
    const refused = await command();
    assert.equal(refused.status, 1);
    assert.match(
      refused.output,
      /^::error title=acknowledgement::Data of acme in prod would be lost.*delivery\.md#acknowledgement$/m,
    );
    assert.doesNotMatch(refused.output, /\n {4}at /);
    assert.equal(bodies().length, 1);
    assert.match(bodies()[0] ?? "", /\*\*Data would be lost\.\*\*/);
    const labelled = await fetch(`${server.url}/repos/acme/platform/issues/${number}/labels`, {
      method: "POST",
      headers: { authorization: "Bearer all" },
      body: JSON.stringify({ labels: [ACKNOWLEDGEMENT] }),
    });
    assert.equal(labelled.status, 200);
    assert.equal((await command()).status, 0);
    assert.deepEqual(
      comments(repository)
        .filter(({ body }) => body.startsWith(MARKER))
        .map(({ issue }) => issue),
      [number],
    );
    // Another push: what was previewed is no pull request's head any more.
    writeFileSync(changes, JSON.stringify({ base: "1".repeat(40), head: "2".repeat(40), stacks: [] }));
    assert.match((await command()).output, /No open pull request to main has commit 2222222 as its head: newer/);
  });

  it("reports the check of a commit: passed when all that ran has", async () => {
    const { head } = await pullRequest("checked");
    const report = (results: string, commit = head) => {
      const args = ["run.mjs", "commands/main.ts", "ci", "check", "--commit", commit, "--results", results];
      const env = {
        ...process.env,
        GITHUB_API_URL: server.url,
        GITHUB_REPOSITORY: "acme/platform",
        GITHUB_TOKEN: "all",
        GITHUB_SERVER_URL: "https://github.example",
        GITHUB_RUN_ID: "7",
      };
      return new Promise<number | null>((done) => {
        spawn(process.execPath, args, { cwd: checkout, env, stdio: "ignore" }).on("close", done);
      });
    };
    for (const [results, conclusion] of [
      ['{"changes":"success","data":"success","program":"skipped"}', "success"],
      ['{"changes":"success","data":"failure","program":"skipped"}', "failure"],
      ['{"changes":"success","data":"skipped","program":"cancelled"}', "failure"],
    ] as const) {
      assert.equal(await report(results), conclusion === "success" ? 0 : 1);
      const { name, head_sha, status, conclusion: said, details_url } = checkRuns(repository).at(-1) ?? assert.fail();
      assert.deepEqual([name, head_sha, status, said], ["preview", head, "completed", conclusion]);
      assert.equal(details_url, "https://github.example/acme/platform/actions/runs/7");
    }
    const before = checkRuns(repository).length;
    for (const results of ["{}", "", "[]", '{"changes":"fine"}', '{"changes":""}'])
      assert.equal(await report(results), 2);
    assert.equal(await report('{"changes":"success"}', "main"), 2);
    assert.equal(checkRuns(repository).length, before);
  });

  it("runs a job for all stacks, or for those of an environment", () => {
    const matrix = (...more: string[]) => {
      const args = ["run.mjs", "commands/main.ts", "ci", "stacks", ...more];
      return spawnSync(process.execPath, args, { cwd: checkout, encoding: "utf8" });
    };
    assert.deepEqual(JSON.parse(matrix().stdout), { include: [{ stack: "prod" }, { stack: "staging" }] });
    assert.deepEqual(JSON.parse(matrix("--environment", "prod").stdout), { include: [{ stack: "prod" }] });
    assert.equal(matrix("--environment", "production").status, 2);
  });

  it("renews the code owners by one pull request, made anew from main, when a tenant came", async () => {
    const settings =
      "{ owner: acme, repository: platform, platformTeam: platform, checksApp: 99, reviewers: { prod: { all: 7 } } }";
    const project = new GitProject({
      "Pulumi.prod.yaml": stackFileText("prod", `  odoo-saas:github: ${settings}\n`),
    });
    try {
      project.git("remote", "add", "origin", repository.git.folder);
      project.git("push", "--quiet", "--force", "origin", "main");
      const first = await proposeOwners(project.root, github);
      assert.ok(first);
      project.commit({ "tenants/globex.yaml": VALID_PROJECT["tenants/acme.yaml"]?.replaceAll("ops", "sales") });
      project.git("push", "--quiet", "origin", "HEAD:main");
      assert.deepEqual(await proposeOwners(project.root, github), first);
      const branch = "origin/renew/code-owners";
      assert.match(
        project.git("show", `${branch}:.github/CODEOWNERS`),
        /^\/tenants\/acme\.yaml @acme\/ops @acme\/platform\n\/tenants\/globex\.yaml @acme\/sales @acme\/platform$/m,
      );
      assert.equal(project.git("rev-list", "--count", `origin/main..${branch}`), "1");
      project.git("merge", "--quiet", "--ff-only", branch);
      assert.equal(await proposeOwners(project.root, github), undefined);
    } finally {
      project.remove();
    }
  });
});
