import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { SignOnPlace } from "../../features/delivery/smoke/odooSignOn.ts";

/** How an Odoo and its realm behave; what is wrong with them, where something is. */
export interface Behaviour {
  /** Whether Odoo lets the person in, or what it says. */
  readonly refusal?: string;
  /** Whether Odoo's log-out leaves the realm's session. */
  readonly keepsRealmSession?: boolean;
  /** Whether admin/admin opens. */
  readonly knownPassword?: boolean;
  readonly signUp?: boolean;
  /** Whether the database manager is on. */
  readonly manager?: boolean;
  /** Another button. */
  readonly other?: string;
}

/** Whom the realm lets in. */
export const PERSON = { username: "anna", password: "right" };

/** Odoo at `localhost`, the realm at `127.0.0.1`: cookies of one are not the other's. */
export class FakeOdoo {
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
    const {
      refusal,
      keepsRealmSession = false,
      knownPassword = false,
      signUp = false,
      other = "",
      manager = false,
    } = this.behaviour;
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
      case "/web/database/manager":
        return { text: manager ? "Create Database" : "The database manager has been disabled by the administrator" };
      case "/jsonrpc":
        return { text: JSON.stringify(manager ? { result: ["acme"] } : { error: { code: 200 } }) };
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
