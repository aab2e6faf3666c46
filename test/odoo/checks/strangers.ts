import { equal, holds } from "../check.ts";
import type { Check, Finding } from "../check.ts";
import { WEB } from "../walk.ts";

/** Pairs that Odoo, its demo data or its modules are known to make. */
const KNOWN_PASSWORDS = ["admin", "demo", "portal", "odoo", "password"];

/** Nobody gets in without the realm: no known password, no sign-up, no other provider, no database manager. */
export const strangers: Check = {
  title: "strangers",
  run: async (walk) => {
    const web = await walk.startWeb();
    try {
      const database = walk.own.database.name;
      const findings: Finding[] = [];
      const opened: string[] = [];
      for (const login of ["admin", "demo", "portal", "odoobot", "__system__"])
        for (const password of KNOWN_PASSWORDS) {
          const uid = await authenticate(database, login, password);
          if (uid !== undefined) opened.push(`${login}/${password}`);
        }
      findings.push(equal("log-ins with known passwords that are let in", opened, []));
      const login = await page("/web/login");
      findings.push(
        equal("links of the log-in page to sign up", matches(login, /href="[^"]*\/web\/signup[^"]*"/g), []),
        equal(
          "links of the log-in page to reset a password",
          matches(login, /href="[^"]*\/web\/reset_password[^"]*"/g),
          [],
        ),
        equal("log-in with odoo.com", matches(login, /Odoo\.com/g), []),
        holds(
          "providers of the log-in page",
          matches(login, /class="[^"]*o_auth_oauth_providers[^"]*"/g).length === 1 &&
            login.includes(walk.own.realm.issuer),
          matches(login, /openid-connect\/auth/g),
          `one, of ${walk.own.realm.issuer}`,
        ),
      );
      for (const [path, what] of [
        ["/web/signup", "sign-up"],
        ["/web/reset_password", "reset of a password"],
      ] as const) {
        const { status } = await fetch(`${WEB}${path}`, { redirect: "manual" });
        findings.push(holds(what, status === 404, status, "404"));
      }
      const manager = await page("/web/database/manager");
      const isOff = manager.includes("database manager has been disabled");
      findings.push(holds("database manager", isOff, isOff ? "disabled" : manager, "disabled"));
      const list = await rpc("/jsonrpc", { service: "db", method: "list", args: [] });
      findings.push(equal("list of databases by RPC", "error" in list ? "refused" : list, "refused"));
      return findings;
    } finally {
      await web.stop();
    }
  },
};

async function page(path: string): Promise<string> {
  return await (await fetch(`${WEB}${path}`)).text();
}

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([match]) => match);
}

async function rpc(path: string, params: unknown): Promise<object> {
  const answer = await fetch(`${WEB}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", method: "call", params, id: 1 }),
  });
  const body: unknown = await answer.json();
  if (typeof body !== "object" || body === null) throw new Error(`${path} answers ${JSON.stringify(body)}`);
  return body;
}

/** The user's id when Odoo lets the person in. */
async function authenticate(db: string, login: string, password: string): Promise<number | undefined> {
  const answer = await rpc("/web/session/authenticate", { db, login, password });
  const result = "result" in answer ? answer.result : undefined;
  const uid = typeof result === "object" && result !== null && "uid" in result ? result.uid : undefined;
  return typeof uid === "number" ? uid : undefined;
}
