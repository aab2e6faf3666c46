import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { CREDENTIALS } from "../../features/n8n/nodes.ts";
import { DEFAULTS } from "../../features/n8n/settings.ts";
import { workflowFiles } from "../../features/n8n/workflows.ts";
import { prove } from "../../features/requests/proof.ts";
import { ACTIONS, readRequest } from "../../features/requests/request.ts";
import type { Action } from "../../features/requests/request.ts";
import { pathOf, signed } from "../../features/requests/send.ts";
import { startGithub } from "../../sandbox/forge/github/server.ts";
import type { GithubServer } from "../../sandbox/forge/github/server.ts";
import type { Repository } from "../../sandbox/forge/github/state.ts";
import { EVERYTHING } from "../../sandbox/forge/github/tokens.ts";
import { Actions } from "../support/n8n/actions.ts";
import { startMattermost } from "../support/n8n/mattermost.ts";
import type { MattermostServer } from "../support/n8n/mattermost.ts";
import { startN8n } from "../support/n8n/process.ts";
import type { N8n } from "../support/n8n/process.ts";
import { Runner } from "../support/n8n/runner.ts";
import { newRequester } from "../support/requesters.ts";

const ROOT = join(import.meta.dirname, "../..");
const pullList = z.array(z.object({ number: z.number(), state: z.string(), merged_at: z.string().nullable() }));
const anything = z.record(z.string(), z.unknown());
const SECRET = "shared by n8n and who asks";
const MARIA = newRequester();
const PAGES = "https://github.example/tbwa/platform/blob/main";
/** What is signed where a body is no request. */
const REQUEST = {
  action: "pause",
  id: "none",
  tenant: "none",
  requester: "maria",
  approver: "jo",
  reason: "",
} as const;
const TENANT = {
  displayName: "Acme",
  owner: { team: "ops", email: "ops@acme.example" },
  company: { country: "PH" },
  bundles: ["crm-sales"],
  environments: { staging: {} },
};

/** A tenant a story, in the lifecycle that it begins with. */
const TENANTS = {
  "acme-busy": "active",
  "acme-altered": "active",
  "acme-asleep": "paused",
  "acme-ending": "active",
  "acme-silent": "active",
  "acme-failing": "active",
  "acme-unchecked": "active",
  "acme-no": "active",
} as const;

/** Everything of these tests: a real n8n, and local servers in the places of GitHub and Mattermost. */
describe("requests by n8n", function () {
  let github: GithubServer;
  let mattermost: MattermostServer;
  let n8n: N8n;
  let repository: Repository;
  let runner: Runner;
  const actions = new Actions((run, inputs, of) => runner.take(run, inputs, of));
  const started = Date.now();
  let ready = 0;

  before(async () => {
    await actions.start();
    github = await startGithub(actions.routes);
    mattermost = await startMattermost("bot-token");
    repository = await github.state.addRepository("tbwa", "platform", { delete_branch_on_merge: true });
    // As docs/n8n.md says, and no more.
    github.state.addToken("n8n-token", "odoo-saas-n8n", { actions: "write", pull_requests: "read" });
    github.state.addToken("app-token", "odoo-saas-requests", {
      contents: "write",
      pull_requests: "write",
      issues: "write",
      checks: "read",
    });
    for (const login of ["jo-santos", "kim-reyes", "maria"]) github.state.addToken(login, login, EVERYTHING);
    runner = new Runner(
      () => github,
      () => actions,
      {
        token: "app-token",
        failsToDeploy: (tenant) => tenant === "acme-failing",
        failsChecks: (tenant) => tenant === "acme-unchecked",
      },
    );
    fill(repository);
    const settings = {
      ...DEFAULTS,
      githubApi: github.url,
      repository: "tbwa/platform",
      pages: PAGES,
      channel: "requests",
      pollSeconds: 1,
      retrySeconds: 0.5,
      runMinutes: 3,
      approvalMinutes: 10,
    };
    // One more, which has no time to wait for approval.
    const hurried = workflowFiles({ ...settings, approvalMinutes: 0.1 }).get("pause.json") ?? "";
    const workflows = new Map(workflowFiles(settings)).set(
      "hurried.json",
      hurried.replaceAll("odoo-saas-pause", "odoo-saas-hurried").replaceAll("odoo-saas/pause", "odoo-saas/hurried"),
    );
    n8n = await startN8n(workflows, [
      { ...CREDENTIALS.github, data: { server: github.url, user: "odoo-saas-n8n", accessToken: "n8n-token" } },
      { ...CREDENTIALS.mattermost, data: { baseUrl: mattermost.url, accessToken: "bot-token" } },
      { ...CREDENTIALS.signature, data: { hmacSecret: SECRET } },
    ]);
    ready = Date.now();
  });

  after(async () => {
    await n8n.stop();
    await runner.idle();
    await Promise.all([github.close(), mattermost.close(), actions.close()]);
    console.log(
      `      n8n was ready after ${Math.round((ready - started) / 1000)} s, the requests took ${Math.round((Date.now() - ready) / 1000)} s: ${actions.runs.length} runs, ${mattermost.posts.length} messages`,
    );
  });

  /** The main branch's file of a tenant. */
  async function tenant(id: string): Promise<Record<string, unknown>> {
    const entry = await repository.git.entry("main", `tenants/${id}.yaml`);
    return anything.parse(entry === undefined ? {} : parse((await repository.git.blob(entry.sha)).toString("utf8")));
  }

  async function post(path: string, body: string, headers: Readonly<Record<string, string>>) {
    const response = await fetch(`${n8n.url}/webhook/odoo-saas/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
    });
    return { status: response.status, text: await response.text() };
  }

  function bodyOf(id: string, more: object = {}): string {
    const [, tenant] = id.split("--");
    return JSON.stringify({ id, tenant, requester: "maria", approver: "jo-santos", reason: "as agreed", ...more });
  }

  /** Asks, and is accepted. */
  async function ask(action: Action | "hurried", id: string, more: object = {}, secondsAgo = 0): Promise<void> {
    const body = bodyOf(id, more);
    const { status, text } = await post(action, body, headersOf(action, body, { secondsAgo }));
    assert.equal(status, 202, text);
  }

  /** The headers of a request, signed by who asks and by who sends it. */
  function headersOf(
    action: Action | "hurried",
    body: string,
    { secret = SECRET, secondsAgo = 0, key = MARIA.key } = {},
  ) {
    const read = readRequest(action === "hurried" ? "pause" : action, "request.json", body, ["jo-santos", "Maria"]);
    const request = "request" in read ? read.request : REQUEST;
    const proof = prove(request, key, new Date(Date.now() - secondsAgo * 1000));
    return signed(secret, pathOf(action), proof, body);
  }

  async function until<T>(what: string, look: () => T | undefined | Promise<T | undefined>): Promise<T> {
    const end = Date.now() + 240_000;
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      if (Date.now() > end) {
        const told = mattermost.posts.map(({ message }) => message).join("\n");
        const logs = actions.runs.map(({ display_title, log }) => `${display_title}\n${log}`).join("\n");
        assert.fail(
          `${what} did not come; told:\n${told}\nruns:\n${logs.slice(-4000)}\nn8n:\n${n8n.output().slice(-3000)}`,
        );
      }
      await sleep(200);
    }
  }

  /** A message of a request that has all these words. */
  function told(id: string, ...words: readonly string[]): Promise<string> {
    return until(`a message of ${id} with ${words.join(", ")}`, () =>
      mattermost.posts
        .map(({ message }) => message)
        .find((message) => [id, ...words].every((word) => message.includes(word))),
    );
  }

  async function api(login: string, method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${github.url}/repos/tbwa/platform${path}`, {
      method,
      headers: { authorization: `Bearer ${login}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return response.json();
  }

  /** The pull requests that there ever were of a request. */
  async function pulls(id: string) {
    return pullList.parse(await api("maria", "GET", `/pulls?state=all&head=tbwa:request/${id}`));
  }

  async function review(id: string, login: string, event = "APPROVE"): Promise<void> {
    const [pull] = await pulls(id);
    await api(login, "POST", `/pulls/${pull?.number ?? 0}/reviews`, { event });
  }

  /** The person says yes when asked. */
  async function approve(id: string): Promise<void> {
    await told(id, "waits for an approving review of jo-santos");
    await review(id, "jo-santos");
  }

  it("takes all five requests to production, when the named person has approved, and tells of it", async () => {
    actions.faults.set("req1--acme-busy", 2);
    await Promise.all([
      ask("create", "req1--acme-new", { file: TENANT }),
      ask("pause", "req1--acme-busy"),
      ask("change", "req1--acme-altered", { changes: { displayName: "Altered" } }),
      ask("resume", "req1--acme-asleep"),
      ask("decommission", "req1--acme-ending"),
    ]);
    // The same request again, signed anew: no second pull request.
    await ask("create", "req1--acme-new", { file: TENANT }, 5);
    const ids = ["new", "busy", "altered", "asleep", "ending"].map((name) => `req1--acme-${name}`);
    await Promise.all(
      ids.map(async (id) => {
        await approve(id);
        await told(id, "is done, approved by jo-santos");
      }),
    );
    assert.equal((await tenant("acme-new"))["displayName"], "Acme");
    assert.equal((await tenant("acme-busy"))["lifecycle"], "paused");
    assert.equal((await tenant("acme-altered"))["displayName"], "Altered");
    assert.equal((await tenant("acme-asleep"))["lifecycle"], "active");
    assert.equal((await tenant("acme-ending"))["lifecycle"], "decommissioning");
    assert.equal((await pulls("req1--acme-new")).length, 1);
    assert.equal(actions.faults.get("req1--acme-busy"), 0, "GitHub failed twice, and was asked again");
  });

  it("lets in nothing that is not signed now, once, and by the rules", async () => {
    const body = bodyOf("req2--acme-silent");
    const refused = async (text: string, headers: Readonly<Record<string, string>>): Promise<string> => {
      const answer = await post("pause", text, headers);
      return `${answer.status} ${answer.text}`;
    };
    assert.match(await refused(body, {}), /^401 .*the signature is wrong/);
    assert.match(
      await refused(body, headersOf("pause", body, { secret: "another secret" })),
      /^401 .*the signature is wrong/,
    );
    assert.match(await refused(`${body} `, headersOf("pause", body)), /^401 .*the signature is wrong/);
    assert.match(await refused(body, headersOf("pause", body, { secondsAgo: 400 })), /^401 .*of another time/);
    const own = bodyOf("req2--acme-silent", { approver: "Maria" });
    assert.match(await refused(own, headersOf("pause", own)), /^400 .*nobody can approve their own request/);
    assert.match(await refused("[]", headersOf("pause", "[]")), /^400 .*id is missing/);
    for (const action of ACTIONS) {
      const elsewhere = await post(action, body, headersOf("hurried", body));
      assert.equal(elsewhere.status, 401, `signed for another path than that of ${action}`);
    }
    const headers = headersOf("hurried", body);
    assert.equal((await post("hurried", body, headers)).status, 202);
    const replay = await post("hurried", body, headers);
    assert.equal(replay.status, 409, replay.text);
    assert.deepEqual(
      actions.runs.filter(
        ({ display_title }) => display_title.includes("req2--") && display_title.startsWith("create"),
      ),
      [],
    );
  });

  it("closes what nobody approved in time, whoever else said yes, and merges nothing", async () => {
    const id = "req2--acme-silent";
    await until(`the pull request of ${id}`, async () => ((await pulls(id)).length > 0 ? true : undefined));
    await review(id, "maria");
    await review(id, "kim-reyes");
    await told(
      id,
      "was not approved",
      "requests expire without approval",
      `${PAGES}/docs/runbooks/request-approval.md`,
    );
    const [pull] = await pulls(id);
    assert.deepEqual([pull?.state, pull?.merged_at], ["closed", null]);
    assert.equal((await tenant("acme-silent"))["lifecycle"], "active");
    assert.equal(await repository.git.branch(`request/${id}`), undefined);
  });

  it("tells what is wrong with a tenant, at its position, and opens nothing", async () => {
    const id = "req3--acme-wrong";
    await ask("create", id, { file: { ...TENANT, owner: { team: "ops", email: "nobody" } } });
    const message = await told(id, "was refused", `${PAGES}/docs/runbooks/request-refused.md`);
    assert.match(message, /tenants\/acme-wrong\.yaml:5:10: owner\.email: is "nobody", expected/);
    assert.deepEqual(await pulls(id), []);
  });

  it("opens nothing in the name of somebody who did not sign it, though the sender may send", async () => {
    const id = "req6--acme-no";
    const body = bodyOf(id);
    const forged = headersOf("pause", body, { key: newRequester().key });
    assert.equal((await post("pause", body, forged)).status, 202);
    const message = await told(id, "was refused", `${PAGES}/docs/runbooks/request-refused.md`);
    assert.match(message, /signed by somebody else/);
    assert.deepEqual(await pulls(id), []);
  });

  it("stops at a check that fails, and at a person who says no", async () => {
    await Promise.all([ask("pause", "req4--acme-unchecked"), ask("pause", "req4--acme-no")]);
    await Promise.all([
      told("req4--acme-unchecked", "was not approved", "the check plan.yml failed"),
      (async () => {
        await told("req4--acme-no", "waits for an approving review");
        await review("req4--acme-no", "jo-santos", "REQUEST_CHANGES");
        await told("req4--acme-no", "was not approved", "jo-santos rejected it");
      })(),
    ]);
    for (const id of ["acme-unchecked", "acme-no"]) assert.equal((await tenant(id))["lifecycle"], "active");
  });

  it("tells of a deployment that fails by the workflow of errors, with the runbook", async () => {
    const id = "req5--acme-failing";
    await ask("pause", id);
    await approve(id);
    const message = await told(id, ":rotating_light:", "its deployment ended with failure");
    assert.ok(message.includes(`${PAGES}/docs/runbooks/request-failed.md`), message);
    // What only the workflow of errors knows.
    assert.match(message, /\/workflow\/odoo-saas-pause\/executions\/\d+/);
  });

  it("leaves a main that passes its own check, though requests were open together", () => {
    const folder = mkdtempSync(join(tmpdir(), "odoo-saas-main-"));
    try {
      execFileSync("git", ["clone", "--quiet", "--branch=main", repository.git.folder, folder]);
      symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
      utimesSync(join(folder, "package-lock.json"), 0, 0);
      execFileSync("npm", ["run", "--silent", "generated:check"], {
        cwd: folder,
        stdio: ["ignore", "ignore", "inherit"],
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("asks GitHub for nothing that it does not need", () => {
    assert.deepEqual(github.unknown, []);
    assert.deepEqual(
      github.requests.filter(({ status }) => status === 401 || status === 403),
      [],
    );
    assert.equal(actions.tokensAtLogs, 0, "the token went to the host of the logs");
    const byN8n = github.requests.filter(({ login, method }) => login === "odoo-saas-n8n" && method !== "GET");
    assert.deepEqual(
      [...new Set(byN8n.map(({ path }) => path))],
      ["/repos/tbwa/platform/actions/workflows/request.yml/dispatches"],
    );
    assert.doesNotMatch(n8n.output() + mattermost.posts.map(({ message }) => message).join(""), new RegExp(SECRET));
  });
});

/** Puts this project's files, and tenants for the stories, into a repository. */
function fill(repository: Repository): void {
  const folder = mkdtempSync(join(tmpdir(), "odoo-saas-seed-"));
  const git = (cwd: string, ...args: string[]) => {
    const identity = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
    execFileSync("git", [...identity, ...args], { cwd, stdio: ["ignore", "ignore", "inherit"] });
  };
  try {
    // The files as they are here, committed or not.
    const seed = join(folder, "seed.git");
    git(ROOT, "init", "--quiet", "--bare", seed);
    git(ROOT, `--git-dir=${seed}`, "--work-tree=.", "add", "--all");
    git(ROOT, `--git-dir=${seed}`, "--work-tree=.", "commit", "--quiet", "--message=project");
    const clone = join(folder, "clone");
    git(ROOT, "clone", "--quiet", seed, clone);
    for (const [id, lifecycle] of Object.entries(TENANTS)) {
      writeFileSync(join(clone, `tenants/${id}.yaml`), stringify({ ...TENANT, displayName: id, lifecycle }));
    }
    writeFileSync(join(clone, "requesters.yaml"), stringify({ requesters: { maria: [MARIA.publicKey] } }));
    git(clone, "add", "--all");
    git(clone, "commit", "--quiet", "--message=tenants");
    git(clone, "push", "--quiet", repository.git.folder, "HEAD:refs/heads/main");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
