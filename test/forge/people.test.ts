import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readPeople } from "../../features/requests/index.ts";
import { prove, requireProof } from "../../features/requests/proof.ts";
import type { Request } from "../../features/requests/index.ts";
import { consoleKeyOf } from "../../sandbox/consoleKey.ts";
import { demoFiles } from "../../sandbox/forge/forge.ts";
import { openInstance } from "../../sandbox/instance.ts";
import { approverLogins, CONSOLE_LOGIN, personOf } from "../../sandbox/people.ts";

const REQUEST: Request = {
  action: "pause",
  id: "request-1",
  tenant: "acme",
  requester: CONSOLE_LOGIN,
  onBehalfOf: "maria-cruz",
  approver: "jo-santos",
  reason: "as agreed",
};

describe("the sandbox's people", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "odoo-saas-people-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("are valid approvers and requesters of main", async () => {
    const instance = await openInstance({ home: join(folder, "home"), env: {}, newPorts: "free" });
    for (const [name, text] of Object.entries(demoFiles(instance))) writeFileSync(join(folder, name), text);
    const { approvers, requesters } = readPeople(folder);
    assert.deepEqual(approvers, approverLogins());
    const { privateKey, publicKey } = consoleKeyOf(instance);
    assert.deepEqual(requesters, { [CONSOLE_LOGIN]: [publicKey] });
    const now = new Date();
    requireProof(REQUEST, prove(REQUEST, privateKey, now), requesters);
  });

  it("have the console's key of their instance, always the same", async () => {
    const open = (name: string) => openInstance({ home: join(folder, name), env: {}, newPorts: "free" });
    const one = await open("one");
    assert.deepEqual(consoleKeyOf(await open("one")), consoleKeyOf(one));
    assert.notEqual(consoleKeyOf(await open("two")).publicKey, consoleKeyOf(one).publicKey);
  });

  it("are known by their logins in any case", () => {
    assert.deepEqual(personOf("Kim-Reyes")?.roles, ["operator"]);
    assert.equal(personOf("nobody"), undefined);
  });
});
