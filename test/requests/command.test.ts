import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readRequesters } from "../../config/requesters.ts";
import { requireProof } from "../../features/requests/proof.ts";
import { newRequester } from "../support/requesters.ts";

const ROOT = join(import.meta.dirname, "../..");
const REQUEST = { id: "request-1", tenant: "acme", requester: "maria", approver: "jo-santos", reason: "as agreed" };
const MARIA = newRequester();

describe("tenant request", function () {
  this.timeout(60_000);
  let root = "";
  before(() => {
    root = mkdtempSync(join(tmpdir(), "odoo-saas-request-"));
    writeFileSync(join(root, "approvers.yaml"), "approvers: [jo-santos]\n");
    writeFileSync(join(root, "requesters.yaml"), `requesters: { maria: ["${MARIA.publicKey}"] }\n`);
    writeFileSync(join(root, "key.pem"), MARIA.key);
  });
  after(() => rmSync(root, { recursive: true }));

  /** Runs a step with a request on standard input. */
  function take(request: object, args: readonly string[], more: NodeJS.ProcessEnv = {}) {
    const env = { ...process.env, GITHUB_ACTIONS: "", ...more };
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(ROOT, "commands/main.ts"), "tenant", "request", ...args],
      { cwd: root, env, input: JSON.stringify(request), encoding: "utf8" },
    );
    return { status, stdout, stderr };
  }
  const sign = ["sign", "pause", "--file", "-", "--key", "key.pem", "--root", "."];

  it("signs a request on standard input", () => {
    const { status, stdout, stderr } = take(REQUEST, sign);
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
    const read = readRequesters(root);
    assert.ok("requesters" in read);
    assert.ok(requireProof({ action: "pause", ...REQUEST }, stdout.trim(), read.requesters) <= new Date());
  });

  it("refuses a request with its places, which are annotations in a workflow", () => {
    const request = { ...REQUEST, approver: "maria" };
    const plain = take(request, sign);
    assert.deepEqual([plain.status, plain.stdout], [1, ""]);
    assert.match(plain.stderr, /^request\.json:1:\d+: approver: is "maria"[^]*docs\/runbooks\/request-refused\.md$/m);
    const { status, stdout } = take(request, sign, { GITHUB_ACTIONS: "true" });
    assert.equal(status, 1);
    assert.match(stdout, /^::error file=request\.json,line=1,col=\d+,title=approver::request\.json:1:\d+: approver: /);
  });

  it("says in a workflow why a step fails", () => {
    const env = { GITHUB_ACTIONS: "true", GITHUB_REPOSITORY: "acme/platform", GITHUB_TOKEN: "" };
    const { status, stdout } = take({}, ["close", "--id", "request-1", "--why", "It expired."], env);
    assert.equal(status, 1);
    assert.match(stdout, /^::error title=Request::GITHUB_TOKEN is not set/);
  });

  it("explains itself on wrong usage", () => {
    for (const args of [
      [],
      ["pause", "--file", "-"],
      ["pause", "--file", "-", "--proof", ""],
      ["pause", "--file", "-", "--proof", "x", "--deadline", "soon"],
      ["merge", "--id", "X", "--head", "abc"],
      ["close", "--id", "request-1", "--why", ""],
      ["sign", "merge", "--file", "-", "--key", "key.pem"],
      ["send", "pause", "--file", "-", "--key", "key.pem", "--to", "https://n8n.example"],
      ["wait"],
    ]) {
      const { status, stdout, stderr } = take(REQUEST, args, { ODOO_SAAS_REQUEST_SECRET: "", GITHUB_ACTIONS: "true" });
      assert.deepEqual([status, stdout], [2, ""], args.join(" "));
      assert.match(stderr, /^Usage: npx odoo-saas tenant request/m);
    }
  });
});
