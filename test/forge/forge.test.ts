import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import { pathOf, PROOF_HEADER, prove, signed, SIGNATURE_HEADER } from "../../features/requests/index.ts";
import type { RequestStatus } from "../../features/requests/index.ts";
import type { DeployResult } from "../../sandbox/forge/requestProcess.ts";
import { consoleKeyOf } from "../../sandbox/consoleKey.ts";
import { CONSOLE_LOGIN } from "../../sandbox/people.ts";
import { newRequester } from "../support/requesters.ts";
import { ACME, TestForge } from "./support/forge.ts";

describe("the sandbox's forge", () => {
  let forge: TestForge;

  beforeEach(async () => {
    forge = new TestForge();
    forge.prepare();
    await forge.start();
  });
  afterEach(() => forge.end());

  const approve = (number = 1, login = "jo-santos") => forge.review(number, { login, verdict: "APPROVE", comment: "" });

  it("takes a signed request to a merged file in the checkout, and deploys it", async () => {
    const answer = await forge.ask("change", { changes: { displayName: "Acme 2" } });
    assert.equal(answer.status, 202);
    assert.deepEqual(await answer.json(), { id: "request-1", accepted: true });
    const waiting = await forge.status();
    assert.equal(waiting.state, "waiting");
    assert.deepEqual(waiting.pull, { number: 1, url: `${forge.url}/sandbox/platform/pull/1` });
    assert.equal(waiting.onBehalfOf, "maria-cruz");
    assert.deepEqual(
      waiting.checks.map(({ name, status, conclusion, summary }) => [name, status, conclusion, summary]),
      [["validate", "completed", "success", "<all> is well"]],
    );
    assert.equal(forge.read("tenants/acme.yaml"), ACME, "nothing changes before the approval");
    assert.equal((await approve()).status, 303);
    const done = await forge.status();
    assert.equal(done.state, "done", done.reason);
    assert.equal(forge.read("tenants/acme.yaml"), ACME.replace('"Acme"', '"Acme 2"'));
    assert.deepEqual(
      forge.deployed.map(({ id, state }) => [id, state]),
      [["request-1", "deploying"]],
    );
    assert.deepEqual(
      done.steps.map(({ name, outcome }) => `${name} ${outcome}`),
      ["open", "validate", "approve", "merge", "write", "deploy"].map((name) => `${name} succeeded`),
    );
    assert.equal(forge.git("diff", "--cached", "--name-only"), "", "the index stays as it was");
    assert.equal(forge.git("diff", "--name-only"), "tenants/acme.yaml\n");
    assert.deepEqual(
      (await forge.statuses()).map(({ id }) => id),
      ["request-1"],
    );
  });

  it("makes main what the checkout's files are, with the demo people, and touches neither index nor files", async () => {
    forge.write("tenants/acme.yaml", `${ACME}# not committed\n`);
    forge.write("bundles/new.yaml", "title: not tracked\n");
    forge.write("kept/secret.yaml", "ignored\n");
    forge.git("rm", "--quiet", "--cached", "zones.yaml");
    const before = forge.git("status", "--porcelain");
    await forge.restart();
    assert.equal(forge.git("status", "--porcelain"), before);
    assert.match(forge.inGit("tenants/acme.yaml"), /# not committed\n$/);
    assert.equal(forge.inGit("bundles/new.yaml"), "title: not tracked\n");
    assert.equal(forge.inGit("zones.yaml"), forge.read("zones.yaml"));
    assert.throws(() => forge.inGit("kept/secret.yaml"));
    assert.deepEqual(parse(forge.inGit("approvers.yaml")), { approvers: ["jo-santos", "kim-reyes"] });
    assert.deepEqual(parse(forge.inGit("requesters.yaml")), {
      requesters: { [CONSOLE_LOGIN]: [consoleKeyOf(forge.instance).publicKey] },
    });
  });

  it("opens a request over what the checkout is at that time", async () => {
    forge.write("tenants/acme.yaml", ACME.replace("bundles", "# edited\nbundles"));
    await forge.ask("pause");
    assert.equal((await forge.status()).state, "waiting");
    assert.match(forge.inGit("tenants/acme.yaml", "request/request-1"), /lifecycle: paused\n# edited\nbundles/);
  });

  it("gives its checks the pull request's files and the commit that they were made from", async () => {
    const seen: string[] = [];
    await forge.restart({
      checks: [
        {
          name: "validate",
          run: ({ tree }) => {
            seen.push(...readdirSync(tree));
            return Promise.resolve({ conclusion: "neutral", title: "", summary: "" });
          },
        },
      ],
    });
    await forge.ask("pause");
    assert.equal((await forge.status()).state, "waiting");
    assert.ok(seen.includes("tenants"), seen.join());
    assert.deepEqual(
      readdirSync(join(forge.instance.home, "data/forge")).filter((name) => name.startsWith("tree-")),
      [],
    );
  });

  it("refuses a change that is not right before a pull request, with the rule's own words", async () => {
    await forge.ask("change", { changes: { plan: "huge" } });
    const { state, reason, pull, steps } = await forge.status();
    assert.equal(state, "refused");
    assert.match(
      reason ?? "",
      /tenants\/acme\.yaml:\d+:\d+: plan: .*"huge"[^]*See docs\/runbooks\/request-refused\.md$/,
    );
    assert.equal(pull, undefined);
    assert.equal(steps[0]?.outcome, "failed");
  });

  it("refuses a request that the requester did not sign", async () => {
    const request = {
      id: "request-1",
      tenant: "acme",
      requester: CONSOLE_LOGIN,
      approver: "jo-santos",
      reason: "mine",
    };
    const body = JSON.stringify(request);
    const proof = prove({ action: "pause", ...request }, newRequester().key, new Date());
    const headers = signed(forge.instance.secrets.requestsSecret, pathOf("pause"), proof, body);
    assert.equal((await forge.post(pathOf("pause"), body, headers)).status, 202);
    const { state, reason } = await forge.status();
    assert.equal(state, "refused");
    assert.match(reason ?? "", /signed by somebody else/);
  });

  it("closes a request whose check fails, and says which", async () => {
    await forge.restart({
      checks: [
        { name: "validate", run: () => Promise.resolve({ conclusion: "failure", title: "a: is bad", summary: "all" }) },
        { name: "preview", run: () => Promise.reject(new Error("no engine\nmore")) },
      ],
    });
    await forge.ask("pause");
    const { state, reason, checks } = await forge.status();
    assert.equal(state, "refused");
    assert.match(reason ?? "", /^the check validate \(a: is bad\), and preview \(no engine\) failed\n/);
    assert.deepEqual(
      checks.map(({ conclusion }) => conclusion),
      ["failure", "failure"],
    );
    assert.throws(() => forge.inGit("tenants/acme.yaml", "request/request-1"), "its branch is gone");
  });

  it("counts the review of the person who is asked, and of nobody else", async () => {
    await forge.ask("pause");
    await forge.status();
    await approve(1, "kim-reyes");
    await approve(1, "maria-cruz");
    assert.equal((await forge.status()).state, "waiting");
    await approve();
    assert.equal((await forge.status()).state, "done");
  });

  it("closes a request whose approver requests changes, with the comment", async () => {
    await forge.ask("pause");
    await forge.status();
    const none = await forge.review(1, { login: "jo-santos", verdict: "REQUEST_CHANGES", comment: " " });
    assert.equal(none.status, 400);
    await forge.review(1, { login: "jo-santos", verdict: "REQUEST_CHANGES", comment: "not <now>" });
    const { state, reason } = await forge.status();
    assert.equal(state, "rejected");
    assert.match(reason ?? "", /^jo-santos rejected it: not <now>\nSee docs\/runbooks\/request-approval\.md$/);
    const page = await (await forge.get("/sandbox/platform/pull/1")).text();
    assert.match(page, /Closed/);
    assert.match(page, /not &lt;now&gt;/);
    assert.doesNotMatch(page, /<form/);
  });

  it("closes a request that nobody approved in time", async () => {
    let ahead = 0;
    const now = () => new Date(Date.now() + ahead);
    await forge.restart({ now, pollSeconds: 0.2, approvalMinutes: 60 });
    await forge.ask("pause");
    // Not by status(), which waits until the forge is idle: where a look takes longer than its rhythm, it never is.
    const reaches = async (state: RequestStatus["state"]): Promise<RequestStatus> => {
      for (const until = Date.now() + 60_000; ;) {
        const [status] = await forge.statuses();
        if (status?.state === state) return status;
        assert.ok(Date.now() < until, `it is ${status?.state ?? "unknown"}, expected ${state}`);
        await sleep(50);
      }
    };
    await reaches("waiting");
    ahead = 61 * 60_000;
    const status = await reaches("expired");
    assert.match(status.reason ?? "", /requests expire without approval/);
  });

  it("keeps pull requests, reviews, checks, comments and requests over a restart", async () => {
    await forge.ask("pause");
    await forge.status();
    await approve(1, "kim-reyes");
    const before = await forge.status();
    await forge.restart();
    assert.deepEqual(await forge.status(), before);
    const reviews = (await (await forge.get("/repos/sandbox/platform/pulls/1/reviews")).json()) as unknown[];
    assert.equal(reviews.length, 1);
    await forge.ask("pause", { id: "request-2", tenant: "acme" });
    assert.equal((await forge.status("request-2")).pull?.number, 2);
    await approve();
    assert.equal((await forge.status()).state, "done");
  });

  it("goes on with a merge whose file was not written, before it looks at the checkout again", async () => {
    await forge.restart({ deploy: () => new Promise<DeployResult>(() => undefined) });
    await forge.ask("pause");
    await forge.status();
    await approve();
    for (const until = Date.now() + 20_000; !forge.read("tenants/acme.yaml").includes("paused");) {
      assert.ok(Date.now() < until, "it is written");
      await sleep(20);
    }
    const cutOff = (await forge.statuses())[0];
    assert.equal(cutOff?.state, "deploying");
    // As if the process had been killed between the merge and the file.
    forge.write("tenants/acme.yaml", ACME);
    const file = join(forge.instance.home, "data/forge/requests.json");
    writeFileSync(file, readFileSync(file, "utf8").replace('"state":"deploying"', '"state":"merging"'));
    await forge.restart({});
    const done = await forge.status();
    assert.equal(done.state, "done", done.reason);
    assert.match(forge.read("tenants/acme.yaml"), /lifecycle: paused/);
    assert.match(forge.inGit("tenants/acme.yaml"), /lifecycle: paused/);
  });

  it("does not write over a file that was changed since the merge was made, and says so", async () => {
    const deploying = { isBegun: false };
    await forge.restart({
      deploy: () => {
        deploying.isBegun = true;
        return new Promise<DeployResult>(() => undefined);
      },
    });
    await forge.ask("pause");
    await forge.status();
    await approve();
    for (const until = Date.now() + 20_000; !deploying.isBegun;) {
      assert.ok(Date.now() < until, "it is deployed");
      await sleep(20);
    }
    forge.write("tenants/acme.yaml", "# mine\n");
    const file = join(forge.instance.home, "data/forge/requests.json");
    writeFileSync(file, readFileSync(file, "utf8").replace('"state":"deploying"', '"state":"merging"'));
    await forge.restart({});
    const { state, reason } = await forge.status();
    assert.equal(state, "failed");
    assert.match(reason ?? "", /tenants\/acme\.yaml in the checkout is not what the request was made from/);
    assert.equal(forge.read("tenants/acme.yaml"), "# mine\n");
    assert.equal(forge.inGit("tenants/acme.yaml"), "# mine\n", "main is the checkout again");
  });

  it("says why a deployment failed, and deploys again when the same request comes once more", async () => {
    const results: DeployResult[] = [{ ok: false, reason: "error: no cluster" }, { ok: true }];
    await forge.restart({ deploy: () => Promise.resolve(results.shift() ?? { ok: false, reason: "too often" }) });
    await forge.ask("pause");
    await forge.status();
    await approve();
    const failed = await forge.status();
    assert.equal(failed.state, "failed");
    assert.match(
      failed.reason ?? "",
      /its deployment failed: error: no cluster\nSee docs\/runbooks\/request-failed\.md$/,
    );
    assert.equal((await forge.ask("pause")).status, 202);
    const done = await forge.status();
    assert.equal(done.state, "done", done.reason);
    assert.equal(results.length, 0);
  });

  it("creates a tenant's file in the checkout", async () => {
    const file = {
      displayName: "New",
      owner: { team: "ops", email: "ops@new.example" },
      bundles: ["sales"],
      environments: { staging: {} },
    };
    await forge.ask("create", { tenant: "new-one", file });
    await forge.status();
    await approve();
    const { state, reason } = await forge.status();
    assert.equal(state, "done", reason);
    assert.match(forge.read("tenants/new-one.yaml"), /^# yaml-language-server.*\ndisplayName: New\n/);
  });

  describe("in n8n's place", () => {
    async function said(answer: Response): Promise<string> {
      return `${answer.status} ${await answer.text()}`;
    }

    it("refuses a signature that is wrong, old or of another path, and one that was used before", async () => {
      const body = JSON.stringify({ id: "request-1", tenant: "acme", requester: "console-1", approver: "jo-santos" });
      const proof = `${Math.floor(Date.now() / 1000)}.${randomBytes(16).toString("base64url")}.${"A".repeat(86)}`;
      const { requestsSecret } = forge.instance.secrets;
      const right = signed(requestsSecret, pathOf("pause"), proof, body);
      assert.match(await said(await forge.post(pathOf("resume"), body, right)), /^401 /);
      assert.match(await said(await forge.post(pathOf("pause"), `${body} `, right)), /^401 /);
      assert.match(await said(await forge.post(pathOf("pause"), body, {})), /^401 /);
      const other = signed("another secret", pathOf("pause"), proof, body);
      assert.match(await said(await forge.post(pathOf("pause"), body, other)), /^401 /);
      assert.match(await said(await forge.post(pathOf("pause"), body, right)), /^202 /);
      assert.match(await said(await forge.post(pathOf("pause"), body, right)), /^409 /);
      await forge.restart();
      assert.match(await said(await forge.post(pathOf("pause"), body, right)), /^409 /, "also after a restart");
      const old = await forge.ask("pause", { id: "request-old" }, { now: new Date(Date.now() - 301_000) });
      assert.match(await said(old), /^401 .*expected one of the last 300 seconds/);
    });

    it("refuses what is not a request, or has the id of another", async () => {
      const sent = { [PROOF_HEADER]: "", [SIGNATURE_HEADER]: "" };
      assert.match(await said(await forge.post(pathOf("pause"), "{", sent)), /^422 /);
      assert.match(await said(await forge.post(pathOf("explode"), "{}", sent)), /^404 /);
      assert.match(await said(await forge.post(pathOf("pause"), "x".repeat(1_000_001), sent)), /^413 /);
      assert.equal((await forge.ask("pause")).status, 202);
      assert.match(await said(await forge.ask("pause", { reason: "another" })), /^400 .*is the id of another request/);
      assert.equal((await forge.ask("pause")).status, 202, "the same one goes on");
      assert.equal((await forge.status()).state, "waiting");
      assert.equal((await forge.statuses()).length, 1);
    });
  });

  describe("in its pages", () => {
    it("shows who asked and why, the changes and the checks as text, and nothing that could run", async () => {
      await forge.ask("change", { changes: { displayName: "<script>alert(1)</script>" } });
      await forge.status();
      const answer = await forge.get("/sandbox/platform/pull/1");
      const page = await answer.text();
      const policy = answer.headers.get("content-security-policy") ?? "";
      assert.match(
        policy,
        /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
      );
      assert.doesNotMatch(page, /<script/);
      for (const text of [
        "maria-cruz, through odoo-saas-console",
        "as &lt;agreed&gt;",
        "+displayName: &quot;&lt;script&gt;alert(1)&lt;/script&gt;&quot; # for people",
        "&lt;all&gt; is well",
        "It asks for no password",
        'value="jo-santos" selected',
      ]) {
        assert.ok(page.includes(text), `${text} in ${page}`);
      }
      assert.match(await (await forge.get("/")).text(), /Change tenant acme for maria-cruz/);
      assert.equal((await forge.get("/sandbox/platform/pull/2")).status, 404);
    });

    it("take a review from their own form alone", async () => {
      await forge.ask("pause");
      await forge.status();
      const form = { login: "jo-santos", verdict: "APPROVE" };
      assert.equal((await forge.review(1, form, "http://evil.example")).status, 403);
      assert.equal((await forge.review(1, { ...form, login: "odoo-saas-forge" })).status, 400);
      assert.equal((await forge.review(1, { ...form, verdict: "MERGE" })).status, 400);
      assert.equal((await forge.status()).state, "waiting");
    });

    it("are for the forge's own address alone", async () => {
      const status = await new Promise((resolve, reject) => {
        const call = request(`${forge.url}/`, { headers: { host: "evil.example" } }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        });
        call.on("error", reject).end();
      });
      assert.equal(status, 421);
    });
  });

  it("lets readers read, and nobody else", async () => {
    assert.equal((await forge.get("/requests", "wrong")).status, 401);
    assert.equal((await forge.get("/requests/nothing-there")).status, 404);
    assert.equal((await forge.get("/repos/sandbox/platform/pulls", "wrong")).status, 401);
    assert.equal((await forge.get("/repos/sandbox/platform/pulls")).status, 200);
    const writing = await fetch(`${forge.url}/repos/sandbox/platform/git/refs/heads/main`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${forge.instance.secrets.forgeReader}` },
    });
    assert.equal(writing.status, 403);
    assert.ok(existsSync(join(forge.instance.home, "data/forge/github.json")));
  });
});
