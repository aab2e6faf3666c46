import assert from "node:assert/strict";
import { STAFF_ROLES } from "../../api/access.ts";
import { ROUTES } from "../../server/routes/index.ts";
import { World } from "../support/world.ts";

/** Log-ins and refused requests that one address may have in a minute. */
const PER_ADDRESS = 60;

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

  for (const { method, path, query } of ROUTES) {
    it(`refuse a parameter that ${method.toUpperCase()} ${path} does not have`, async () => {
      const body = method === "post" ? {} : undefined;
      const address = `/api${path.replace("{id}", "tbwa-crm")}?colour=red`;
      const { status, text } = await world.ask(address, await world.logIn("ada", STAFF_ROLES), body);
      assert.equal(status, 400, text);
      const names = Object.keys(query.shape);
      assert.ok(text.includes(`has \\"colour\\" in its query, expected ${names.join(", ") || "none"}`), text);
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

describe("the limit per address", () => {
  const forged = Array.from({ length: PER_ADDRESS + 1 }, (_, index) => `10.0.0.${index}`);

  /** Statuses of requests without a session, one for each value of X-Forwarded-For. */
  const statusesOf = async (proxies: string, values: readonly string[]) => {
    const world = await World.start({ CONSOLE_TRUSTED_PROXIES: proxies });
    try {
      const answers = values.map((value) =>
        world.ask("/api/session", undefined, undefined, { "x-forwarded-for": value }),
      );
      const statuses = (await Promise.all(answers)).map(({ status }) => status);
      return { refused: statuses.filter((status) => status === 429).length, all: statuses.length };
    } finally {
      await world.stop();
    }
  };

  it("is not evaded by a header that nobody between has written", async () => {
    assert.deepEqual(await statusesOf("0", forged), { refused: 1, all: PER_ADDRESS + 1 });
  });

  it("is not evaded behind a proxy, whatever stands before what the proxy has seen", async () => {
    const values = forged.map((address) => `${address}, 192.0.2.1`);
    assert.deepEqual(await statusesOf("1", values), { refused: 1, all: PER_ADDRESS + 1 });
  });

  it("is each browser's own behind one proxy and behind two", async () => {
    assert.equal((await statusesOf("1", forged)).refused, 0);
    assert.equal(
      (
        await statusesOf(
          "2",
          forged.map((address) => `198.51.100.9, ${address}, 192.0.2.1`),
        )
      ).refused,
      0,
    );
  });

  it("is the connection's for a call that has come past the proxies", async () => {
    assert.deepEqual(await statusesOf("2", forged), { refused: 1, all: PER_ADDRESS + 1 });
  });
});
