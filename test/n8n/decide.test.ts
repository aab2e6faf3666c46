import assert from "node:assert/strict";
import { check } from "../../features/n8n/check.ts";
import { decide } from "../../features/n8n/decide.ts";
import { DEFAULTS } from "../../features/n8n/settings.ts";
import type { Answer, State, Step } from "../../features/n8n/states.ts";
import { workflowFiles } from "../../features/n8n/workflows.ts";
import { prove } from "../../features/requests/proof.ts";
import { ACTIONS } from "../../features/requests/request.ts";
import { pathOf, PROOF_HEADER, signed, SIGNATURE_HEADER } from "../../features/requests/send.ts";
import { newRequester } from "../support/requesters.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const MINUTE = 60_000;
const ASKED = { id: "request-1", tenant: "acme", requester: "maria", approver: "jo-santos" };
const HEAD = "a".repeat(40);

const BEGIN: State = {
  action: "pause",
  asked: ASKED,
  request: "{}",
  proof: "proof",
  key: "request-1.7",
  deadline: NOW + DEFAULTS.approvalMinutes * MINUTE,
  step: "Start a run",
  running: "pause",
  since: NOW,
  repeated: 0,
};
const OPEN: State = { ...BEGIN, pull: { number: 3, url: "https://github.example/3", head: HEAD }, checked: true };

function next(state: Partial<State>, answer: Answer = {}, now = NOW, from: State = BEGIN): Step {
  return decide({ state: { ...from, ...state }, answer, settings: DEFAULTS, now });
}

function ok(body: unknown): Answer {
  return { statusCode: 200, body };
}

const run = (more: object) => ok({ workflow_runs: [{ id: 5, html_url: "https://run", ...more }] });
const pull = (more: object = {}) =>
  ok([{ number: 3, html_url: "https://github.example/3", state: "open", head: { sha: HEAD }, ...more }]);
const review = (login: string, state: string, commit_id = HEAD) => ({ user: { login }, state, commit_id });

describe("what n8n decides", () => {
  it("starts a run with the request, and looks for that run alone", () => {
    const started = next({});
    assert.equal(started.next, "Start a run");
    assert.match(
      started.url ?? "",
      /\/repos\/tbwa-example\/odoo-saas-platform\/actions\/workflows\/request.yml\/dispatches$/,
    );
    assert.deepEqual(started.body, {
      ref: "main",
      inputs: {
        step: "pause",
        id: "request-1",
        key: "request-1.7.pause",
        request: "{}",
        proof: "proof",
        deadline: "2026-11-23T12:00:00.000Z",
        head: "",
        why: "",
      },
    });
    assert.equal(next({}, { statusCode: 204, body: "" }).next, "Look for the run");
    const done = { status: "completed", conclusion: "success" };
    const title = (key: string) => run({ ...done, display_title: `pause of request request-1 (${key})` });
    assert.equal(next({ step: "Look for the run" }, title("request-1.7.pause")).next, "Find the pull request");
    for (const other of ["request-1.8.pause", "my-request-1.7.pause", "request-1.7.merge"]) {
      assert.equal(next({ step: "Look for the run" }, title(other)).next, "Wait", other);
    }
  });

  it("repeats a call that GitHub does not answer, each time later, and then gives up", () => {
    const waits: (number | undefined)[] = [];
    let state = BEGIN;
    for (;;) {
      const step = next(state, waits.length % 2 === 0 ? { statusCode: 502 } : { error: { message: "ECONNREFUSED" } });
      if (step.next !== "Wait") {
        assert.equal(step.next, "Fail");
        assert.match(step.message ?? "", /answers 502.*after 6 repetitions[^]*\/docs\/runbooks\/request-failed\.md$/);
        break;
      }
      waits.push(step.wait);
      ({ state } = step);
      assert.equal(next(state).next, "Start a run", "after the wait, the same call");
    }
    assert.deepEqual(waits, [5, 10, 20, 40, 80, 160]);
    assert.equal(next({}, { statusCode: 403, body: { message: "no" } }).next, "Fail");
  });

  it("tells why a request was refused, from the run's log", () => {
    const failed = run({ status: "completed", conclusion: "failure", display_title: "(request-1.7.pause)" });
    assert.equal(next({ step: "Look for the run" }, failed).next, "Read its jobs");
    const jobs = ok({ jobs: [{ id: 9, conclusion: "failure" }] });
    assert.match(next({ step: "Read its jobs" }, jobs).url ?? "", /\/actions\/jobs\/9\/logs$/);
    const log = (...lines: string[]) => ok(lines.map((line) => `2026-11-22T12:00:00Z ${line}`).join("\n"));
    const refused = next({ step: "Read its log" }, log("x", "##[error]tenants/acme.yaml:3:1: bundles: is wrong"));
    assert.equal(refused.next, "Report");
    assert.match(refused.message ?? "", /tenants\/acme.yaml:3:1: bundles[^]*request-refused\.md$/);
    assert.equal(next({ step: "Read its log" }, log("##[error]GitHub answered 503: no")).next, "Fail");
  });

  it("merges only the commit that the named person approved, and nothing after the deadline", () => {
    const reviews = (list: object[], now = NOW) => next({ step: "Read its reviews" }, ok(list), now, OPEN);
    const merging = reviews([review("Jo-Santos", "APPROVED")]);
    assert.deepEqual([merging.next, merging.state.running], ["Start a run", "merge"]);
    for (const list of [
      [],
      [review("maria", "APPROVED"), review("kim-reyes", "APPROVED")],
      [review("jo-santos", "APPROVED", "b".repeat(40))],
      [review("jo-santos", "COMMENTED")],
      [review("jo-santos", "APPROVED"), review("jo-santos", "DISMISSED")],
    ]) {
      const waiting = reviews(list);
      assert.deepEqual([waiting.next, waiting.state.step], ["Wait", "Find the pull request"]);
      const late = reviews(list, OPEN.deadline + 1);
      assert.deepEqual([late.next, late.state.running], ["Start a run", "close"]);
      assert.match(late.state.why ?? "", /requests expire without approval/);
    }
    const no = reviews([review("jo-santos", "APPROVED"), review("jo-santos", "CHANGES_REQUESTED")]);
    assert.deepEqual([no.state.running, no.state.why], ["close", "jo-santos rejected it"]);
  });

  it("asks for approval once all checks have passed, closes when one fails", () => {
    const checks = (...runs: object[]) =>
      next({ step: "Read its checks", checked: false }, ok({ workflow_runs: runs }), NOW, OPEN);
    const fine = { status: "completed", conclusion: "success", name: "Plan", display_title: `Plan of ${HEAD}` };
    assert.equal(checks(fine).next, "Ask for approval");
    assert.equal(checks().next, "Wait");
    assert.equal(checks({ ...fine, display_title: `Plan of ${"b".repeat(40)}` }).next, "Wait");
    assert.equal(checks({ ...fine, status: "in_progress", conclusion: null }, fine).next, "Wait");
    assert.equal(checks({ ...fine, conclusion: "skipped" }).next, "Wait");
    assert.equal(checks({ ...fine, conclusion: "skipped" }, fine).next, "Ask for approval");
    assert.match(checks({ ...fine, conclusion: "failure" }).state.why ?? "", /^the check Plan failed/);
    assert.equal(next({ step: "Ask for approval" }, {}, NOW, OPEN).next, "Read its reviews");
  });

  it("sees a pull request that somebody merged, closed or changed, and keeps the first deadline", () => {
    const found = (more: object) => next({ step: "Find the pull request" }, pull(more), NOW, OPEN);
    assert.equal(found({ merged_at: "2026-11-22T12:00:00Z", merge_commit_sha: "c" }).next, "Look for the deployment");
    assert.equal(found({ state: "closed" }).next, "Report");
    assert.equal(found({ head: { sha: "b".repeat(40) } }).state.running, "close");
    const first = found({ body: "before **2026-11-22T18:00:00.000Z**. No answer is a no" });
    assert.equal(first.state.deadline, Date.parse("2026-11-22T18:00:00Z"));
  });

  it("tells how the deployment ended, and does not wait for ever", () => {
    const deployed = (more: object, now = NOW) =>
      next({ step: "Look for the deployment" }, run({ path: ".github/workflows/deploy.yml", ...more }), now, OPEN);
    const fine = deployed({ status: "completed", conclusion: "success" });
    assert.equal(fine.next, "Report");
    const failed = deployed({ status: "completed", conclusion: "failure" });
    assert.equal(failed.next, "Fail");
    assert.match(failed.message ?? "", /Runbook: .*request-failed\.md$/);
    assert.equal(deployed({ status: "in_progress" }).next, "Wait");
    assert.equal(deployed({ status: "in_progress" }, NOW + 91 * MINUTE).next, "Fail");
  });
});

describe("what n8n says of a request", () => {
  it("names the person whom a program asks for", () => {
    const passed = run({ status: "completed", conclusion: "success", display_title: `Plan of ${HEAD}` });
    const waiting = (asked: State["asked"]) =>
      next({ ...OPEN, asked, checked: false, step: "Read its checks" }, passed).message ?? "";
    assert.match(waiting(ASKED), /\(request `request-1` of maria\) waits for/);
    const throughConsole = { ...ASKED, requester: "console", onBehalfOf: "maria" };
    assert.match(waiting(throughConsole), /\(request `request-1` of maria, by console\) waits for/);
  });
});

describe("what n8n lets in", () => {
  const body = JSON.stringify({ ...ASKED, reason: "as agreed" });
  const proof = prove({ action: "pause", reason: "as agreed", ...ASKED }, newRequester().key, new Date(NOW));
  const sent = signed("secret", pathOf("pause"), proof, body);

  /** What n8n says of a request that comes to a path, with some of it changed on its way. */
  function arrival(more: { body?: string; proof?: string; signature?: string; now?: number } = {}, action = "pause") {
    const came = { body, proof: sent[PROOF_HEADER] ?? "", signature: sent[SIGNATURE_HEADER] ?? "", now: NOW, ...more };
    const expected = signed("secret", pathOf(action), came.proof, came.body)[SIGNATURE_HEADER] ?? "";
    const verdict = check({ expected, settings: DEFAULTS, ...came });
    return verdict.ok ? "in" : verdict.status;
  }

  it("is signed, of now, and a request", () => {
    assert.equal(arrival(), "in");
    assert.equal(arrival({ signature: "" }), 401);
    assert.equal(arrival({ signature: "0".repeat(64) }), 401);
    assert.equal(arrival({ body: body.replace("acme", "other") }), 401);
    assert.equal(arrival({ now: NOW + 301_000 }), 401);
    assert.equal(arrival({ now: NOW - 301_000 }), 401);
  });

  it("is signed for the action whose path it comes to", () => {
    for (const action of ACTIONS) assert.equal(arrival({}, action), action === "pause" ? "in" : 401, action);
  });

  it("names an approver who is neither its requester nor the person whom the requester asks for", () => {
    const asked = (more: object) => {
      const other = JSON.stringify({ ...ASKED, reason: "as agreed", ...more });
      const { [SIGNATURE_HEADER]: signature = "" } = signed("secret", pathOf("pause"), proof, other);
      return arrival({ body: other, signature });
    };
    assert.equal(asked({ onBehalfOf: "kim-reyes" }), "in");
    assert.equal(asked({ onBehalfOf: "JO-santos" }), 400);
    assert.equal(asked({ onBehalfOf: "kim reyes" }), 400);
    assert.equal(asked({ onBehalfOf: "acme/it@acme.example" }), "in");
    assert.equal(asked({ onBehalfOf: "acme/it@acme.example @all" }), 400);
    assert.equal(asked({ requester: "Jo-Santos" }), 400);
  });

  it("is signed together with its time, its nonce and the requester's signature", () => {
    const [timestamp = "", nonce = "", signature = ""] = proof.split(".");
    for (const other of [
      "",
      `${Number(timestamp) + 1}.${nonce}.${signature}`,
      `${timestamp}.${"A".repeat(22)}.${signature}`,
      `${timestamp}.${nonce}.${"A".repeat(86)}`,
    ]) {
      assert.equal(arrival({ proof: other }), 401, other);
    }
    for (const none of ["", timestamp, `${timestamp}.${nonce}.`]) {
      const own = signed("secret", pathOf("pause"), none, body)[SIGNATURE_HEADER] ?? "";
      assert.equal(arrival({ proof: none, signature: own }), 401, none);
    }
  });

  it("is checked in each workflow with that workflow's own path", () => {
    for (const action of ACTIONS) {
      const text = workflowFiles(DEFAULTS).get(`${action}.json`) ?? "";
      assert.equal(text.match(/'\/webhook\/odoo-saas\/\w+'/g)?.join(), `'${pathOf(action)}'`);
    }
  });
});

describe("the files of workflows/n8n", () => {
  it("hold no credential, connect nodes that are there, and name the workflow of errors", () => {
    for (const [name, text] of workflowFiles(DEFAULTS)) {
      const workflow = JSON.parse(text) as {
        nodes: { name: string; credentials?: Record<string, { id: string; name: string }> }[];
        connections: Record<string, { main: { node: string }[][] }>;
        settings: { errorWorkflow?: string };
      };
      const names = workflow.nodes.map((node) => node.name);
      assert.equal(new Set(names).size, names.length);
      for (const [from, { main }] of Object.entries(workflow.connections)) {
        for (const to of [from, ...main.flat().map(({ node }) => node)])
          assert.ok(names.includes(to), `${name}: ${to}`);
      }
      for (const { credentials = {} } of workflow.nodes) {
        for (const found of Object.values(credentials)) assert.deepEqual(Object.keys(found), ["id", "name"]);
      }
      assert.equal(workflow.settings.errorWorkflow, name === "errors.json" ? undefined : "odoo-saas-errors");
    }
  });
});
