import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { z } from "zod";
import { readState } from "../../features/state/checkpoint.ts";
import { FolderStore } from "../../features/state/folderStore.ts";
import { stackKeys } from "../../features/state/stackKeys.ts";
import { StateService } from "../../features/state/stateService.ts";
import { deployment, ENGINE, entry, NAME, resource, stateFolder, urnOf } from "./support/states.ts";

const STACK = `/api/stacks/organization/${NAME.project}/${NAME.stack}`;
const PROGRAM = {
  options: { dryRun: false },
  config: { "p:s": { string: "v1:x", secret: true } },
  metadata: { message: "m" },
};

describe("the state service", () => {
  let folder: string;
  let store: FolderStore;
  let service: StateService;
  let url: string;
  let lines: string[];
  beforeEach(async () => {
    folder = stateFolder([resource("a")]);
    store = new FolderStore(folder);
    lines = [];
    service = new StateService({
      store,
      engine: ENGINE,
      pids: () => [process.pid],
      log: (line) => void lines.push(line),
    });
    url = await service.start();
  });
  afterEach(async () => {
    await service.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const headers = () => ({
    authorization: `token ${service.token}`,
    "user-agent": `pulumi-cli/1 (${ENGINE.version}; linux)`,
  });
  async function ask(method: string, path: string, body?: unknown, more: Record<string, string> = {}) {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { ...headers(), "content-encoding": body === undefined ? "identity" : "gzip", ...more },
      ...(body === undefined ? {} : { body: gzipSync(JSON.stringify(body)) }),
    });
    return { status: response.status, body: z.looseObject({}).parse(await response.json()) };
  }
  async function startUpdate(kind = "update", program: unknown = PROGRAM, journalVersion = 1): Promise<string> {
    const { body } = await ask("POST", `${STACK}/${kind}`, program);
    const id = z.string().parse(body["updateID"]);
    const started = await ask("POST", `${STACK}/update/${id}`, { journalVersion });
    assert.equal(started.status, 200, JSON.stringify(started.body));
    assert.equal(started.body["journalVersion"], journalVersion);
    return `${STACK}/update/${id}`;
  }
  const urns = async () => (await readState(store, NAME))?.deployment.resources?.map(({ urn }) => urn);
  const journals = () => readdirSync(join(folder, stackKeys(NAME).journals));
  const made = { entries: [entry(1, 1, { state: resource("b") })] };

  it("listens on the loopback interface, and answers who has its token and its version alone", async () => {
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
    for (const authorization of ["", "token x", `token ${"0".repeat(service.token.length)}`, `Basic ${service.token}`])
      assert.equal((await ask("GET", "/api/user", undefined, { authorization })).status, 401);
    assert.equal((await ask("GET", `${STACK}/export`, undefined, { authorization: "" })).status, 401);
    const other = await ask("GET", "/api/user", undefined, { "user-agent": "pulumi-cli/1 (v3.1.0; linux)" });
    assert.equal(other.status, 400);
    assert.match(String(other.body["message"]), /not v3\.1\.0/);
    assert.equal((await ask("GET", "/api/user")).status, 200);
    await service.stop();
    await assert.rejects(fetch(url));
  });

  it("says what is not its part, and does not leave its folder", async () => {
    assert.equal((await ask("GET", "/api/orgs/organization/members")).status, 404);
    assert.equal((await ask("POST", `${STACK}/encrypt`, {})).status, 404);
    assert.equal((await ask("GET", "/api/stacks/organization/shop/none")).status, 404);
    assert.notEqual((await ask("GET", "/api/stacks/organization/..%2f..%2fetc/passwd")).status, 200);
    assert.equal(
      (await ask("PATCH", `${STACK}/update/11111111-2222-3333-4444-555555555555/journalentries`, made)).status,
      404,
    );
  });

  it("has an update's entries on the disk before it answers, and in the state when it is complete", async () => {
    const update = await startUpdate();
    assert.equal((await ask("PATCH", `${update}/journalentries`, made)).status, 200);
    const [journal = ""] = journals();
    assert.match(readFileSync(join(folder, stackKeys(NAME).journals, journal), "utf8"), new RegExp(urnOf("b")));
    assert.deepEqual(await urns(), [urnOf("a")]);
    const summary = { events: [{ summaryEvent: { resourceChanges: { create: 1 } } }] };
    await ask("POST", `${update}/events/batch`, summary);
    assert.equal((await ask("POST", `${update}/complete`, { status: "succeeded" })).status, 200);
    assert.equal((await ask("POST", `${update}/complete`, { status: "succeeded" })).status, 200);
    assert.deepEqual(await urns(), [urnOf("b"), urnOf("a")]);
    assert.equal((await ask("PATCH", `${update}/journalentries`, made)).status, 409);
    const [history = ""] = readdirSync(join(folder, stackKeys(NAME).history)).filter((file) =>
      file.includes("history"),
    );
    const text = readFileSync(join(folder, stackKeys(NAME).history, history), "utf8");
    assert.match(text, /"config":{"p:s":{"secure":"v1:x"}}.*"result":"succeeded".*"resourceChanges":{"create":1}/);
  });

  it("refuses entries that it could not replay, and does not write them down", async () => {
    const update = await startUpdate();
    const unknown = { entries: [{ ...entry(1, 1, { state: resource("b") }), more: true }] };
    assert.equal((await ask("PATCH", `${update}/journalentries`, unknown)).status, 400);
    await ask("POST", `${update}/complete`, { status: "failed" });
    assert.deepEqual(await urns(), [urnOf("a")]);
  });

  it("writes nothing for a preview, whatever it is a preview of", async () => {
    for (const [kind, program] of [
      ["preview", PROGRAM],
      ["destroy", { ...PROGRAM, options: { dryRun: true } }],
    ] as const) {
      const update = await startUpdate(kind, program);
      assert.equal((await ask("PATCH", `${update}/journalentries`, made)).status, 409);
      assert.equal((await ask("POST", `${update}/complete`, { status: "succeeded" })).status, 200);
    }
    assert.deepEqual(readdirSync(join(folder, ".pulumi")).sort(), ["meta.yaml", "stacks"]);
  });

  it("refuses a second update of the stack, in Pulumi's words", async () => {
    await startUpdate();
    const { body } = await ask("POST", `${STACK}/update`, PROGRAM);
    const { status, body: refused } = await ask("POST", `${STACK}/update/${z.string().parse(body["updateID"])}`, {});
    assert.equal(status, 409);
    assert.match(String(refused["message"]), /the stack is currently locked/);
  });

  it("takes whole states of an engine that keeps no journal", async () => {
    const update = await startUpdate("update", PROGRAM, 0);
    for (const name of ["b", "c"]) {
      const whole = { isInvalid: false, version: 3, deployment: deployment([resource(name)]) };
      assert.equal((await ask("PATCH", `${update}/checkpoint`, whole)).status, 200);
    }
    await ask("POST", `${update}/complete`, { status: "succeeded" });
    assert.deepEqual(await urns(), [urnOf("c")]);
  });

  it("imports and exports states, of version 4 as well", async () => {
    const whole = { version: 4, features: ["taint"], deployment: deployment([resource("t", { taint: true })]) };
    const { body } = await ask("POST", `${STACK}/import`, whole);
    const imported = await ask("GET", `${STACK}/update/${z.string().parse(body["updateId"])}`);
    assert.equal(imported.body["status"], "succeeded");
    assert.deepEqual((await ask("GET", `${STACK}/export`)).body, whole);
    assert.deepEqual(readdirSync(join(folder, stackKeys(NAME).locks)), []);
  });

  it("takes into the state what an engine left that is gone", async () => {
    const update = await startUpdate();
    await ask("PATCH", `${update}/journalentries`, made);
    await service.stop();
    assert.deepEqual(await urns(), [urnOf("b"), urnOf("a")]);
    assert.match(lines.join("\n"), /what it said until then is in the state/);
    assert.deepEqual([journals(), readdirSync(join(folder, stackKeys(NAME).locks))], [[], []]);
  });
});
