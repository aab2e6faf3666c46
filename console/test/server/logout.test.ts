import assert from "node:assert/strict";
import { generateKeyPair } from "jose";
import { TestRealms } from "../support/realms.ts";
import type { TestRealm } from "../support/realms.ts";
import { World } from "../support/world.ts";

describe("the address to come back to after a log-in", () => {
  let realms: TestRealms;
  let realm: TestRealm;
  let world: World;
  before(async () => {
    realms = await TestRealms.start();
    realm = realms.realm();
    world = await World.start({ CONSOLE_STAFF_ISSUER: realm.issuer });
  });
  after(async () => {
    realms.stop();
    await world.stop();
  });

  const cases: readonly [string, string][] = [
    ["/tenants?q=a", "/tenants?q=a"],
    ["//evil.example", "/"],
    ["/\\evil.example", "/"],
    ["/\t/evil.example", "/"],
    ["/\r\n/evil.example", "/"],
    ["https://evil.example/", "/"],
    ["javascript:alert(1)", "/"],
    ["/.//evil.example", "//evil.example"],
    [`/${"a".repeat(2000)}`, "/"],
  ];
  for (const [asked, expected] of cases) {
    it(`is ${expected} on this site for ${JSON.stringify(asked.slice(0, 40))}`, async () => {
      const { status } = await world.ask(`/auth/login?returnTo=${encodeURIComponent(asked)}`);
      assert.equal(status, 302);
      const { return_to } = await world.database
        .selectFrom("logins")
        .select("return_to")
        .orderBy("expires_at", "desc")
        .executeTakeFirstOrThrow();
      assert.equal(return_to, `${world.url}${expected}`);
    });
  }
});

describe("Keycloak's word that a session has ended", () => {
  let realms: TestRealms;
  let realm: TestRealm;
  let world: World;
  before(async () => {
    realms = await TestRealms.start();
    realm = realms.realm();
    world = await World.start({ CONSOLE_STAFF_ISSUER: realm.issuer });
  });
  after(async () => {
    realms.stop();
    await world.stop();
  });

  async function send(token: string): Promise<number> {
    const body = new URLSearchParams({ logout_token: token });
    return (await fetch(`${world.url}/auth/backchannel-logout`, { method: "POST", body })).status;
  }
  const isIn = async (cookie: string) => (await world.ask("/api/session", cookie)).status === 200;

  it("ends all sessions of that person, and nobody else's", async () => {
    const own = [
      await world.logIn("ada", ["engineer"], { issuer: realm.issuer }),
      await world.logIn("ada", ["engineer"], { issuer: realm.issuer }),
    ];
    const other = await world.logIn("bob", ["engineer"], { issuer: realm.issuer });
    const elsewhere = await world.logIn("ada", ["engineer"], { issuer: "https://other.example" });
    assert.equal(await send(await realm.token()), 200);
    for (const cookie of own) assert.equal(await isIn(cookie), false);
    for (const cookie of [other, elsewhere]) assert.equal(await isIn(cookie), true);
  });

  const wrong: readonly [string, () => Promise<string>][] = [
    ["of another client", () => realm.token({ aud: "odoo" })],
    ["of another realm", () => realm.token({ iss: "https://other.example" })],
    ["that is an ID token", () => realm.token({ nonce: "n" })],
    ["of another event", () => realm.token({ events: { other: {} } })],
    ["that names nobody", () => realm.token({ sub: undefined })],
    ["of an hour ago", () => realm.token({}, 3600)],
    ["of another key", async () => realm.token({}, 0, (await generateKeyPair("RS256")).privateKey)],
    ["without a signature", () => Promise.resolve("eyJhbGciOiJub25lIn0.e30.")],
  ];
  for (const [what, token] of wrong) {
    it(`does not count in a token ${what}`, async () => {
      const cookie = await world.logIn("ada", ["engineer"], { issuer: realm.issuer });
      assert.equal(await send(await token()), 400);
      assert.equal(await isIn(cookie), true);
    });
  }
});
