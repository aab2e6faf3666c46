import assert from "node:assert/strict";
import { World } from "../support/world.ts";

describe("the server's defences", () => {
  let world: World;
  let cookie: string;
  before(async () => {
    world = await World.start();
    cookie = await world.logIn("ada", ["engineer"]);
  });
  after(() => world.stop());

  it("let a page load nothing but its own", async () => {
    const { headers } = await world.ask("/");
    const policy = headers.get("content-security-policy") ?? "";
    for (const part of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"]) {
      assert.ok(policy.includes(part), policy);
    }
    assert.doesNotMatch(policy, /unsafe|\*/);
    assert.equal(headers.get("x-content-type-options"), "nosniff");
  });

  it("have another nonce for each page", async () => {
    const nonces = await Promise.all(
      [1, 2].map(
        async () => /'nonce-([^']+)'/.exec((await world.ask("/")).headers.get("content-security-policy") ?? "")?.[1],
      ),
    );
    assert.ok(nonces[0] !== undefined && nonces[0] !== nonces[1]);
  });

  it("keep answers out of caches", async () => {
    assert.equal((await world.ask("/api/session", cookie)).headers.get("cache-control"), "no-store");
  });

  for (const origin of ["https://evil.example", "null", ""]) {
    it(`refuse a change from origin ${JSON.stringify(origin)}`, async () => {
      const { status } = await world.ask("/api/preflight", cookie, { action: "pause", tenant: "tbwa-crm" }, { origin });
      assert.equal(status, 403);
    });
  }

  const withoutOrigin: readonly [string, number][] = [
    ["same-origin", 200],
    ["same-site", 403],
    ["cross-site", 403],
    ["none", 403],
  ];
  for (const [site, expected] of withoutOrigin) {
    it(`answer ${expected} to a change without an origin from a page that is ${site}`, async () => {
      const response = await fetch(`${world.url}/api/preflight`, {
        method: "POST",
        body: JSON.stringify({ action: "pause", tenant: "tbwa-crm" }),
        headers: { "content-type": "application/json", cookie, "sec-fetch-site": site },
      });
      assert.equal(response.status, expected, await response.text());
    });
  }

  it("refuse what is not JSON, and what is too large", async () => {
    const plain = await world.ask("/api/preflight", cookie, {}, { "content-type": "text/plain" });
    assert.equal(plain.status, 400);
    const large = await world.ask("/api/preflight", cookie, { action: "pause", tenant: "x".repeat(200_000) });
    assert.equal(large.status, 413);
  });

  for (const query of ["page=0", "page=-1", "page=1.5", "page=99999999", "sort=file", "order=sideways", "status=x"]) {
    it(`refuse a list of ?${query}`, async () => {
      assert.equal((await world.ask(`/api/tenants?${query}`, cookie)).status, 400);
    });
  }

  for (const text of ["'; DROP TABLE tenants; --", "%", "_", "\\", "\u0000", "<script>", "a".repeat(100)]) {
    it(`search for ${JSON.stringify(text)} as words`, async () => {
      const { status, text: answer } = await world.ask(`/api/tenants?q=${encodeURIComponent(text)}`, cookie);
      assert.ok([200, 400].includes(status), answer);
      if (status === 200) assert.match(answer, /"total":0/);
      await world.database.selectFrom("tenants").select("id").execute();
    });
  }

  it("refuse a character that PostgreSQL does not have, wherever it is", async () => {
    for (const path of ["/api/tenants/a%00b", "/api/tenants?bundle=%00", "/api/requests/%00", "/api/search?q=%00"]) {
      assert.equal((await world.ask(path, cookie)).status, 400, path);
    }
    const asked = { action: "pause", tenant: "tbwa-crm", id: "20261130-crm", approver: "jo-santos", reason: "a\0b" };
    assert.equal((await world.ask("/api/requests", cookie, asked)).status, 422);
    assert.equal((await world.ask("/api/tenants/%", cookie)).status, 400);
  });

  it("refuse a body that is nested too deeply to be worked with", async () => {
    const response = await fetch(`${world.url}/api/preflight`, {
      method: "POST",
      body: `{"action":"create","tenant":"acme","file":{"a":${"[".repeat(20_000)}${"]".repeat(20_000)}}}`,
      headers: { "content-type": "application/json", cookie, origin: world.url },
    });
    assert.equal(response.status, 422);
  });

  it("show an auditor the entries of one person", async () => {
    const auditor = await world.logIn("al", ["auditor"]);
    await world.ask("/api/preflight", auditor, { action: "pause", tenant: "tbwa-crm" });
    assert.match((await world.ask("/api/audit?actor=al", auditor)).text, /"login":"al"/);
    assert.match((await world.ask("/api/audit?actor=nobody", auditor)).text, /"total":0/);
    const operator = await world.logIn("kim", ["operator"]);
    assert.match((await world.ask("/api/audit?actor=al", operator)).text, /"total":0/);
  });

  it("answer an unknown address with a problem, and a page's with the page", async () => {
    const { status, text } = await world.ask("/api/nothing", cookie);
    assert.equal(status, 404);
    assert.match(text, /There is no such address/);
  });

  it("say too many to someone who asks too often", async () => {
    const busy = await world.logIn("busy", ["engineer"]);
    const statuses = await Promise.all(
      Array.from({ length: 40 }, async () => (await world.ask("/api/preflight", busy, { action: "x" })).status),
    );
    assert.equal(statuses.filter((status) => status === 429).length, 10);
  });

  it("tell nobody what broke inside", async () => {
    await world.database.schema.alterTable("requests").renameTo("away").execute();
    try {
      const { status, text } = await world.ask("/api/requests", cookie);
      assert.equal(status, 503);
      assert.doesNotMatch(text, /relation|away|stack/);
    } finally {
      await world.database.schema.alterTable("away").renameTo("requests").execute();
    }
  });
});
