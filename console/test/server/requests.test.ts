import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { z } from "zod";
import { freePort } from "../../../sandbox/instance.ts";
import { consoleKeyOf } from "../../../sandbox/consoleKey.ts";
import { TestForge } from "../../../test/forge/support/forge.ts";
import { World } from "../support/world.ts";

const ASKED = {
  action: "pause",
  id: "20261130-acme",
  tenant: "acme",
  approver: "jo-santos",
  reason: "The season is over",
};

describe("POST /api/requests", () => {
  let forge: TestForge;
  let world: World;
  let maria: string;
  beforeEach(async () => {
    forge = new TestForge();
    forge.prepare();
    forge.write("approvers.yaml", "approvers: [jo-santos, kim-reyes]\n");
    await forge.start();
    world = await World.start({
      CONSOLE_ROOT: forge.checkout,
      CONSOLE_REQUESTS_URL: forge.url,
      CONSOLE_REQUESTS_SECRET: forge.instance.secrets.requestsSecret,
      CONSOLE_REQUESTS_KEY: consoleKeyOf(forge.instance).privateKey,
    });
    maria = await world.logIn("maria-cruz", ["engineer"]);
  });
  afterEach(async () => {
    await world.stop();
    await forge.end();
  });

  const ask = (more: object = {}, cookie = maria) => world.ask("/api/requests", cookie, { ...ASKED, ...more });
  const rows = () => world.database.selectFrom("requests").selectAll().execute();
  const audited = async () =>
    (await world.database.selectFrom("audit").selectAll().orderBy("id").execute()).map(
      ({ login, action, outcome, tenant }) => `${login} ${action} ${outcome} ${tenant ?? ""}`,
    );
  /** Starts another server, one of whose settings is wrong. */
  async function restart(env: NodeJS.ProcessEnv): Promise<void> {
    await world.stop();
    world = await World.start({ CONSOLE_ROOT: forge.checkout, CONSOLE_REQUESTS_URL: forge.url, ...env });
    maria = await world.logIn("maria-cruz", ["engineer"]);
  }

  it("sends a signed request, which opens a pull request on the person's behalf", async () => {
    const { status, text } = await ask();
    assert.equal(status, 202, text);
    assert.deepEqual(JSON.parse(text), { id: ASKED.id });
    const opened = await forge.status(ASKED.id);
    assert.equal(opened.state, "waiting");
    assert.deepEqual(
      [opened.requester, opened.onBehalfOf, opened.approver],
      ["odoo-saas-console", "maria-cruz", "jo-santos"],
    );
    const [row] = await rows();
    assert.deepEqual([row?.state, row?.requester, row?.reason], ["received", "maria-cruz", ASKED.reason]);
    assert.match(row?.diff ?? "", /^\+lifecycle: paused$/m);
    assert.deepEqual(await audited(), ["maria-cruz request:pause allowed acme"]);
  });

  it("sends an administrator's request for their own tenant, and for no other", async () => {
    await world.addTenant("acme");
    await world.addTenant("globex");
    const administrator = await world.administrator("acme");
    const other = await ask({}, await world.administrator("globex"));
    assert.equal(other.status, 404);
    assert.match(other.text, /There is no tenant/);
    for (const [action, more] of [
      ["create", { file: {} }],
      ["decommission", { holdUntil: "2099-01-31" }],
    ] as const) {
      assert.equal((await ask({ action, ...more }, administrator)).status, 403, action);
    }
    const larger = await ask({ action: "change", changes: { plan: "large" } }, administrator);
    assert.equal(larger.status, 422);
    assert.match(larger.text, /not plan: ask the operators of the platform/);
    assert.deepEqual(await forge.statuses(), []);
    const { status, text } = await ask({}, administrator);
    assert.equal(status, 202, text);
    const { state, requester, onBehalfOf } = await forge.status(ASKED.id);
    assert.deepEqual([state, requester, onBehalfOf], ["waiting", "odoo-saas-console", "acme/it@acme.example"]);
    // Nobody else's id is taken, and the staff sees who asked.
    const { text: seen } = await world.ask(`/api/requests/${ASKED.id}`, maria);
    assert.match(seen, /"requester":"acme\/it@acme\.example"/);
  });

  it("takes who asks from the session, whatever the body says", async () => {
    await ask({ onBehalfOf: "kim-reyes", requester: "kim-reyes", login: "kim-reyes" });
    const { requester, onBehalfOf } = await forge.status(ASKED.id);
    assert.deepEqual([requester, onBehalfOf], ["odoo-saas-console", "maria-cruz"]);
  });

  it("is one request, however often the same id is sent", async () => {
    const answers = await Promise.all([ask(), ask(), ask()]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [202, 202, 202],
    );
    assert.equal((await ask()).status, 202);
    await forge.idle();
    assert.equal((await forge.statuses()).length, 1);
    assert.equal((await rows()).length, 1);
  });

  it("refuses an id that is another person's, or another request's", async () => {
    await ask();
    const jo = await world.logIn("jo-santos", ["engineer"]);
    const taken = await ask({ approver: "kim-reyes" }, jo);
    assert.equal(taken.status, 409);
    assert.match(taken.text, /The id 20261130-acme is another request's/);
    assert.equal((await ask({ action: "decommission", holdUntil: "2099-01-31" })).status, 409);
  });

  it("gives an id to one of two people who send it at once", async () => {
    const jo = await world.logIn("jo-santos", ["engineer"]);
    const answers = await Promise.all([ask({ approver: "kim-reyes" }), ask({ approver: "kim-reyes" }, jo)]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [202, 409]);
    assert.equal((await rows()).length, 1);
  });

  it("keeps nothing of a request whose signature is refused, so that it can be sent again", async () => {
    await restart({ CONSOLE_REQUESTS_SECRET: "another" });
    const { status, text } = await ask();
    assert.equal(status, 502);
    const { message, hint } = z.object({ message: z.string(), hint: z.string() }).parse(JSON.parse(text));
    assert.match(message, /refused with 401/);
    assert.match(hint, /Nothing was changed/);
    assert.deepEqual(await rows(), []);
    assert.deepEqual(await forge.statuses(), []);
    assert.deepEqual(await audited(), ["maria-cruz request:pause failed acme"]);
  });

  it("keeps nothing of a request where nobody takes it", async () => {
    await restart({ CONSOLE_REQUESTS_URL: `http://127.0.0.1:${await freePort()}` });
    const { status, text } = await ask();
    assert.equal(status, 502);
    assert.match(text, /127\.0\.0\.1:\d+ cannot be reached/);
    assert.deepEqual(await rows(), []);
  });

  it("says that it is not known where the answer never comes, and sends the same again", async () => {
    const silent = createServer((request) => request.socket.destroy());
    silent.listen(0, "127.0.0.1");
    await once(silent, "listening");
    const address = silent.address();
    assert.ok(address !== null && typeof address === "object");
    await restart({ CONSOLE_REQUESTS_URL: `http://127.0.0.1:${address.port}` });
    assert.equal((await ask()).status, 202);
    const [row] = await rows();
    assert.match(row?.problem ?? "", /whether the request arrived is not known/);
    const entries = await world.database.selectFrom("audit").select("detail").execute();
    assert.match(entries[0]?.detail ?? "", /not known whether it arrived/);
    // Nothing is taken for sent: the next try goes out again.
    assert.equal((await ask()).status, 202);
    assert.equal((await world.database.selectFrom("audit").selectAll().execute()).length, 2);
    assert.equal((await rows()).length, 1);
    silent.close();
  });

  it("refuses the same id with other content", async () => {
    assert.equal((await ask()).status, 202);
    for (const more of [{ reason: "Another reason" }, { approver: "kim-reyes" }]) {
      assert.equal((await ask(more)).status, 409, JSON.stringify(more));
    }
  });

  it("writes every refusal into the audit log", async () => {
    await ask({ approver: "maria-cruz" });
    await ask({ tenant: "../.." });
    await ask({ action: "change", changes: { lifecycle: "paused" } });
    assert.deepEqual(await audited(), [
      "maria-cruz request:pause failed acme",
      "maria-cruz request:pause failed ../..",
      "maria-cruz request:change failed acme",
    ]);
  });

  it("keeps nothing of a request that its key cannot sign", async () => {
    await restart({ CONSOLE_REQUESTS_KEY: "not a key" });
    const { status, text } = await ask();
    assert.equal(status, 503);
    assert.doesNotMatch(text, /not a key/);
    assert.deepEqual(await rows(), []);
  });

  it("refuses an approval of one's own", async () => {
    const jo = await world.logIn("Jo-Santos", ["engineer"]);
    const { status, text } = await ask({}, jo);
    assert.equal(status, 422);
    assert.match(text, /nobody can approve their own request/);
    assert.deepEqual(await rows(), []);
  });

  it("refuses an approver who may not approve, and what the checks refuse", async () => {
    assert.match((await ask({ approver: "fe-garcia" })).text, /expected one of jo-santos, kim-reyes/);
    const wrong = await ask({ action: "change", changes: { plan: "huge" } });
    assert.equal(wrong.status, 422);
    assert.match(wrong.text, /tenants\/acme\.yaml:.*plan: .*huge/);
    assert.deepEqual(await rows(), []);
    assert.deepEqual(await forge.statuses(), []);
  });

  it("refuses an action that the person's roles do not include, and writes that down", async () => {
    const kim = await world.logIn("kim-reyes", ["operator"]);
    assert.equal((await ask({ action: "change", changes: { displayName: "Acme 2" } }, kim)).status, 403);
    assert.deepEqual(await audited(), ["kim-reyes request:change denied acme"]);
    assert.equal((await ask({}, kim)).status, 202);
  });
});
