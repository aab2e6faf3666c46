import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:http";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import type { CryptoKey, JWK } from "jose";
import { World } from "../support/world.ts";

const EVENT = { "http://schemas.openid.net/event/backchannel-logout": {} };

/** A realm that answers what a client asks before it can check a token. */
class Realm {
  readonly server: Server;
  issuer = "";
  #key: CryptoKey | undefined;

  constructor() {
    this.server = createServer((request, response) => {
      const isKeys = request.url?.endsWith("/certs") === true;
      const metadata = {
        issuer: this.issuer,
        jwks_uri: `${this.issuer}/certs`,
        token_endpoint: `${this.issuer}/token`,
        authorization_endpoint: `${this.issuer}/auth`,
      };
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(isKeys ? { keys: [this.#jwk] } : metadata));
    });
  }

  #jwk: JWK | undefined;

  async start(): Promise<void> {
    const { publicKey, privateKey } = await generateKeyPair("RS256");
    this.#key = privateKey;
    this.#jwk = { ...(await exportJWK(publicKey)), alg: "RS256", use: "sig", kid: "one" };
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    const address = this.server.address();
    assert.ok(address !== null && typeof address === "object");
    this.issuer = `http://127.0.0.1:${address.port}/realms/platform`;
  }

  /** A logout token of Keycloak's form. @param more claims that differ */
  async token(more: Readonly<Record<string, unknown>> = {}, age = 0, key = this.#key): Promise<string> {
    assert.ok(key !== undefined);
    const now = Math.floor(Date.now() / 1000) - age;
    const claims = {
      iss: this.issuer,
      aud: "console",
      sub: "ada",
      sid: "one",
      jti: "x",
      events: EVENT,
      iat: now,
      ...more,
    };
    return new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "one" }).sign(key);
  }
}

describe("the address to come back to after a log-in", () => {
  const realm = new Realm();
  let world: World;
  before(async () => {
    await realm.start();
    world = await World.start({ CONSOLE_STAFF_ISSUER: realm.issuer });
  });
  after(async () => {
    realm.server.close();
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
  const realm = new Realm();
  let world: World;
  before(async () => {
    await realm.start();
    world = await World.start({ CONSOLE_STAFF_ISSUER: realm.issuer });
  });
  after(async () => {
    realm.server.close();
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
