import assert from "node:assert/strict";
import { World } from "../support/world.ts";

describe("sessions", () => {
  let world: World;
  before(async () => {
    world = await World.start();
  });
  after(() => world.stop());

  it("are counted until their end, and no longer", async () => {
    const current = await world.logIn("ada", ["engineer"]);
    assert.equal((await world.ask("/api/session", current)).status, 200);
    const over = await world.logIn("ada", ["engineer"], { expires: new Date(Date.now() - 1000) });
    assert.equal((await world.ask("/api/session", over)).status, 401);
    const unused = await world.logIn("ada", ["engineer"], { used: new Date(Date.now() - 61 * 60_000) });
    assert.equal((await world.ask("/api/session", unused)).status, 401);
  });

  it("are kept in use by requests, which write that once a minute", async () => {
    const usedAt = async (login: string) =>
      (
        await world.database
          .selectFrom("sessions")
          .select("used_at")
          .where("login", "=", login)
          .executeTakeFirstOrThrow()
      ).used_at;
    const now = Date.now();
    const recent = new Date(now - 30_000);
    await world.ask("/api/session", await world.logIn("recent", ["engineer"], { used: recent }));
    assert.deepEqual(await usedAt("recent"), recent);
    await world.ask("/api/session", await world.logIn("earlier", ["engineer"], { used: new Date(now - 59 * 60_000) }));
    assert.ok((await usedAt("earlier")).getTime() >= now);
  });

  it("say who it is and what they may do, and no token", async () => {
    const { text } = await world.ask("/api/session", await world.logIn("fe", ["finance"]));
    const session: unknown = JSON.parse(text);
    assert.ok(typeof session === "object" && session !== null && "actions" in session);
    assert.deepEqual(session.actions, [
      "dashboard:read",
      "fleet:read",
      "billing:read",
      "billing:draft",
      "billing:finalise",
      "audit:read",
    ]);
    assert.doesNotMatch(text, /refresh|token/);
  });

  it("keep no token in plain text", async () => {
    const rows = await world.database.selectFrom("sessions").select("tokens").execute();
    assert.ok(rows.length > 0);
    for (const { tokens } of rows) assert.doesNotMatch(tokens.toString("latin1"), /refresh/);
  });

  it("end at a log-out, which another site cannot send", async () => {
    const cookie = await world.logIn("ada", ["engineer"]);
    const forged = await world.ask("/auth/logout", cookie, {}, { origin: "https://evil.example" });
    assert.equal(forged.status, 403);
    assert.equal((await world.ask("/api/session", cookie)).status, 200);
    assert.equal((await world.ask("/auth/logout", cookie, {})).status, 200);
    assert.equal((await world.ask("/api/session", cookie)).status, 401);
  });

  it("do not begin with an answer that no log-in has asked for", async () => {
    const { status, headers } = await world.ask("/auth/callback?code=x&state=y");
    assert.equal(status, 302);
    assert.equal(headers.get("location"), "/auth/login");
    assert.equal(headers.get("set-cookie"), null);
  });

  it("are not ended by a token that the realm has not signed", async () => {
    const cookie = await world.logIn("ada", ["engineer"]);
    const response = await fetch(`${world.url}/auth/backchannel-logout`, {
      method: "POST",
      body: new URLSearchParams({ logout_token: "e30.e30.x" }),
    });
    assert.equal(response.status, 400);
    assert.equal((await world.ask("/api/session", cookie)).status, 200);
  });

  it("are shown to nobody who has logged out, not even on a page that follows a request", async () => {
    const now = new Date();
    const row = { id: "20261130-one", action: "pause", tenant: "acme", requester: "ada", approver: "bob", reason: "x" };
    await world.database
      .insertInto("requests")
      .values({ ...row, state: "waiting", opened_at: now, updated_at: now })
      .execute();
    const cookie = await world.logIn("ada", ["engineer"]);
    const response = await fetch(`${world.url}/api/requests/20261130-one/events`, { headers: { cookie } });
    assert.equal(response.status, 200);
    await world.ask("/auth/logout", cookie, {});
    // Reads to the end of the stream, which comes at the next look at the session.
    assert.match(await response.text(), /"waiting"/);
  }).timeout(30_000);

  it("say that Keycloak is away when it is, to a browser by a page", async () => {
    const page = await world.ask("/auth/login", undefined, undefined, { accept: "text/html" });
    assert.equal(page.status, 502);
    assert.match(page.headers.get("content-type") ?? "", /text\/html/);
    assert.match(page.text, /<h1>Keycloak cannot be reached<\/h1>/);
    const { status, text } = await world.ask("/auth/login");
    assert.equal(status, 502);
    assert.match(text, /Keycloak cannot be reached/);
  });
});
