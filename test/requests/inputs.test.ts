import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readKey, readPeople, readRequestFile } from "../../features/requests/inputs.ts";
import { RequestRefusal } from "../../features/requests/refusal.ts";
import { newRequester } from "../support/requesters.ts";

const ASKED = { id: "request-1", tenant: "acme", requester: "maria", approver: "jo-santos", reason: "as agreed" };
const { publicKey } = newRequester();

describe("what a request is read from", () => {
  let root = "";
  const write = (file: string, content: string): string => {
    writeFileSync(join(root, file), content);
    return join(root, file);
  };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "odoo-saas-inputs-"));
    write("approvers.yaml", "approvers: [jo-santos]\n");
    write("requesters.yaml", `requesters: { maria: ["${publicKey}"] }\n`);
  });
  afterEach(() => rmSync(root, { recursive: true }));

  function refused(work: () => unknown, words: RegExp, places: number): void {
    assert.throws(work, (error) => {
      assert.ok(error instanceof RequestRefusal, String(error));
      assert.match(error.message, words);
      assert.equal(error.diagnostics.length, places);
      return true;
    });
  }

  it("is a file, kept as it is, and the people of the clone", () => {
    const text = JSON.stringify(ASKED, undefined, 2);
    const read = readRequestFile("pause", write("asked.json", text), root);
    assert.deepEqual(read, { request: { action: "pause", ...ASKED }, text });
    assert.deepEqual(readPeople(root), { approvers: ["jo-santos"], requesters: { maria: [publicKey] } });
    assert.equal(readKey(write("key.pem", "a key")), "a key");
  });

  it("is refused by its own name where it is wrong, or cannot be read", () => {
    const file = write("asked.json", JSON.stringify({ ...ASKED, approver: "kim-reyes" }));
    refused(() => readRequestFile("pause", file, root), /asked\.json:1:\d+: approver: .*jo-santos/, 1);
    const missing = join(root, "missing");
    refused(() => readRequestFile("pause", missing, root), /\/missing cannot be read.*JSON/, 0);
    refused(() => readKey(missing), /\/missing cannot be read.*key/, 0);
  });

  it("is refused where the clone does not say who may approve, or who may ask", () => {
    const file = write("asked.json", JSON.stringify(ASKED));
    write("requesters.yaml", "requesters: 1\n");
    refused(() => readPeople(root), /^requesters\.yaml:1:/, 1);
    write("approvers.yaml", "approvers: 1\n");
    refused(() => readPeople(root), /^approvers\.yaml:1:/, 1);
    refused(() => readRequestFile("pause", file, root), /^approvers\.yaml:1:/, 1);
  });
});
