import assert from "node:assert/strict";
import { z } from "zod";
import { DONE } from "./attacks.ts";
import type { Attacks } from "./attacks.ts";
import {
  bearer,
  call,
  client,
  endpoint,
  isSignedBy,
  logInByForm,
  loginUrl,
  post,
  redemption,
  redirectUri,
  tokensOf,
} from "./keycloakClient.ts";
import type { Answer, Tokens } from "./keycloakClient.ts";
import { attackExchange } from "./keycloakExchange.ts";
import type { Party, Setting } from "./setting.ts";

const USER = "isolation-test";
/** For how long the administrator's token is used, in milliseconds: half of what it lives. */
const ADMINISTRATOR_MS = 30_000;

/** The longest that a session lives, in seconds (components/ssoTemplate.ts). */
const SESSION_SECONDS = 36_000;

/** What a tenant's user has, who is also the administrator of the tenant's realm: the most that can be stolen there. */
interface Loot {
  readonly password: string;
  readonly cookies: string;
  /** Not redeemed yet. */
  readonly code: string;
  /** Of a client that gives the administrator's roles. */
  readonly admin: Tokens;
}

/** Keycloak: one server, a realm a tenant. */
export function attackKeycloak(attacks: Attacks, setting: () => Setting): void {
  const loot = new Map<Party, Loot>();
  let administrator: { token: string; until: number } | undefined;
  const of = (party: Party): Loot => {
    const found = loot.get(party);
    assert.ok(found, party.id);
    return found;
  };
  const admin = (party: Party, path: string) =>
    `${setting().keycloak}/admin/realms/${party.outputs.realm.issuer.split("/").at(-1) ?? ""}${path}`;

  before(async () => {
    await Promise.all(setting().parties.map(async (party) => loot.set(party, await prepare(party))));
  });
  after(async () => {
    for (const party of setting().parties) await removeUser(party);
  });

  it("another's client, log-in page and codes are of no use", async () => {
    const { parties, pairs } = setting();
    const none = (party: Party) => redemption(party, "none");
    for (const { name, own, other } of pairs) {
      const secret = await post(endpoint(other, "token"), { ...none(other), client_secret: client(own).client_secret });
      attacks.refused(name, "one's client secret at its client", secret.status, 401);
      const redirect = await call(loginUrl(other, { redirect_uri: redirectUri(own) }));
      attacks.refused(name, "a redirect of its log-in to oneself", redirect.status, 400);
      const code = await post(endpoint(other, "token"), redemption(other, of(own).code));
      attacks.refused(name, "one's code at its client", outcomeOf(code.text), "invalid_grant");
      const password = await post(endpoint(other, "token"), passwordForm(own));
      attacks.refused(name, "one's password there", outcomeOf(password.text), "invalid_grant");
      const sso = await call(loginUrl(other, { prompt: "none" }), { headers: { cookie: of(own).cookies } });
      attacks.refused(name, "one's session there", answerOf(sso.location), "login_required");
    }
    for (const party of parties) {
      const { text } = await post(endpoint(party, "token"), none(party));
      attacks.works(party.id, "the client secret", outcomeOf(text), "invalid_grant");
      attacks.works(party.id, "the redirect", (await call(loginUrl(party))).status, 200);
      const sso = await call(loginUrl(party, { prompt: "none" }), { headers: { cookie: of(party).cookies } });
      attacks.works(party.id, "the session", answerOf(sso.location));
    }
  });

  it("no client gives a token that outlives its session by much, or an administrator's word", async () => {
    for (const party of setting().parties) {
      const asked = await call(loginUrl(party, { scope: "openid offline_access" }));
      attacks.refused(party.id, "a log-in for an offline token", answerOf(asked.location), "invalid_scope");
      const quiet = loginUrl(party, { scope: "openid offline_access", prompt: "none" });
      const sso = await call(quiet, { headers: { cookie: of(party).cookies } });
      attacks.refused(party.id, "an offline token by the session", answerOf(sso.location), "invalid_scope");
      // Keycloak's own clients of a realm do give one. It ends as sessions do: 0 would be never.
      const { text } = await post(endpoint(party, "token"), { ...passwordForm(party), scope: "openid offline_access" });
      const { refresh_expires_in: life } = z.object({ refresh_expires_in: z.number() }).parse(JSON.parse(text));
      const ends = life > 0 && life <= SESSION_SECONDS ? "ends" : DONE;
      attacks.refused(party.id, "an offline token without an end", ends, "ends");
    }
  });

  it("no realm, and no client of it, accepts another realm's tokens", async () => {
    const { parties, pairs } = setting();
    const tokens = new Map<Party, Tokens>();
    for (const party of parties) {
      tokens.set(party, tokensOf(await post(endpoint(party, "token"), redemption(party, of(party).code))));
      attacks.works(party.id, "the code", DONE);
    }
    const tokensFrom = (party: Party): Tokens => {
      const found = tokens.get(party);
      assert.ok(found, party.id);
      return found;
    };
    const active = async (at: Party, token: string): Promise<boolean> => {
      const { text } = await post(endpoint(at, "token/introspect"), { token, ...client(at) });
      return z.object({ active: z.boolean() }).parse(JSON.parse(text)).active;
    };
    const refresh = (at: Party, token: string) =>
      post(endpoint(at, "token"), { grant_type: "refresh_token", refresh_token: token, ...client(at) });
    for (const { name, own, other } of pairs) {
      const { access_token, refresh_token, id_token } = tokensFrom(own);
      const userinfo = await call(endpoint(other, "userinfo"), { headers: bearer(access_token) });
      attacks.refused(name, "one's token at its userinfo", userinfo.status, 401);
      const introspected = await active(other, access_token);
      attacks.refused(name, "one's token at its introspection", introspected ? DONE : "inactive", "inactive");
      const signed = await isSignedBy(other, id_token);
      attacks.refused(name, "one's ID token by its keys", signed ? DONE : "not signed", "not signed");
      const refreshed = await refresh(other, refresh_token);
      attacks.refused(name, "one's refresh token there", outcomeOf(refreshed.text), "invalid_grant");
    }
    for (const party of parties) {
      const { access_token, refresh_token, id_token } = tokensFrom(party);
      const userinfo = await call(endpoint(party, "userinfo"), { headers: bearer(access_token) });
      attacks.works(party.id, "userinfo", userinfo.status, 200);
      attacks.works(party.id, "introspection", (await active(party, access_token)) ? DONE : "inactive");
      attacks.works(party.id, "the ID token", (await isSignedBy(party, id_token)) ? DONE : "not signed");
      attacks.works(party.id, "the refresh token", (await refresh(party, refresh_token)).status, 200);
    }
    await attackExchange(attacks, setting(), {
      tokenOf: (party) => tokensFrom(party).access_token,
      usernameOf: userOf,
      asAdministrator: (method, party, path, body) => asAdministrator(method, admin(party, path), body),
    });
  });

  it("the administrator of one realm sees and changes nothing of another", async () => {
    const { parties, pairs, keycloak } = setting();
    const reads = [
      "",
      "/users",
      "/clients",
      "/groups",
      "/roles",
      "/events",
      "/admin-events",
      "/identity-provider/instances",
    ];
    for (const { name, own, other } of pairs) {
      const headers = bearer(of(own).admin.access_token);
      for (const path of reads) {
        attacks.refused(name, `GET ${path || "the realm"}`, (await call(admin(other, path), { headers })).status, 403);
      }
      const json = { ...headers, "content-type": "application/json" };
      const user = { method: "POST", headers: json, body: JSON.stringify({ username: "intruder", enabled: true }) };
      attacks.refused(name, "make a user", (await call(admin(other, "/users"), user)).status, 403);
      const off = { method: "PUT", headers: json, body: JSON.stringify({ enabled: false }) };
      attacks.refused(name, "switch the realm off", (await call(admin(other, ""), off)).status, 403);
    }
    for (const party of parties) {
      const headers = bearer(of(party).admin.access_token);
      for (const path of reads) {
        attacks.works(
          party.id,
          `GET ${path || "the realm"}`,
          (await call(admin(party, path), { headers })).status,
          200,
        );
      }
      const list = await call(`${keycloak}/admin/realms?briefRepresentation=true`, { headers });
      const realms = z.array(z.object({ realm: z.string() })).safeParse(parseJson(list.text)).data ?? [];
      for (const other of parties.filter((candidate) => candidate !== party)) {
        const shown = realms.some(({ realm }) => other.outputs.realm.issuer.endsWith(`/${realm}`));
        attacks.refused(`${party.id} → ${other.id}`, "list realms", shown ? DONE : "hidden", "hidden");
      }
      const make = {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: '{"realm":"intruder"}',
      };
      attacks.refused(party.id, "make a realm", (await call(`${keycloak}/admin/realms`, make)).status, 403);
      attacks.refused(
        party.id,
        "see realm master",
        (await call(`${keycloak}/admin/realms/master`, { headers })).status,
        403,
      );
    }
  });

  function passwordForm(party: Party): Record<string, string> {
    // A public client that every realm has by itself.
    return { grant_type: "password", client_id: "admin-cli", username: userOf(party), password: of(party).password };
  }

  /** Makes the user, and logs it in both ways. */
  async function prepare(party: Party): Promise<Loot> {
    const password = `correct-horse-${party.id}-battery`;
    const username = userOf(party);
    await removeUser(party);
    const user = {
      username,
      enabled: true,
      emailVerified: true,
      email: `${username}@example.com`,
      firstName: "Isolation",
      lastName: "Test",
      credentials: [{ type: "password", value: password, temporary: false }],
    };
    const made = await asAdministrator("POST", admin(party, "/users"), user);
    assert.equal(made.status, 201, made.text);
    const [management] = listOf(await asAdministrator("GET", admin(party, "/clients?clientId=realm-management")));
    const id = management?.id ?? "";
    const role = JSON.parse(
      (await asAdministrator("GET", admin(party, `/clients/${id}/roles/realm-admin`))).text,
    ) as unknown;
    const mapped = await asAdministrator("POST", `${made.location}/role-mappings/clients/${id}`, [role]);
    assert.equal(mapped.status, 204, mapped.text);
    const { code, cookies } = await logInByForm(party, username, password);
    const form = { grant_type: "password", client_id: "admin-cli", username, password };
    const tokens = tokensOf(await post(endpoint(party, "token"), form));
    return { password, code, cookies, admin: tokens };
  }

  async function removeUser(party: Party): Promise<void> {
    const found = listOf(await asAdministrator("GET", admin(party, `/users?exact=true&username=${userOf(party)}`)));
    for (const { id } of found) await asAdministrator("DELETE", admin(party, `/users/${id}`));
  }

  async function asAdministrator(method: string, url: string, body?: unknown): Promise<Answer> {
    if (administrator === undefined || administrator.until < Date.now()) {
      const form = { grant_type: "password", client_id: "admin-cli", username: "admin" };
      const token = `${setting().keycloak}/realms/master/protocol/openid-connect/token`;
      const { access_token } = tokensOf(await post(token, { ...form, password: setting().keycloakAdminPassword }));
      administrator = { token: access_token, until: Date.now() + ADMINISTRATOR_MS };
    }
    const headers = { ...bearer(administrator.token), "content-type": "application/json" };
    return call(url, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  }
}

function userOf({ id }: Party): string {
  return `${USER}-${id}`;
}

function listOf({ text }: { text: string }): { id: string }[] {
  return z.array(z.object({ id: z.string() })).parse(JSON.parse(text));
}

function parseJson(text: string): unknown {
  return JSON.parse(text) as unknown;
}

/** OAuth's error of a token endpoint's answer. */
function outcomeOf(text: string): string {
  return z.object({ error: z.string().default(DONE) }).parse(JSON.parse(text)).error;
}

/** What a redirect carries: a code, which is success, or an error. */
function answerOf(location: string): string {
  const query = new URL(location).searchParams;
  return query.has("code") ? DONE : (query.get("error") ?? location);
}
