import assert from "node:assert/strict";
import { createHash, createPublicKey, randomBytes, verify } from "node:crypto";
import { z } from "zod";
import type { Party } from "./setting.ts";

/** An answer of Keycloak's. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly location: string;
  readonly cookies: readonly string[];
}

/** One request; redirects are not followed. */
export async function call(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(60_000), ...init });
  return {
    status: response.status,
    text: await response.text(),
    location: response.headers.get("location") ?? "",
    cookies: response.headers.getSetCookie().map((cookie) => cookie.split(";", 1)[0] ?? ""),
  };
}

/** The same as a form. */
export function post(
  url: string,
  form: Readonly<Record<string, string>>,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return call(url, { method: "POST", body: new URLSearchParams(form), headers });
}

/** With somebody's access token. */
export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

/** An endpoint of a tenant's realm. */
export function endpoint(
  { outputs }: Party,
  name: "auth" | "token" | "token/introspect" | "userinfo" | "certs",
): string {
  return `${outputs.realm.issuer}/protocol/openid-connect/${name}`;
}

/** A tenant's client, as the token endpoint wants it. */
export function client({ outputs }: Party): { client_id: string; client_secret: string } {
  return { client_id: outputs.realm.clientId, client_secret: outputs.realm.clientSecret };
}

/** Where a tenant's client redirects to. */
export function redirectUri({ outputs }: Party): string {
  return `https://${outputs.hosts[0] ?? ""}/auth_oauth/signin`;
}

/** The code challenge that goes with {@link VERIFIER}. */
const VERIFIER = randomBytes(32).toString("base64url");

/** The address that a browser is sent to for logging in to a tenant. */
export function loginUrl(party: Party, changes: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams({
    client_id: party.outputs.realm.clientId,
    response_type: "code",
    scope: "openid",
    state: "state",
    nonce: "nonce",
    redirect_uri: redirectUri(party),
    code_challenge: createHash("sha256").update(VERIFIER).digest("base64url"),
    code_challenge_method: "S256",
    ...changes,
  });
  return `${endpoint(party, "auth")}?${query.toString()}`;
}

/** What the browser has after a log-in. */
export interface Login {
  readonly code: string;
  readonly cookies: string;
}

/** Logs in through the form, as a browser does. */
export async function logInByForm(party: Party, username: string, password: string): Promise<Login> {
  const page = await call(loginUrl(party));
  assert.equal(page.status, 200, page.text);
  const action = /action="([^"]+)"/.exec(page.text)?.[1]?.replaceAll("&amp;", "&");
  assert.ok(action, "a form");
  const answer = await post(action, { username, password }, { cookie: page.cookies.join("; ") });
  assert.equal(answer.status, 302, answer.text);
  const code = new URL(answer.location).searchParams.get("code");
  assert.ok(code, answer.location);
  return { code, cookies: [...page.cookies, ...answer.cookies].join("; ") };
}

/** The form by which a tenant's Odoo redeems a code. */
export function redemption(party: Party, code: string): Record<string, string> {
  return {
    grant_type: "authorization_code",
    code,
    redirect_uri: redirectUri(party),
    code_verifier: VERIFIER,
    ...client(party),
  };
}

const tokensSchema = z.object({
  access_token: z.string(),
  refresh_token: z.string(),
  id_token: z.string().default(""),
});

/** Tokens of somebody's session. */
export type Tokens = z.output<typeof tokensSchema>;

/** Reads a token endpoint's answer. */
export function tokensOf({ status, text }: Answer): Tokens {
  assert.equal(status, 200, text);
  return tokensSchema.parse(JSON.parse(text));
}

const jwksSchema = z.object({ keys: z.array(z.looseObject({ kty: z.string(), use: z.string().optional() })) });

/** Whether a realm's published keys have signed a token. */
export async function isSignedBy(party: Party, token: string): Promise<boolean> {
  const { keys } = jwksSchema.parse(JSON.parse((await call(endpoint(party, "certs"))).text));
  const [header = "", body = "", signature = ""] = token.split(".");
  return keys
    .filter(({ kty, use }) => kty === "RSA" && use === "sig")
    .some((key) =>
      verify(
        "RSA-SHA256",
        Buffer.from(`${header}.${body}`),
        createPublicKey({ key, format: "jwk" }),
        Buffer.from(signature, "base64url"),
      ),
    );
}
