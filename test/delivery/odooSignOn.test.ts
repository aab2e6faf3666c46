import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Browser } from "../../delivery/smoke/browser.ts";
import { buttons, openToStrangers, passwordOpens, signedOn, signOff, signOn } from "../../delivery/smoke/odooSignOn.ts";
import type { SignOnPlace } from "../../delivery/smoke/odooSignOn.ts";

/** How an Odoo and its realm behave; what is wrong with them, where something is. */
interface Behaviour {
  /** Whether Odoo lets the person in, or what it says. */
  readonly refusal?: string;
  /** Whether Odoo's log-out leaves the realm's session. */
  readonly keepsRealmSession?: boolean;
  /** Whether admin/admin opens. */
  readonly knownPassword?: boolean;
  readonly signUp?: boolean;
  /** Another button. */
  readonly other?: string;
}

const PERSON = { username: "anna", password: "right" };

/** Odoo at `localhost`, the realm at `127.0.0.1`: cookies of one are not the other's. */
class Fake {
  readonly #server: Server;
  behaviour: Behaviour = {};

  constructor() {
    this.#server = createServer((request, response) => {
      void bodyOf(request).then((body) => {
        const { status = 200, location, cookies = [], text = "" } = this.#answer(request, body);
        response.writeHead(status, {
          ...(location && { location }),
          "set-cookie": [...cookies],
          "content-type": "text/html",
        });
        response.end(text);
      });
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, resolve));
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  get place(): SignOnPlace {
    const { port } = this.#server.address() as AddressInfo;
    return { odoo: `http://localhost:${port}`, issuer: `http://127.0.0.1:${port}/realms/acme` };
  }

  #answer({ url = "", headers, method }: IncomingMessage, body: URLSearchParams): Answer {
    const { odoo, issuer } = this.place;
    const { refusal, keepsRealmSession = false, knownPassword = false, signUp = false, other = "" } = this.behaviour;
    const has = (cookie: string) => (headers.cookie ?? "").split("; ").includes(cookie);
    const [path = ""] = url.split("?");
    const back = `${odoo}/auth_oauth/signin?code=1&state=2`;
    switch (path) {
      case "/web/login": {
        if (method === "POST") {
          const isKnown = knownPassword && body.get("login") === "admin" && body.get("password") === "admin";
          assert.equal(body.get("csrf_token"), "token");
          return isKnown ? { status: 303, location: "/odoo", cookies: ["session_id=in; Path=/"] } : {};
        }
        const error = has("told=1") ? `<p class="alert alert-danger" role="alert">\n ${refusal ?? ""}\n </p>` : "";
        const link = `${issuer}/protocol/openid-connect/auth?client_id=odoo&amp;nonce=1`;
        const list = `<a class="list-group-item" href="${link}"><i class="fa"></i> Log in with Acme &amp; Co</a>${other}`;
        return {
          cookies: ["told=; Max-Age=0"],
          text: `<form><input type="hidden" name="csrf_token" value="token"/>${error}<div class="o_auth_oauth_providers list-group">${list}</div></form>`,
        };
      }
      case "/realms/acme/protocol/openid-connect/auth":
        if (has("realm=in")) return { status: 302, location: back };
        return { text: `<form id="kc-form-login" action="${issuer}/authenticate?x=1&amp;y=2" method="post">` };
      case "/realms/acme/authenticate":
        assert.ok(url.endsWith("?x=1&y=2"), url);
        if (body.get("password") !== PERSON.password) return { text: '<span id="input-error">Invalid username</span>' };
        return { status: 302, location: back, cookies: ["realm=in; Path=/; HttpOnly"] };
      case "/auth_oauth/signin":
        return refusal === undefined
          ? { status: 303, location: "/odoo", cookies: ["session_id=in; Path=/"] }
          : { status: 303, location: `${issuer}/protocol/openid-connect/logout`, cookies: ["told=1"] };
      case "/web/session/logout": {
        const location = keepsRealmSession ? "/web/login" : `${issuer}/protocol/openid-connect/logout`;
        return { status: 303, location, cookies: ["session_id=; Max-Age=0"] };
      }
      case "/realms/acme/protocol/openid-connect/logout":
        return {
          status: 302,
          location: `${odoo}/web/login`,
          cookies: ["realm=; Expires=Thu, 01-Jan-1970 00:00:10 GMT"],
        };
      case "/web/session/get_session_info": {
        const result = { uid: 7, username: "anna@acme.example", is_system: false, is_internal_user: true };
        return { text: JSON.stringify(has("session_id=in") ? { result } : { error: { code: 100 } }) };
      }
      case "/web/signup":
        return { status: signUp ? 200 : 404 };
      default:
        return { status: path === "/odoo" ? 200 : 404 };
    }
  }
}

interface Answer {
  readonly status?: number;
  readonly location?: string;
  readonly cookies?: readonly string[];
  readonly text?: string;
}

async function bodyOf(request: IncomingMessage): Promise<URLSearchParams> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return new URLSearchParams(text);
}

describe("a log-in to Odoo", () => {
  const fake = new Fake();
  before(() => fake.start());
  after(() => {
    fake.stop();
  });
  beforeEach(() => {
    fake.behaviour = {};
  });

  it("goes through the realm's form, and the log-out ends both sessions", async () => {
    const browser = new Browser();
    assert.deepEqual(await signOn(browser, fake.place, PERSON), {
      user: { uid: 7, login: "anna@acme.example", isSystem: false, isInternal: true },
    });
    await signOff(browser, fake.place);
    assert.equal(await signedOn(browser, fake.place), undefined);
  });

  it("tells what Odoo says when it refuses", async () => {
    fake.behaviour = { refusal: "You may not use this Odoo." };
    assert.deepEqual(await signOn(new Browser(), fake.place, PERSON), { refusal: "You may not use this Odoo." });
    // The realm's session has ended too: the next person has a form.
    fake.behaviour = {};
    await assert.rejects(
      signOn(new Browser(), fake.place, { ...PERSON, password: "wrong" }),
      /answers 200 Invalid username/,
    );
  });

  it("sees a realm's session that outlasts the log-out", async () => {
    fake.behaviour = { keepsRealmSession: true };
    const browser = new Browser();
    await signOn(browser, fake.place, PERSON);
    await assert.rejects(signOff(browser, fake.place), /lets the person in again after the log-out/);
  });

  it("sees a second button", async () => {
    fake.behaviour = { other: '<a href="https://accounts.odoo.com/oauth2/auth?x">Log in with Odoo.com</a>' };
    await assert.rejects(
      signOn(new Browser(), fake.place, PERSON),
      /"Log in with Acme & Co", "Log in with Odoo\.com", expected one/,
    );
    assert.deepEqual(buttons("<p>none</p>"), []);
  });

  it("sees a known password and open doors", async () => {
    const known = { login: "admin", password: "admin" };
    assert.equal(await passwordOpens(new Browser(), fake.place, known), false);
    assert.deepEqual(await openToStrangers(new Browser(), fake.place), []);
    fake.behaviour = { knownPassword: true, signUp: true };
    assert.equal(await passwordOpens(new Browser(), fake.place, known), true);
    assert.deepEqual(await openToStrangers(new Browser(), fake.place), ["sign up (/web/signup answers 200)"]);
  });

  it("reaches a host by a detour", async () => {
    const { odoo, issuer } = fake.place;
    const detours = new Map([
      ["erp.acme.example", { origin: odoo, headers: { "x-forwarded-host": "erp.acme.example" } }],
    ]);
    const page = await new Browser(detours).request("https://erp.acme.example/web/login");
    assert.equal(page.status, 200);
    assert.ok(page.text.includes(issuer));
  });
});
