import { createHash, createPublicKey, randomBytes, randomUUID, verify } from "node:crypto";
import { z } from "zod";
import { KeycloakAdmin } from "../../../lib/keycloakAdmin.ts";
import type { StackAccess, TenantAccess } from "./access.ts";

const tokens = z.object({ id_token: z.string() });
const jwks = z.object({ keys: z.array(z.looseObject({ kty: z.string(), use: z.string().exactOptional() })) });
const claims = z.object({
  iss: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
  nonce: z.string(),
  preferred_username: z.string(),
  exp: z.number(),
});

/** Seconds that a request may take. */
const TIMEOUT_SECONDS = 30;

async function call(url: string, init: RequestInit = {}): Promise<Response> {
  return await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_SECONDS * 1000), ...init });
}

/**
 * Logs a person in to a tenant as a browser and Odoo do together: authorization code with PKCE through the realm's own
 * form, the code redeemed by Odoo's client, the ID token verified by the realm's keys. The person is made for it and
 * removed again.
 *
 * @throws Error that says which step did not go as it should
 */
export async function logIn(realm: string, access: StackAccess, tenant: TenantAccess): Promise<string> {
  const { settings, keycloakClientSecret } = access;
  const admin = await KeycloakAdmin.logIn({ ...settings.keycloak, clientSecret: keycloakClientSecret });
  const username = `smoke-${randomUUID()}`;
  const password = randomBytes(24).toString("base64url") + "aA1!";
  const user = await admin.addUser(realm, username, password);
  try {
    return await redeem(tenant, await formLogin(tenant, username, password), username);
  } finally {
    await admin.removeUser(realm, user);
  }
}

interface Code {
  readonly code: string;
  readonly verifier: string;
  readonly nonce: string;
  readonly redirect: string;
}

async function formLogin({ realm, hosts }: TenantAccess, username: string, password: string): Promise<Code> {
  const [verifier, nonce] = [randomBytes(32).toString("base64url"), randomUUID()];
  const redirect = `https://${hosts[0] ?? ""}/auth_oauth/signin`;
  const parameters = new URLSearchParams({
    client_id: realm.clientId,
    response_type: "code",
    scope: "openid",
    state: randomUUID(),
    nonce,
    redirect_uri: redirect,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  });
  const page = await call(`${realm.issuer}/protocol/openid-connect/auth?${parameters.toString()}`);
  const html = await page.text();
  const action = /action="([^"]+)"/.exec(html)?.[1]?.replaceAll("&amp;", "&");
  if (page.status !== 200 || action === undefined)
    throw new Error(`the log-in page answers ${page.status} without a form`);
  const cookie = page.headers
    .getSetCookie()
    .map((text) => text.split(";", 1)[0] ?? "")
    .join("; ");
  const answer = await call(action, {
    method: "POST",
    headers: { cookie },
    body: new URLSearchParams({ username, password }),
  });
  const location = answer.headers.get("location") ?? "";
  const code = URL.canParse(location) ? new URL(location).searchParams.get("code") : null;
  if (answer.status !== 302 || !location.startsWith(redirect) || code === null) {
    throw new Error(`the log-in form answers ${answer.status}, and does not lead back to ${redirect} with a code`);
  }
  return { code, verifier, nonce, redirect };
}

async function redeem(
  { realm }: TenantAccess,
  { code, verifier, nonce, redirect }: Code,
  username: string,
): Promise<string> {
  const answer = await call(`${realm.issuer}/protocol/openid-connect/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      code,
      redirect_uri: redirect,
      code_verifier: verifier,
      client_id: realm.clientId,
      client_secret: realm.clientSecret,
    }),
  });
  if (!answer.ok) throw new Error(`the code is not redeemed (status ${answer.status})`);
  const { id_token } = tokens.parse(await answer.json());
  const [header = "", body = "", signature = ""] = id_token.split(".");
  const { keys } = jwks.parse(await (await call(`${realm.issuer}/protocol/openid-connect/certs`)).json());
  const isSigned = keys
    .filter(({ kty, use }) => kty === "RSA" && use === "sig")
    .some((key) =>
      verify(
        "RSA-SHA256",
        Buffer.from(`${header}.${body}`),
        createPublicKey({ key, format: "jwk" }),
        Buffer.from(signature, "base64url"),
      ),
    );
  if (!isSigned) throw new Error("the ID token is not signed (RS256) by the realm's keys");
  const said = claims.parse(JSON.parse(Buffer.from(body, "base64url").toString("utf8")));
  const wrong = [
    said.iss === realm.issuer ? "" : `iss is ${said.iss}`,
    [said.aud].flat().includes(realm.clientId) ? "" : "aud is another client",
    said.nonce === nonce ? "" : "nonce is another",
    said.preferred_username === username ? "" : "it is another person's",
    said.exp * 1000 > Date.now() ? "" : "it has expired",
  ].filter((text) => text !== "");
  if (wrong.length > 0) throw new Error(`the ID token is not right: ${wrong.join(", ")}`);
  return "by code and PKCE through the realm's form, ID token verified";
}
