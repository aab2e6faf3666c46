import assert from "node:assert/strict";
import { STAFF_ROLES } from "../../api/access.ts";
import { TestRealms } from "../support/realms.ts";
import { World } from "../support/world.ts";

const TENANTS = ["acme", "globex", "initech"] as const;
const HOUR = 3_600_000;

/** What a browser has after a log-in was begun. */
interface Begun {
  readonly cookie: string;
  readonly state: string;
  readonly nonce: string;
  /** Where Keycloak is told to come back to. */
  readonly redirect: string;
  readonly address: URL;
}

let calls = 0;
/** Each call from an address of its own: one address may not try so often. */
const elsewhere = () => ({ "x-forwarded-for": `2001:db8::${(calls += 1).toString(16)}` });

describe("the log-in of a tenant's administrator", () => {
  let realms: TestRealms;
  let world: World;
  before(async () => {
    realms = await TestRealms.start(...TENANTS);
    world = await World.start({ CONSOLE_STAFF_ISSUER: realms.realm().issuer, CONSOLE_TRUSTED_PROXIES: "1" });
    for (const tenant of TENANTS) await world.addTenant(tenant);
  });
  beforeEach(async () => {
    for (const tenant of TENANTS) {
      await world.addTenant(tenant, { lifecycle: "active", archived: false, email: `IT@${tenant}.example` });
    }
  });
  after(async () => {
    realms.stop();
    await world.stop();
  });

  const claimsOf = (tenant: string) => ({
    sub: `owner-of-${tenant}`,
    preferred_username: `it@${tenant}.example`,
    email: `it@${tenant}.example`,
    email_verified: true,
    roles: ["console-admin"],
  });

  /** @param path of the log-in */
  async function begin(path: string): Promise<Begun> {
    const { status, headers, text } = await world.ask(path, undefined, undefined, elsewhere());
    assert.equal(status, 302, text);
    const address = new URL(headers.get("location") ?? "");
    const word = (name: string) => address.searchParams.get(name) ?? "";
    const cookie = (headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    return { cookie, state: word("state"), nonce: word("nonce"), redirect: word("redirect_uri"), address };
  }

  /** Comes back from Keycloak. @param iss realm that says that it answers; undefined: says nothing */
  function comeBack(path: string, { cookie, state }: Begun, code: string, iss: string | undefined) {
    const query = new URLSearchParams({ code, state, ...(iss !== undefined && { iss }) });
    return world.ask(`${path}?${query.toString()}`, cookie, undefined, elsewhere());
  }

  /** Logs in as whom the realm says. */
  async function logIn(tenant: string, claims: object = claimsOf(tenant)) {
    const begun = await begin(`/login/${tenant}`);
    const realm = realms.realm(tenant);
    const code = realm.code({ nonce: begun.nonce, ...claims });
    const answer = await comeBack(`/auth/callback/${tenant}`, begun, code, realm.issuer);
    const session = headersOf(answer.headers).find((each) => each.startsWith("console_session=")) ?? "";
    return { ...answer, cookie: session.split(";")[0] ?? "" };
  }
  const headersOf = (headers: Headers) => headers.getSetCookie();
  const isIn = async (cookie: string) => (await world.ask("/api/session", cookie)).status === 200;

  for (const tenant of TENANTS) {
    it(`goes to the realm of ${tenant} alone, and makes a session of it`, async () => {
      const { address, redirect } = await begin(`/login/${tenant}?returnTo=/tenants/${tenant}/overview`);
      assert.equal(`${address.origin}${address.pathname}`, `${realms.realm(tenant).issuer}/auth`);
      assert.equal(redirect, `${world.url}/auth/callback/${tenant}`);
      assert.equal(address.searchParams.get("code_challenge_method"), "S256");
      const { status, cookie } = await logIn(tenant);
      assert.equal(status, 302);
      const { text } = await world.ask("/api/session", cookie);
      assert.match(text, new RegExp(`"login":"${tenant}/it@${tenant}.example"`));
      assert.match(text, new RegExp(`"roles":\\["tenant-admin"\\],"tenant":"${tenant}"`));
    });

    for (const role of [...STAFF_ROLES, "tenant-admin"]) {
      it(`gives nobody ${role} by what the realm of ${tenant} claims`, async () => {
        const roles = { roles: [role], realm_access: { roles: [role] }, groups: [`${role}-staff`] };
        assert.equal((await logIn(tenant, { ...claimsOf(tenant), ...roles })).status, 403);
        const { cookie } = await logIn(tenant, { ...claimsOf(tenant), ...roles, roles: [role, "console-admin"] });
        assert.match((await world.ask("/api/session", cookie)).text, /"roles":\["tenant-admin"\]/);
        assert.equal((await world.ask("/api/dashboard", cookie)).status, 403);
      });
    }

    for (const other of TENANTS.filter((id) => id !== tenant)) {
      it(`opens nothing of ${other} by the realm of ${tenant}`, async () => {
        const { cookie } = await logIn(tenant);
        const found = await world.ask(`/api/tenants/${other}`, cookie);
        assert.equal(found.status, 404);
        assert.equal((await world.ask(`/api/tenants/${tenant}`, cookie)).status, 200);
      });

      it(`takes no answer of the realm of ${tenant} for ${other}'s`, async () => {
        const begun = await begin(`/login/${other}`);
        const { issuer } = realms.realm(tenant);
        const code = realms.realm(other).code({ nonce: begun.nonce, ...claimsOf(other) });
        // As a mix-up does it: the other's code, by the realm that the person did not begin at.
        assert.equal((await comeBack(`/auth/callback/${other}`, begun, code, issuer)).status, 401);
        const again = await begin(`/login/${other}`);
        const stolen = realms.realm(tenant).code({ nonce: again.nonce, ...claimsOf(other) });
        assert.equal((await comeBack(`/auth/callback/${tenant}`, again, stolen, issuer)).status, 401);
        const signed = await begin(`/login/${other}`);
        const own = realms.realm(other).code({ nonce: signed.nonce, ...claimsOf(other), iss: issuer });
        const { issuer: right } = realms.realm(other);
        assert.equal((await comeBack(`/auth/callback/${other}`, signed, own, right)).status, 401);
      });

      it(`lets the address that ${other}'s file names not in by the realm of ${tenant}`, async () => {
        assert.equal((await logIn(tenant, { ...claimsOf(other), sub: "x" })).status, 403);
      });
    }

    it(`takes no answer of the realm of ${tenant} for the staff's, nor the other way round`, async () => {
      const { issuer } = realms.realm(tenant);
      const staff = await begin("/auth/login");
      const code = realms
        .realm()
        .code({ nonce: staff.nonce, sub: "ada", preferred_username: "ada", roles: ["engineer"] });
      assert.equal((await comeBack("/auth/callback", staff, code, issuer)).status, 401);
      const again = await begin("/auth/login");
      const theirs = realms.realm(tenant).code({ nonce: again.nonce, ...claimsOf(tenant), roles: ["engineer"] });
      assert.equal((await comeBack(`/auth/callback/${tenant}`, again, theirs, issuer)).status, 401);
      const own = await begin(`/login/${tenant}`);
      const staffs = realms.realm().code({ nonce: own.nonce, sub: "ada", preferred_username: "ada" });
      assert.equal((await comeBack("/auth/callback", own, staffs, realms.realm().issuer)).status, 401);
    });
  }

  it("demands that the answer says which realm gives it, and of which log-in it is", async () => {
    const { issuer } = realms.realm("acme");
    const silent = await begin("/login/acme");
    const code = realms.realm("acme").code({ nonce: silent.nonce, ...claimsOf("acme") });
    assert.equal((await comeBack("/auth/callback/acme", silent, code, undefined)).status, 401);
    const forged = await begin("/login/acme");
    const other = realms.realm("acme").code({ nonce: forged.nonce, ...claimsOf("acme") });
    assert.equal((await comeBack("/auth/callback/acme", { ...forged, state: "x" }, other, issuer)).status, 401);
    const replayed = await begin("/login/acme");
    const old = realms.realm("acme").code({ nonce: "another", ...claimsOf("acme") });
    assert.equal((await comeBack("/auth/callback/acme", replayed, old, issuer)).status, 401);
  });

  const strangers: readonly [string, object][] = [
    ["without the role", { roles: [] }],
    ["with an address that is not verified", { email_verified: false }],
    ["without an address", { email: undefined }],
    ["of another address, whatever the role", { email: "eve@acme.example" }],
  ];
  for (const [who, claims] of strangers) {
    it(`is refused to somebody ${who}, and that is written down`, async () => {
      const { status, text } = await logIn("acme", { ...claimsOf("acme"), ...claims });
      assert.equal(status, 403);
      assert.match(text, /You are not an administrator of acme/);
      const { outcome } = await world.database
        .selectFrom("audit")
        .select("outcome")
        .orderBy("id", "desc")
        .limit(1)
        .executeTakeFirstOrThrow();
      assert.equal(outcome, "denied");
    });
  }

  it("says of a paused tenant that it is paused, and whom to ask", async () => {
    await world.addTenant("acme", { lifecycle: "paused" });
    const { status, text } = await world.ask("/login/acme", undefined, undefined, {
      accept: "text/html",
      ...elsewhere(),
    });
    assert.equal(status, 403);
    assert.match(text, /<h1>The tenant acme is paused: its people cannot log in<\/h1>/);
    assert.match(text, /Ask the operators of the platform to resume it/);
  });

  for (const id of ["nobody", "platform", "master", "console", "..%2f..%2fmaster", "a%00b", "ACME"]) {
    it(`is nowhere for ${id}`, async () => {
      const { status, headers } = await world.ask(`/login/${id}`, undefined, undefined, elsewhere());
      assert.ok([400, 404].includes(status));
      assert.equal(headers.get("set-cookie"), null);
    });
  }

  it("is nowhere without the key of the clients", async () => {
    const row = { id: "acme", lifecycle: "active" };
    const without = await World.start({ CONSOLE_STAFF_ISSUER: realms.realm().issuer, CONSOLE_TENANTS_KEY: undefined });
    await without.addTenant(row.id);
    assert.equal((await without.ask("/login/acme")).status, 404);
    await without.stop();
  });

  const ends: readonly [string, { lifecycle?: string; archived?: boolean; email?: string }][] = [
    ["is being decommissioned", { lifecycle: "decommissioning" }],
    ["is archived", { archived: true }],
    ["has another owner", { email: "new@acme.example" }],
  ];
  for (const [what, change] of ends) {
    it(`ends with its sessions when the tenant ${what}, for good`, async () => {
      const { cookie } = await logIn("acme");
      const { cookie: other } = await logIn("globex");
      assert.equal(await isIn(cookie), true);
      await world.addTenant("acme", change);
      assert.equal(await isIn(cookie), false);
      await world.addTenant("acme", { lifecycle: "active", archived: false, email: "IT@acme.example" });
      assert.equal(await isIn(cookie), false);
      assert.equal(await isIn(other), true);
    });
  }

  it("ends with its sessions when the tenant's file is gone", async () => {
    const { cookie } = await logIn("initech");
    await world.database.deleteFrom("tenants").where("id", "=", "initech").execute();
    assert.equal(await isIn(cookie), false);
  });

  const refreshes: readonly [string, object | undefined, boolean][] = [
    ["still names the administrator", claimsOf("acme"), true],
    ["has taken the role away", { ...claimsOf("acme"), roles: [] }, false],
    ["has another address of the person", { ...claimsOf("acme"), email: "new@acme.example" }, false],
    ["has somebody else", { ...claimsOf("acme"), sub: "eve" }, false],
    ["claims a staff role alone", { ...claimsOf("acme"), roles: ["engineer"] }, false],
    ["is disabled", undefined, false],
  ];
  for (const [what, claims, isKept] of refreshes) {
    it(`${isKept ? "goes on" : "ends"} after five minutes where the realm ${what}`, async () => {
      const cookie = await world.logIn("acme/it@acme.example", ["tenant-admin"], {
        tenant: "acme",
        address: "it@acme.example",
        issuer: realms.realm("acme").issuer,
        refreshed: new Date(Date.now() - HOUR),
      });
      await world.database
        .updateTable("sessions")
        .set({ subject: "owner-of-acme" })
        .where("subject", "=", "acme/it@acme.example")
        .execute();
      realms.realm("acme").refreshed = claims === undefined ? undefined : { ...claims };
      assert.equal(await isIn(cookie), isKept);
    });
  }

  it("cannot be a session with a staff role, whatever writes it", async () => {
    for (const role of STAFF_ROLES) {
      await assert.rejects(
        world.logIn("x", [role], { tenant: "acme", address: "x@acme.example" }),
        /sessions_of_realms/,
      );
    }
    await assert.rejects(world.logIn("x", ["tenant-admin"]), /sessions_of_realms/);
  });

  it("ends by the word of its own realm, and of no other", async () => {
    const send = async (path: string, token: string) =>
      (
        await fetch(`${world.url}/auth/backchannel-logout${path}`, {
          method: "POST",
          headers: elsewhere(),
          body: new URLSearchParams({ logout_token: token }),
        })
      ).status;
    const { cookie } = await logIn("acme");
    const sub = { sub: "owner-of-acme" };
    for (const name of ["platform", "globex"]) {
      assert.equal(await send("/acme", await realms.realm(name).token(sub)), 400);
      assert.equal(
        await send("/acme", await realms.realm(name).token({ ...sub, iss: realms.realm("acme").issuer })),
        400,
      );
    }
    assert.equal(await send("", await realms.realm("acme").token(sub)), 400);
    assert.equal(await send("/nobody", await realms.realm("acme").token(sub)), 400);
    assert.equal(await isIn(cookie), true);
    assert.equal(await send("/acme", await realms.realm("acme").token(sub)), 200);
    assert.equal(await isIn(cookie), false);
  });

  it("ends at the realm too, where the person logs out", async () => {
    const { cookie } = await logIn("globex");
    const { text } = await world.ask("/auth/logout", cookie, {});
    assert.match(text, new RegExp(`^\\{"to":"${realms.realm("globex").issuer}/logout\\?`));
    assert.equal(await isIn(cookie), false);
  });
});
