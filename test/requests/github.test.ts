import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { Server } from "node:http";
import { githubOf, messageOf, pullOf, statusOf } from "../../features/requests/github.ts";
import type { Github } from "../../features/requests/github.ts";
import { RequestRefusal } from "../../features/requests/refusal.ts";

const ENV = { GITHUB_REPOSITORY: "tbwa/platform", GITHUB_TOKEN: "app" };

function pull(number: number, ref: string, more: object = {}): object {
  const head = { ref, sha: `head-${number}` };
  return { number, html_url: `pull ${number}`, state: "open", merged_at: null, merge_commit_sha: null, head, ...more };
}

describe("the repository of requests", () => {
  let server: Server;
  let answer: unknown = [];
  let github: Github;

  before(async () => {
    server = createServer((_, response) => {
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const bound = server.address();
    assert.ok(typeof bound === "object" && bound !== null);
    github = githubOf({ ...ENV, GITHUB_API_URL: `http://127.0.0.1:${bound.port}` });
  });
  after(() => {
    server.close();
    server.closeAllConnections();
  });

  it("is named by the environment, all of it", () => {
    assert.deepEqual(githubOf(ENV).at, { owner: "tbwa", repo: "platform" });
    for (const env of [
      {},
      { GITHUB_TOKEN: "app" },
      { ...ENV, GITHUB_REPOSITORY: "tbwa" },
      { ...ENV, GITHUB_REPOSITORY: "tbwa/" },
      { ...ENV, GITHUB_REPOSITORY: "/platform" },
    ]) {
      assert.throws(
        () => githubOf(env),
        (error) => error instanceof RequestRefusal && /^GITHUB_REPOSITORY[^]*request-failed\.md$/.test(error.message),
      );
    }
    for (const env of [{ GITHUB_REPOSITORY: "tbwa/platform" }, { ...ENV, GITHUB_TOKEN: "" }]) {
      assert.throws(
        () => githubOf(env),
        (error) => error instanceof RequestRefusal && /^GITHUB_TOKEN[^]*request-failed\.md$/.test(error.message),
      );
    }
  });

  it("has the newest pull request of the branch itself, in its state", async () => {
    const branch = "request/request-1";
    const merged = { state: "closed", merged_at: "2026-11-22T12:00:00Z", merge_commit_sha: "squashed" };
    answer = [pull(3, branch, { state: "closed" }), pull(11, branch), pull(2, branch), pull(12, `${branch}-more`)];
    const newest = { number: 11, url: "pull 11", state: "open", head: "head-11", merged: undefined };
    assert.deepEqual(await pullOf(github, branch), newest);
    answer = [pull(11, branch, merged)];
    assert.deepEqual(await pullOf(github, branch), { ...newest, state: "merged", merged: "squashed" });
    // GitHub gives an open one a trial merge, which nobody has approved.
    answer = [pull(11, branch, { state: "closed", merge_commit_sha: "trial" })];
    assert.deepEqual(await pullOf(github, branch), { ...newest, state: "closed" });
    answer = [];
    assert.equal(await pullOf(github, branch), undefined);
  });

  it("has a commit's message, empty for none, and statuses of its own refusals only", async () => {
    answer = [{ commit: { message: "Pause tenant acme" } }];
    assert.equal(await messageOf(github, "head"), "Pause tenant acme");
    answer = [];
    assert.equal(await messageOf(github, "head"), "");
    assert.equal(statusOf(Object.assign(new Error("no"), { status: 422 })), 422);
    for (const other of [new Error("no"), Object.assign(new Error("no"), { status: "422" }), { status: 422 }, null]) {
      assert.equal(statusOf(other), undefined);
    }
  });
});
