import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { closeRequest, mergeRequest } from "../../features/requests/decide.ts";
import { githubOf } from "../../features/requests/github.ts";
import type { Github } from "../../features/requests/github.ts";
import { openRequest } from "../../features/requests/open.ts";
import { prove } from "../../features/requests/proof.ts";
import { commitMessage, recordOf } from "../../features/requests/record.ts";
import { RequestRefusal } from "../../features/requests/refusal.ts";
import { readRequest } from "../../features/requests/request.ts";
import type { Action, Request } from "../../features/requests/request.ts";
import type { Requesters } from "../../config/schemas/requesters.ts";
import { VALID_PROJECT } from "../support/projectFolder.ts";
import { newRequester } from "../support/requesters.ts";
import { addCheckRun } from "../../sandbox/forge/github/routes/checks.ts";
import { reviews } from "../../sandbox/forge/github/routes/reviews.ts";
import { startGithub } from "../../sandbox/forge/github/server.ts";
import type { GithubServer } from "../../sandbox/forge/github/server.ts";
import type { Repository } from "../../sandbox/forge/github/state.ts";
import { EVERYTHING } from "../../sandbox/forge/github/tokens.ts";

const APPROVERS = ["jo-santos", "kim-reyes"];
const MARIA = newRequester();
const JO = newRequester();
const REQUESTERS = { maria: [MARIA.publicKey], "jo-santos": [JO.publicKey] };
const NOW = new Date("2026-11-22T12:00:00Z");
const LATER = new Date(Date.now() + 3_600_000);
const ASKED = { id: "request-1", tenant: "acme", requester: "maria", approver: "jo-santos", reason: "as agreed" };
const FILE = `# who we are
displayName: "Acme" # for people
owner: { team: ops, email: ops@acme.example }
bundles: [sales]
environments:
  staging: {}
`;

describe("requests", () => {
  let github: GithubServer;
  let repository: Repository;
  let client: Github;
  let folder: string;
  let root: string;

  const git = (cwd: string, ...args: string[]): string =>
    execFileSync("git", ["-c", "user.name=test", "-c", "user.email=test@example.com", ...args], {
      cwd,
      encoding: "utf8",
    });

  beforeEach(async () => {
    github = await startGithub();
    repository = await github.state.addRepository("tbwa", "platform");
    for (const login of ["app", "maria", ...APPROVERS]) github.state.addToken(login, login, EVERYTHING);
    client = githubOf({ GITHUB_API_URL: github.url, GITHUB_REPOSITORY: "tbwa/platform", GITHUB_TOKEN: "app" });
    folder = mkdtempSync(join(tmpdir(), "odoo-saas-requests-"));
    root = join(folder, "clone");
    git(folder, "init", "--quiet", root);
    git(root, "remote", "add", "origin", repository.git.folder);
    for (const [file, content] of Object.entries({ ...VALID_PROJECT, "tenants/acme.yaml": FILE })) {
      execFileSync("mkdir", ["-p", join(root, file, "..")]);
      writeFileSync(join(root, file), content);
    }
    git(root, "add", "--all");
    git(root, "commit", "--quiet", "--message=project");
    git(root, "push", "--quiet", "origin", "HEAD:refs/heads/main");
  });

  afterEach(async () => {
    assert.deepEqual(github.unknown, []);
    await github.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function read(action: Action, more: object = {}): Request {
    const result = readRequest(action, "request.json", JSON.stringify({ ...ASKED, ...more }), APPROVERS);
    assert.ok("request" in result, JSON.stringify(result));
    return result.request;
  }

  function open(action: Action, more: object = {}, deadline = LATER) {
    const request = read(action, more);
    const proof = prove(request, MARIA.key, NOW);
    return openRequest(client, request, { proof, root, base: "main", deadline, now: NOW });
  }

  /** A file as the request's branch, or another, has it. */
  function file(branch: string, path: string): string {
    return git(repository.git.folder, "show", `${branch}:${path}`);
  }

  /** @param event PENDING for a review that is begun and not submitted */
  async function review(login: string, number: number, event = "APPROVE"): Promise<void> {
    const body = JSON.stringify(event === "PENDING" ? {} : { event });
    const headers = { authorization: `Bearer ${login}` };
    const answer = await fetch(`${github.url}/repos/tbwa/platform/pulls/${number}/reviews`, {
      method: "POST",
      headers,
      body,
    });
    assert.equal(answer.status, 200);
  }

  function pass(head: string, conclusion: "success" | "failure" = "success"): void {
    addCheckRun({ state: github.state, repository }, { name: "preview", head_sha: head, conclusion });
  }

  const merge = (head: string, now = new Date(), approvers = APPROVERS, requesters: Requesters = REQUESTERS) =>
    mergeRequest(client, { id: "request-1", head, approvers, requesters, root, now });

  /** A branch of request-1 as somebody who may push makes it: the tenant's file with other text, and any message. */
  async function forged(text: string, message: string, path = "tenants/acme.yaml"): Promise<string> {
    git(root, "checkout", "--quiet", "--detach", "origin/main");
    writeFileSync(join(root, path), text);
    git(root, "add", "--all");
    git(root, "commit", "--quiet", "--message", message);
    git(root, "push", "--quiet", "--force", "origin", "HEAD:refs/heads/request/request-1");
    const { number } = await open("pause").catch(async () => {
      const body = JSON.stringify({ head: "request/request-1", base: "main", title: "Pause tenant acme" });
      const headers = { authorization: "Bearer app" };
      const answer = await fetch(`${github.url}/repos/tbwa/platform/pulls`, { method: "POST", headers, body });
      return z.object({ number: z.number() }).parse(await answer.json());
    });
    const head = git(root, "rev-parse", "HEAD").trim();
    pass(head);
    await review("jo-santos", number);
    return head;
  }

  async function refused(work: Promise<unknown>, ...words: readonly string[]): Promise<void> {
    await assert.rejects(work, (error) => {
      assert.ok(error instanceof RequestRefusal, String(error));
      for (const word of [...words, "See docs/runbooks/"]) assert.ok(error.message.includes(word), error.message);
      return true;
    });
  }

  it("open one branch and one pull request, however often they are made, and leave the clone alone", async () => {
    const pull = await open("pause");
    assert.deepEqual(await open("pause"), pull);
    assert.equal(pull.state, "open");
    assert.equal(
      file("request/request-1", "tenants/acme.yaml"),
      FILE.replace("bundles:", "lifecycle: paused\nbundles:"),
      "comments and order stay",
    );
    assert.equal(git(root, "status", "--porcelain"), "");
    assert.equal(git(root, "worktree", "list").trim().split("\n").length, 1);
    assert.equal((await repository.git.refs("refs/heads/")).length, 2);
    const record = recordOf((await repository.git.commit(pull.head)).message);
    assert.deepEqual(record?.request, read("pause"));
  });

  it("ask their approver in the pull request, with effects, and quote the reason as it is", async () => {
    const { number } = await open("pause", { reason: "@everybody: `see` [here](https://evil.example)" });
    const headers = { authorization: "Bearer app" };
    const answer = await fetch(`${github.url}/repos/tbwa/platform/pulls/${number}`, { headers });
    const { title, body } = z.object({ title: z.string(), body: z.string() }).parse(await answer.json());
    assert.equal(title, "Pause tenant acme");
    const [first = "", empty, ask = "", , gap, ...effects] = body.split("\n");
    assert.ok(first.startsWith("Request `request-1` by @maria: "), first);
    assert.ok(first.endsWith("`@everybody: 'see' [here](https://evil.example)`"), first);
    assert.ok(ask.includes("@jo-santos") && ask.includes(`**${LATER.toISOString()}**`), ask);
    assert.deepEqual([empty, gap], ["", ""]);
    assert.match(effects.join("\n"), /acme/);
    assert.doesNotMatch(effects.join("\n"), /HEAD/);
  });

  it("go on where a run ended between the branch and its pull request", async () => {
    const pull = await open("pause");
    const second = await github.state.addRepository("tbwa", "second");
    git(repository.git.folder, "push", "--quiet", second.git.folder, "refs/heads/*:refs/heads/*");
    git(root, "remote", "set-url", "origin", second.git.folder);
    client = { ...client, at: { owner: "tbwa", repo: "second" } };
    assert.equal((await open("pause")).head, pull.head);
  });

  it("refuse an id that another request has", async () => {
    await open("pause");
    await refused(open("pause", { reason: "for another reason" }), "is the id of another request");
  });

  it("create, resume and decommission tenants", async () => {
    const made = {
      displayName: "New",
      owner: { team: "ops", email: "ops@new.example" },
      bundles: ["sales"],
      environments: { staging: {} },
    };
    await open("create", { id: "request-new", tenant: "new-one", file: made });
    assert.match(file("request/request-new", "tenants/new-one.yaml"), /^# yaml-language-server.*\ndisplayName: New\n/);
    await open("decommission", { id: "request-end" }, new Date("2026-11-23T12:00:00Z"));
    assert.match(
      file("request/request-end", "tenants/acme.yaml"),
      /\nlifecycle: decommissioning\ndecommission: \{ holdUntil: 2026-12-23 \}\n/,
    );
    await refused(
      open("resume", { id: "request-back" }),
      'tenants/acme.yaml:2:1: lifecycle: is "active", expected paused',
    );
  });

  it("change keys of a tenant's file, and are merged when the change is the one that was signed", async () => {
    const changes = { displayName: "Acme 2", modules: { add: ["crm_phonecall"] } };
    const { head, number } = await open("change", { changes });
    const changedText = file("request/request-1", "tenants/acme.yaml");
    assert.match(changedText, /^# who we are\ndisplayName: "Acme 2" # for people\nowner: \{ team: ops, email/);
    assert.match(changedText, /bundles: \[sales\]\nmodules:\n {2}add:\n {4}- crm_phonecall\nenvironments:/);
    pass(head);
    await review("jo-santos", number);
    assert.equal((await merge(head)).state, "merged");
  });

  it("change nothing but what is listed, something at least, and what stays valid", async () => {
    const problems = (changes: unknown): string[] => {
      const result = readRequest("change", "request.json", JSON.stringify({ ...ASKED, changes }), APPROVERS);
      return "request" in result ? [] : result.diagnostics.map(({ path, message }) => `${path} ${message}`);
    };
    assert.deepEqual(problems({ plan: "large" }), []);
    for (const key of ["lifecycle", "decommission", "cell", "company"]) {
      assert.match(problems({ [key]: null }).join(), new RegExp(`changes.${key}\\b.*is not a known key`), key);
    }
    assert.match(problems({}).join(), /changes is empty/);
    assert.match(problems([]).join(), /changes is \[\]/);
    await refused(open("change", { changes: { displayName: "Acme" } }), "tenants/acme.yaml:1:1: already says");
    await refused(open("change", { changes: { plan: "huge" } }), "tenants/acme.yaml:4:7: plan", '"huge"');
    await refused(open("change", { changes: { owner: null } }), "owner: is missing");
    await refused(open("change", { tenant: "nobody-there", changes: { plan: "large" } }), "does not exist");
  });

  it("are not merged when their commit changes something else than the keys that were signed", async () => {
    const request = read("change", { changes: { displayName: "Other" } });
    const message = commitMessage(request, prove(request, MARIA.key, NOW), LATER);
    await refused(merge(await forged(FILE.replace('"Acme"', '"Another"'), message)), "changes something other");
  });

  it("say in the pull request and the commit for whom a program asked", async () => {
    const { head, number } = await open("pause", { onBehalfOf: "fe-garcia" });
    const headers = { authorization: "Bearer app" };
    const answer = await fetch(`${github.url}/repos/tbwa/platform/pulls/${number}`, { headers });
    const { title, body } = z.object({ title: z.string(), body: z.string() }).parse(await answer.json());
    assert.equal(title, "Pause tenant acme for fe-garcia");
    assert.match(body, /^Request `request-1` by @maria on behalf of @fe-garcia: /);
    const { message } = await repository.git.commit(head);
    assert.match(message, /^Pause tenant acme for fe-garcia\n/);
    assert.equal(recordOf(message)?.request.onBehalfOf, "fe-garcia");
    pass(head);
    await review("jo-santos", number);
    assert.equal((await merge(head)).state, "merged");
  });

  it("say which administrator of the tenant asked, who has no GitHub login", async () => {
    const { head, number } = await open("pause", { onBehalfOf: "acme/it@acme.example" });
    const headers = { authorization: "Bearer app" };
    const answer = await fetch(`${github.url}/repos/tbwa/platform/pulls/${number}`, { headers });
    const { title, body } = z.object({ title: z.string(), body: z.string() }).parse(await answer.json());
    assert.equal(title, "Pause tenant acme for its administrator it@acme.example");
    assert.match(body, /by @maria on behalf of `it@acme\.example`, the administrator of acme, who logged in/);
    pass(head);
    await review("jo-santos", number);
    assert.equal((await merge(head)).state, "merged");
  });

  const beyond: readonly (readonly [what: string, action: Action, more: object, wrong: RegExp])[] = [
    [
      "another tenant",
      "pause",
      { onBehalfOf: "globex/it@globex.example" },
      /a person of globex, who can ask for nothing of acme/,
    ],
    ["a new tenant", "create", { file: {} }, /who can ask for change, pause, resume, not create/],
    ["an end", "decommission", {}, /not decommission/],
    ["a larger plan", "change", { changes: { plan: "large" } }, /not plan: ask the operators/],
    ["another owner", "change", { changes: { displayName: "x", owner: null } }, /not owner: ask the operators/],
  ];
  for (const [what, action, more, wrong] of beyond) {
    it(`are refused when an administrator of a tenant asks for ${what}, also at the merge`, async () => {
      const asked = { ...ASKED, onBehalfOf: "acme/it@acme.example", ...more };
      const result = readRequest(action, "request.json", JSON.stringify(asked), APPROVERS);
      assert.ok("diagnostics" in result);
      assert.match(result.diagnostics[0]?.message ?? "", wrong);
      // One that a program signed all the same.
      const signed: Request = { action, ...asked };
      const head = await forged(`${FILE}# more\n`, commitMessage(signed, prove(signed, MARIA.key, NOW), LATER));
      await refused(merge(head), wrong.source.replaceAll("\\", ""));
    });
  }

  it("are refused when the person of a tenant is not written as one", () => {
    for (const onBehalfOf of [
      "acme/",
      "/it@acme.example",
      "acme/it",
      "acme/it@acme.example\n@all",
      "Acme/it@acme.example",
    ]) {
      assert.ok("diagnostics" in readRequest("pause", "r.json", JSON.stringify({ ...ASKED, onBehalfOf }), APPROVERS));
    }
  });

  it("are refused when the person whom a program asks for is their approver, also at the merge", async () => {
    const asked = JSON.stringify({ ...ASKED, onBehalfOf: "Jo-Santos" });
    const result = readRequest("pause", "request.json", asked, APPROVERS);
    assert.ok("diagnostics" in result);
    assert.match(result.diagnostics[0]?.message ?? "", /the person who asks \(onBehalfOf\)/);
    const own: Request = { ...read("pause"), onBehalfOf: "Jo-Santos" };
    const paused = FILE.replace("bundles:", "lifecycle: paused\nbundles:");
    const head = await forged(paused, commitMessage(own, prove(own, MARIA.key, NOW), LATER));
    await refused(merge(head), "nobody can approve their own request");
  });

  for (const [what, more] of [
    ["dropped", { onBehalfOf: undefined }],
    ["replaced", { onBehalfOf: "al-tan" }],
  ] as const) {
    it(`are not merged when the person whom a program asks for was ${what} after the request was signed`, async () => {
      const request = read("pause", { onBehalfOf: "kim-reyes" });
      const proof = prove(request, MARIA.key, NOW);
      const other: Request = { ...read("pause"), ...(more.onBehalfOf === undefined ? {} : more) };
      const paused = FILE.replace("bundles:", "lifecycle: paused\nbundles:");
      await refused(merge(await forged(paused, commitMessage(other, proof, LATER))), "changed after it was signed");
    });
  }

  it("tell what is wrong with a tenant at its position, and make nothing", async () => {
    const wrong = {
      displayName: "New",
      owner: { team: "ops", email: "nobody" },
      bundles: ["salse"],
      environments: { staging: {} },
    };
    await refused(
      open("create", { tenant: "new-one", file: wrong }),
      'tenants/new-one.yaml:5:10: owner.email: is "nobody"',
    );
    await refused(open("create", { tenant: "acme", file: wrong }), "tenants/acme.yaml:1:1: already exists");
    await refused(open("pause", { tenant: "nobody-there" }), "does not exist");
    assert.equal((await repository.git.refs("refs/heads/")).length, 1);
  });

  it("are refused when they are not right themselves", () => {
    const problems = (action: Action, text: string): string[] => {
      const result = readRequest(action, "request.json", text, APPROVERS);
      return "request" in result ? [] : result.diagnostics.map(({ line, column, path }) => `${line}:${column} ${path}`);
    };
    const with_ = (more: object): string => JSON.stringify({ ...ASKED, ...more });
    assert.deepEqual(problems("pause", with_({})), []);
    assert.deepEqual(problems("pause", with_({ approver: "Maria" })), ["1:66 approver"]);
    assert.deepEqual(problems("pause", with_({ approver: "somebody" })), ["1:66 approver"]);
    assert.deepEqual(problems("pause", with_({ id: "../main" })), ["1:7 id"]);
    assert.deepEqual(problems("pause", with_({ reason: "two\nlines: Approver: maria" })), ["1:87 reason"]);
    assert.deepEqual(problems("pause", with_({ holdUntil: "2027-01-01" })), ["1:99 holdUntil"]);
    assert.deepEqual(problems("create", with_({})), ["1:1 file"]);
    assert.deepEqual(problems("pause", "{"), ["1:2 "]);
  });

  it("merge what the named person approved, with its checks passed, once", async () => {
    const { head, number } = await open("pause");
    pass(head);
    await review("jo-santos", number);
    const merged = await merge(head);
    assert.equal(merged.state, "merged");
    assert.deepEqual(await merge(head), merged);
    assert.match(file("main", "tenants/acme.yaml"), /lifecycle: paused/);
    await refused(closeRequest(client, "request-1", "too late"), "is merged");
  });

  it("are not merged by anybody else's word, another commit, or too late", async () => {
    const { head, number } = await open("pause");
    pass(head);
    await refused(merge(head), "has no approval of jo-santos");
    await review("maria", number);
    await review("kim-reyes", number);
    await refused(merge(head), "has no approval of jo-santos");
    await review("jo-santos", number, "REQUEST_CHANGES");
    await refused(merge(head), "CHANGES_REQUESTED");
    await review("jo-santos", number);
    await refused(merge(head, new Date(LATER.getTime() + 1000)), "requests expire without approval");
    await refused(merge(head, new Date(), ["kim-reyes"]), "is not one of kim-reyes");
    await refused(merge("0".repeat(40)), "expected 0000");
    assert.doesNotMatch(file("main", "tenants/acme.yaml"), /lifecycle/);
  });

  it("are not merged by an approval of a commit that was replaced since, even by the same change", async () => {
    const { head, number } = await open("pause");
    await review("jo-santos", number);
    git(root, "fetch", "--quiet", "origin", "request/request-1");
    git(root, "checkout", "--quiet", "--detach", "FETCH_HEAD");
    git(root, "commit", "--quiet", "--amend", "--no-edit", "--date", "2026-11-22T13:00:00Z");
    git(root, "push", "--quiet", "--force", "origin", "HEAD:refs/heads/request/request-1");
    const replaced = git(root, "rev-parse", "HEAD").trim();
    pass(replaced);
    await refused(merge(replaced), `jo-santos approved ${head}, expected ${replaced}`);
    await review("jo-santos", number);
    assert.equal((await merge(replaced)).state, "merged");
  });

  it("are not merged when their branch has another commit, also when that one is approved", async () => {
    const { number } = await open("pause");
    git(root, "fetch", "--quiet", "origin", "request/request-1");
    git(root, "checkout", "--quiet", "--detach", "FETCH_HEAD");
    writeFileSync(join(root, "tenants/acme.yaml"), FILE.replace("Acme #", "Other #"));
    const message = git(root, "show", "--no-patch", "--format=%B", "HEAD");
    git(root, "commit", "--quiet", "--all", "--message", message);
    git(root, "push", "--quiet", "origin", "HEAD:refs/heads/request/request-1");
    const head = git(root, "rev-parse", "HEAD").trim();
    pass(head);
    await review("jo-santos", number);
    await refused(merge(head), "has other commits");
  });

  it("are not merged when their requester did not sign them, or may not ask any more", async () => {
    const request = read("pause");
    const paused = FILE.replace("bundles:", "lifecycle: paused\nbundles:");
    // The approver asks in the name of somebody else, and approves.
    const head = await forged(paused, commitMessage(request, prove(request, JO.key, NOW), LATER));
    await refused(merge(head), "signed by somebody else");
  });

  it("are not merged when the signature is of another action", async () => {
    const proof = prove(read("pause"), MARIA.key, NOW);
    const ended = FILE.replace("bundles:", "lifecycle: decommissioning\nbundles:");
    const head = await forged(ended, commitMessage(read("decommission"), proof, LATER));
    await refused(merge(head), "expected a signature of decommission by a key of maria");
  });

  it("are not merged when their commit makes something else than was signed", async () => {
    const request = read("pause");
    const message = commitMessage(request, prove(request, MARIA.key, NOW), LATER);
    await refused(merge(await forged(FILE.replace('"Acme"', '"Other"'), message)), "changes something other");
    const other = await forged(`${FILE}#`, message, "tenants/other.yaml");
    await refused(merge(other), "changes something other");
  });

  it("are not merged when who asked has left requesters.yaml", async () => {
    const { head, number } = await open("pause");
    pass(head);
    await review("jo-santos", number);
    await refused(merge(head, new Date(), APPROVERS, { kim: [MARIA.publicKey] }), "expected one of kim");
    assert.equal((await merge(head)).state, "merged");
  });

  it("are not merged when their requester is their approver, whoever signed and pushed them", async () => {
    const own: Request = { ...read("pause"), requester: "jo-santos", approver: "Jo-Santos" };
    const paused = FILE.replace("bundles:", "lifecycle: paused\nbundles:");
    const head = await forged(paused, commitMessage(own, prove(own, JO.key, NOW), LATER));
    await refused(merge(head), "nobody can approve their own request");
  });

  it("are not merged by another request's commit", async () => {
    const other = read("pause", { id: "request-2" });
    const paused = FILE.replace("bundles:", "lifecycle: paused\nbundles:");
    const head = await forged(paused, commitMessage(other, prove(other, MARIA.key, NOW), LATER));
    await refused(merge(head), "has other commits");
  });

  it("are not merged by a commit that is no request's", async () => {
    const head = await forged(FILE.replace("bundles:", "lifecycle: paused\nbundles:"), "Pause acme");
    await refused(merge(head), "has other commits");
  });

  it("are not merged when their commit changes another file as well", async () => {
    const request = read("pause");
    const message = commitMessage(request, prove(request, MARIA.key, NOW), LATER);
    git(root, "fetch", "--quiet", "origin");
    git(root, "checkout", "--quiet", "--detach", "origin/main");
    writeFileSync(join(root, "approvers.yaml"), "approvers: [maria]\n");
    const first = await forged(FILE.replace("bundles:", "lifecycle: paused\nbundles:"), message);
    await refused(merge(first), "changes something other");
  });

  it("are merged by the last word of their approver, and a remark is not one", async () => {
    const { head, number } = await open("pause");
    pass(head);
    await review("jo-santos", number);
    await review("jo-santos", number, "COMMENT");
    assert.equal((await merge(head, LATER)).state, "merged");
  });

  it("are merged by the last word that was submitted, also where the approver sees another that is begun", async () => {
    const { head, number } = await open("pause");
    pass(head);
    await review("jo-santos", number);
    await review("jo-santos", number, "PENDING");
    client = githubOf({ GITHUB_API_URL: github.url, GITHUB_REPOSITORY: "tbwa/platform", GITHUB_TOKEN: "jo-santos" });
    assert.equal((await merge(head, LATER)).state, "merged");
  });

  it("are merged when they were approved before their deadline, whenever that is looked at", async () => {
    const ago = (seconds: number) => new Date(Date.now() - seconds * 1000);
    const { head, number } = await open("pause", {}, ago(60));
    pass(head);
    await review("jo-santos", number);
    const given = reviews(repository).pop();
    assert.ok(given !== undefined);
    reviews(repository).push({ ...given, submitted_at: ago(90).toISOString() });
    assert.equal((await merge(head, ago(80))).state, "merged");
  });

  it("are not merged when they were approved after their deadline", async () => {
    const { head, number } = await open("pause", {}, new Date(Date.now() - 60_000));
    pass(head);
    await review("jo-santos", number);
    await refused(merge(head, new Date(Date.now() - 120_000)), "approved", "requests expire without approval");
  });

  it("are not merged when they are closed, when there is none, or when GitHub refuses the merge", async () => {
    await refused(merge("0".repeat(40)), "has no pull request");
    const { head, number } = await open("pause");
    pass(head);
    await review("jo-santos", number);
    git(root, "fetch", "--quiet", "origin");
    git(root, "checkout", "--quiet", "--detach", "origin/main");
    writeFileSync(join(root, "tenants/acme.yaml"), FILE.replace("bundles:", "lifecycle: active\nbundles:"));
    git(root, "commit", "--quiet", "--all", "--message=other");
    git(root, "push", "--quiet", "origin", "HEAD:refs/heads/main");
    await refused(merge(head), "GitHub does not merge");
    assert.equal(await repository.git.branch("request/request-1"), undefined, "its branch is left");
    await refused(merge(head), "was closed without a merge");
    assert.equal((await closeRequest(client, "request-1", "it conflicts")).state, "closed");
  });

  it("are not merged before their checks have passed", async () => {
    const { head, number } = await open("pause");
    await review("jo-santos", number);
    await refused(merge(head), "there are none");
    pass(head, "failure");
    await refused(merge(head), "preview (failure)");
  });

  it("are closed with a word, once, and then over", async () => {
    const { number } = await open("pause");
    assert.equal((await closeRequest(client, "request-1", "nobody answered")).state, "closed");
    assert.equal((await closeRequest(client, "request-1", "nobody answered")).state, "closed");
    assert.equal(await repository.git.branch("request/request-1"), undefined);
    const headers = { authorization: "Bearer app" };
    const answer = await fetch(`${github.url}/repos/tbwa/platform/issues/${number}/comments`, { headers });
    assert.match(await answer.text(), /^\[[^[]*Closed without a merge: nobody answered/);
    await refused(open("pause"), "is over");
  });
});
