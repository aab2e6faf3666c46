import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { startGithub } from "../../sandbox/forge/github/server.ts";
import type { GithubServer } from "../../sandbox/forge/github/server.ts";
import { EVERYTHING } from "../../sandbox/forge/github/tokens.ts";

describe("the local GitHub", () => {
  let github: GithubServer;
  let clone: string;
  const git = (...args: string[]) => execFileSync("git", args, { cwd: clone, encoding: "utf8", stdio: "pipe" });
  const repo = "/repos/acme/platform";

  before(async () => {
    github = await startGithub();
    github.state.addToken("dev", "ada", EVERYTHING);
    github.state.addToken("reviewer", "grace", { pull_requests: "write", contents: "write" });
    github.state.addToken("ci", "ci[bot]", { checks: "write", contents: "read" });
    const { git: bare } = await github.state.addRepository("acme", "platform", { delete_branch_on_merge: true });
    clone = mkdtempSync(join(tmpdir(), "github-clone-"));
    git("clone", "--quiet", bare.folder, ".");
    git("config", "user.name", "Ada");
    git("config", "user.email", "ada@acme.example");
  });
  after(async () => {
    rmSync(clone, { recursive: true, force: true });
    await github.close();
  });

  async function call(token: string, spec: string, body?: unknown) {
    const [method = "", path = ""] = spec.split(" ");
    const response = await fetch(`${github.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json: unknown = text === "" ? {} : JSON.parse(text);
    return { status: response.status, headers: response.headers, json };
  }
  const field = (json: unknown, name: string): unknown => z.record(z.string(), z.unknown()).parse(json)[name];
  function push(file: string, content: string, branch: string): string {
    writeFileSync(join(clone, file), content);
    git("add", file);
    git("commit", "--quiet", "-m", `Change ${file}`);
    git("push", "--quiet", "origin", `HEAD:${branch}`);
    return git("rev-parse", "HEAD").trim();
  }

  it("takes a branch from push to merge, by the rules of a ruleset", async () => {
    push("README.md", "one\n", "main");
    git("checkout", "--quiet", "-b", "change");
    const head = push("tenant.yaml", "displayName: Acme\n", "change");
    const ruleset = {
      name: "main",
      enforcement: "active",
      conditions: { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: [] } },
      rules: [
        { type: "pull_request", parameters: { required_approving_review_count: 1 } },
        { type: "required_status_checks", parameters: { required_status_checks: [{ context: "validate" }] } },
      ],
    };
    assert.equal((await call("dev", `POST ${repo}/rulesets`, ruleset)).status, 201);
    const opened = await call("dev", `POST ${repo}/pulls`, { title: "Add Acme", head: "change", base: "main" });
    assert.equal(opened.status, 201);
    assert.equal(
      (await call("dev", `POST ${repo}/pulls`, { title: "Again", head: "change", base: "main" })).status,
      422,
    );

    const early = await call("dev", `PUT ${repo}/pulls/1/merge`, { merge_method: "squash" });
    assert.equal(early.status, 405);
    assert.match(String(field(early.json, "message")), /approving review is required[^]*"validate" is expected/);

    assert.equal((await call("dev", `POST ${repo}/pulls/1/reviews`, { event: "APPROVE" })).status, 422);
    assert.equal((await call("reviewer", `POST ${repo}/pulls/1/reviews`, { event: "APPROVE" })).status, 200);
    const run = { name: "validate", head_sha: head, conclusion: "success" };
    assert.equal((await call("ci", `POST ${repo}/check-runs`, run)).status, 201);
    const runs = await call("ci", `GET ${repo}/commits/change/check-runs?check_name=validate`);
    assert.equal(field(runs.json, "total_count"), 1);

    const merged = await call("reviewer", `PUT ${repo}/pulls/1/merge`, { merge_method: "squash", sha: head });
    assert.equal(merged.status, 200);
    git("fetch", "--quiet", "--prune");
    assert.equal(git("show", "origin/main:tenant.yaml"), "displayName: Acme\n");
    assert.equal(git("branch", "--remotes").includes("origin/change"), false);
    assert.equal(field((await call("dev", `GET ${repo}/pulls/1`)).json, "merged"), true);
  });

  it("refuses to change a protected branch by the API", async () => {
    const content = Buffer.from("two\n").toString("base64");
    const change = { message: "Around the rules", content, branch: "main" };
    assert.equal((await call("dev", `PUT ${repo}/contents/other.md`, change)).status, 409);
  });

  it("writes and reads files on a branch, and refuses a change of what has changed meanwhile", async () => {
    const { sha } = z
      .object({ object: z.object({ sha: z.string() }) })
      .parse((await call("dev", `GET ${repo}/git/ref/heads/main`)).json).object;
    assert.equal((await call("dev", `POST ${repo}/git/refs`, { ref: "refs/heads/files", sha })).status, 201);
    const put = (content: string, more: object = {}) =>
      call("dev", `PUT ${repo}/contents/a/b.txt`, {
        message: "b",
        content: Buffer.from(content).toString("base64"),
        branch: "files",
        ...more,
      });
    assert.equal((await put("1")).status, 201);
    assert.equal((await put("2")).status, 422);
    assert.equal((await put("2", { sha })).status, 409);
    const read = await call("dev", `GET ${repo}/contents/a/b.txt?ref=files`);
    assert.equal(field(read.json, "content"), Buffer.from("1").toString("base64"));
    assert.equal((await put("2", { sha: field(read.json, "sha") })).status, 200);
  });

  it("keeps comments and labels, in pages", async () => {
    assert.equal((await call("dev", `POST ${repo}/issues`, { title: "Drift", labels: ["drift"] })).status, 201);
    for (const body of ["a", "b", "c"]) await call("dev", `POST ${repo}/issues/2/comments`, { body });
    const first = await call("dev", `GET ${repo}/issues/2/comments?per_page=2`);
    assert.equal(z.array(z.unknown()).parse(first.json).length, 2);
    assert.match(first.headers.get("link") ?? "", /page=2>; rel="next"/);
    const drift = await call("dev", `GET ${repo}/issues?labels=drift`);
    assert.equal(z.array(z.unknown()).parse(drift.json).length, 1);
  });

  it("refuses strangers and tokens that may not, and remembers what it does not know", async () => {
    assert.equal((await call("nobody", `GET ${repo}`)).status, 401);
    assert.equal((await call("ci", `PATCH ${repo}`, { has_wiki: false })).status, 403);
    assert.deepEqual(github.unknown, []);
    assert.equal((await call("dev", `GET ${repo}/pages`)).status, 404);
    assert.deepEqual(github.unknown, [`GET ${repo}/pages`]);
  });

  it("answers a known ETag with nothing", async () => {
    const { headers } = await call("dev", `GET ${repo}`);
    const again = await fetch(`${github.url}${repo}`, {
      headers: { authorization: "Bearer dev", "if-none-match": headers.get("etag") ?? "" },
    });
    assert.equal(again.status, 304);
  });
});
