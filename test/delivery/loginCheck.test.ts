import { KubeConfig } from "@kubernetes/client-node";
import assert from "node:assert/strict";
import { createHash, createSign, generateKeyPairSync } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { stackSchema } from "../../config/schemas/stack.ts";
import type { TenantAccess } from "../../features/delivery/smoke/access.ts";
import { logIn } from "../../features/delivery/smoke/login.ts";
import { validStack } from "../support/stackValues.ts";

const CLIENT = "odoo";
const PERSON = "u1";
const ours = generateKeyPairSync("rsa", { modulusLength: 2048 });
const theirs = generateKeyPairSync("rsa", { modulusLength: 2048 });

type Claims = Readonly<Record<string, unknown>>;

/** A Keycloak with realm acme, and what is wrong with the ID tokens that it gives. */
class FakeRealm {
  readonly #server: Server;
  /** Changes what a right token says. */
  change: (claims: Claims) => Claims = (claims) => claims;
  /** Signs the token; the realm publishes the key of `ours`. */
  key: KeyObject = ours.privateKey;
  /** Ids of people who were removed. */
  removed: string[] = [];
  #username = "";
  #asked = new URLSearchParams();

  constructor() {
    this.#server = createServer((request, response) => {
      void textOf(request).then((body) => {
        const { status = 200, headers = {}, json, text } = this.#answer(request, body);
        response.writeHead(status, headers);
        response.end(text ?? JSON.stringify(json ?? {}));
      });
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((done) => this.#server.listen(0, "127.0.0.1", done));
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get issuer(): string {
    return `${this.url}/realms/acme`;
  }

  #answer({ url = "", method }: IncomingMessage, body: string): Answer {
    const { pathname, searchParams } = new URL(url, this.url);
    switch (`${method} ${pathname}`) {
      case "POST /realms/master/protocol/openid-connect/token":
        return { json: { access_token: "admin" } };
      case "POST /admin/realms/acme/users":
        this.#username = String((JSON.parse(body) as Claims)["username"]);
        return { status: 201, headers: { location: `${this.url}/admin/realms/acme/users/${PERSON}` } };
      case `DELETE /admin/realms/acme/users/${PERSON}`:
        this.removed.push(PERSON);
        return { status: 204 };
      case "GET /realms/acme/protocol/openid-connect/auth":
        this.#asked = searchParams;
        return { text: `<form action="${this.issuer}/form?a=1&amp;b=2">` };
      case "POST /realms/acme/form":
        return { status: 302, headers: { location: `${this.#asked.get("redirect_uri") ?? ""}?code=c` } };
      case "POST /realms/acme/protocol/openid-connect/token":
        return this.#isRedeemed(new URLSearchParams(body)) ? { json: { id_token: this.#idToken() } } : { status: 400 };
      case "GET /realms/acme/protocol/openid-connect/certs":
        return { json: { keys: [{ ...ours.publicKey.export({ format: "jwk" }), use: "sig" }] } };
      default:
        return { status: 404 };
    }
  }

  #isRedeemed(body: URLSearchParams): boolean {
    const challenge = createHash("sha256")
      .update(body.get("code_verifier") ?? "")
      .digest("base64url");
    return body.get("code") === "c" && challenge === this.#asked.get("code_challenge");
  }

  #idToken(): string {
    const claims = this.change({
      iss: this.issuer,
      aud: CLIENT,
      nonce: this.#asked.get("nonce"),
      preferred_username: this.#username,
      exp: Math.floor(Date.now() / 1000) + 60,
    });
    const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");
    const signed = `${encode({ alg: "RS256" })}.${encode(claims)}`;
    return `${signed}.${createSign("RSA-SHA256").update(signed).sign(this.key, "base64url")}`;
  }
}

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: object;
  readonly text?: string;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString("utf8");
}

describe("the smoke test of the log-in", () => {
  let realm: FakeRealm;
  beforeEach(async () => {
    realm = new FakeRealm();
    await realm.start();
  });
  afterEach(() => {
    realm.stop();
    assert.deepEqual(realm.removed, [PERSON], "the person is removed, however it went");
  });

  function login(): Promise<string> {
    const settings = stackSchema.parse({
      ...validStack(),
      environment: "sandbox",
      keycloak: { url: realm.url, clientId: "odoo-saas", cidrs: ["127.0.0.1/32"] },
    });
    const server = { host: "127.0.0.1", port: 1, password: "x", name: "acme", role: "acme" };
    const tenant: TenantAccess = {
      lifecycle: "active",
      namespace: "",
      hosts: ["acme.example"],
      database: server,
      realm: { issuer: realm.issuer, clientId: CLIENT, clientSecret: "s" },
      analytics: { ...server, schema: "acme" },
    };
    const access = {
      settings,
      keycloakClientSecret: "s",
      kubeConfig: new KubeConfig(),
      tenants: new Map([["acme", tenant]]),
    };
    return logIn("acme", access, tenant);
  }

  it("passes with a token that is the realm's, for the client, the person and this log-in", async () => {
    assert.match(await login(), /ID token verified/);
  });

  it("passes with a token that is for other clients too", async () => {
    realm.change = (claims) => ({ ...claims, aud: ["account", CLIENT] });
    assert.match(await login(), /ID token verified/);
  });

  for (const [wrong, value, said] of [
    ["nonce", "of-another-log-in", "nonce is another"],
    ["iss", "https://login.example/realms/globex", "iss is https://login.example/realms/globex"],
    ["aud", "account", "aud is another client"],
    ["preferred_username", "anna", "it is another person's"],
    ["exp", 1_000_000_000, "it has expired"],
  ] as const) {
    it(`refuses a token with another ${wrong}`, async () => {
      realm.change = (claims) => ({ ...claims, [wrong]: value });
      await assert.rejects(login(), { message: `the ID token is not right: ${said}` });
    });
  }

  it("refuses a token without a nonce", async () => {
    realm.change = (claims) => ({ ...claims, nonce: undefined });
    await assert.rejects(login(), /nonce/);
  });

  it("refuses a token that another key has signed", async () => {
    realm.key = theirs.privateKey;
    await assert.rejects(login(), { message: "the ID token is not signed (RS256) by the realm's keys" });
  });
});
