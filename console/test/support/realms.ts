import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import { text } from "node:stream/consumers";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import type { CryptoKey, JWK } from "jose";

const EVENT = { "http://schemas.openid.net/event/backchannel-logout": {} };

type Claims = Readonly<Record<string, unknown>>;

/** A realm that answers what a client asks: its metadata, its keys, and tokens for codes that a test has made. */
export class TestRealm {
  readonly issuer: string;
  /** Answered to every use of a refresh token; undefined: the realm refuses. */
  refreshed: Claims | undefined;
  readonly #key: CryptoKey;
  readonly #jwk: JWK;
  readonly #codes = new Map<string, Claims>();

  private constructor(issuer: string, key: CryptoKey, jwk: JWK) {
    this.issuer = issuer;
    this.#key = key;
    this.#jwk = jwk;
  }

  static async create(issuer: string): Promise<TestRealm> {
    const { publicKey, privateKey } = await generateKeyPair("RS256");
    return new TestRealm(issuer, privateKey, { ...(await exportJWK(publicKey)), alg: "RS256", use: "sig", kid: "one" });
  }

  /** A code as a log-in gets it. @param claims of the ID token that it is exchanged for */
  code(claims: Claims): string {
    const code = randomUUID();
    this.#codes.set(code, claims);
    return code;
  }

  /** A logout token of Keycloak's form. @param more claims that differ */
  async token(more: Claims = {}, age = 0, key = this.#key): Promise<string> {
    const claims = { iss: this.issuer, aud: "console", sub: "ada", sid: "one", jti: "x", events: EVENT };
    return this.#sign({ ...claims, iat: now() - age, ...more }, key);
  }

  /** @param path below the realm */
  async answer(path: string, request: IncomingMessage): Promise<{ readonly status?: number; readonly body: unknown }> {
    if (path === "/certs") return { body: { keys: [this.#jwk] } };
    if (path === "/token") return this.#tokens(new URLSearchParams(await text(request)));
    return {
      body: {
        issuer: this.issuer,
        jwks_uri: `${this.issuer}/certs`,
        token_endpoint: `${this.issuer}/token`,
        authorization_endpoint: `${this.issuer}/auth`,
        end_session_endpoint: `${this.issuer}/logout`,
        authorization_response_iss_parameter_supported: true,
      },
    };
  }

  async #tokens(form: URLSearchParams) {
    const code = form.get("code") ?? "";
    const claims = form.get("grant_type") === "refresh_token" ? this.refreshed : this.#codes.get(code);
    this.#codes.delete(code);
    if (claims === undefined) return { status: 400, body: { error: "invalid_grant" } };
    const all = { iss: this.issuer, aud: "console", iat: now(), exp: now() + 300, ...claims };
    const tokens = { access_token: "access", refresh_token: "refresh", token_type: "Bearer", expires_in: 300 };
    return { body: { ...tokens, id_token: await this.#sign(all, this.#key) } };
  }

  #sign(claims: Claims, key: CryptoKey): Promise<string> {
    return new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "one" }).sign(key);
  }
}

/** A server with several realms, as Keycloak is one. */
export class TestRealms {
  readonly #server: Server;
  readonly #realms: ReadonlyMap<string, TestRealm>;

  private constructor(server: Server, realms: ReadonlyMap<string, TestRealm>) {
    this.#server = server;
    this.#realms = realms;
  }

  /** @param names of the realms; the staff's is `platform` */
  static async start(...names: readonly string[]): Promise<TestRealms> {
    const realms = new Map<string, TestRealm>();
    const server = createServer((request, response) => {
      const [, name = "", path = ""] = /^\/realms\/([^/]+)(\/.*)$/.exec(request.url ?? "") ?? [];
      const realm = realms.get(name);
      response.setHeader("content-type", "application/json");
      const answer = realm?.answer(path, request) ?? Promise.resolve({ status: 404, body: { error: "no realm" } });
      void answer.then(({ status = 200, body }) => response.writeHead(status).end(JSON.stringify(body)));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    assert.ok(address !== null && typeof address === "object");
    for (const name of ["platform", ...names]) {
      realms.set(name, await TestRealm.create(`http://127.0.0.1:${address.port}/realms/${name}`));
    }
    return new TestRealms(server, realms);
  }

  realm(name = "platform"): TestRealm {
    return this.#realms.get(name) ?? assert.fail(name);
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}
