import { randomBytes } from "node:crypto";
import { WEB } from "./walk.ts";
import type { Walk } from "./walk.ts";

/** Somebody who is logged in to Odoo with a password of its own, which only this walk gives. */
export interface Session {
  readonly login: string;
  readonly cookie: string;
}

/** Makes an internal user with a random password, with rights to the settings, and logs in. The web pod must run. */
export async function logInAsTester(walk: Walk): Promise<Session> {
  const login = "odoo-check@example.com";
  const password = randomBytes(18).toString("base64url");
  await walk.shell(`
users = env["res.users"].with_context(active_test=False, no_reset_password=True)
user = users.search([("login", "=", "${login}")]) or users.create({"name": "Odoo check", "login": "${login}"})
user.write({"active": True, "password": "${password}", "groups_id": [(4, env.ref("base.group_system").id)]})
env.cr.commit()
`);
  const answer = await fetch(`${WEB}/web/session/authenticate`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      jsonrpc: "2.0",
      method: "call",
      params: { db: walk.own.database.name, login, password },
    }),
  });
  const cookie = answer.headers
    .getSetCookie()
    .map((text) => text.split(";", 1)[0] ?? "")
    .join("; ");
  const body = await answer.text();
  if (!cookie.includes("session_id=") || body.includes('"error"')) throw new Error(`the tester is not let in: ${body}`);
  return { login, cookie };
}

/** Takes the tester's rights away again. */
export async function removeTester(walk: Walk, { login }: Session): Promise<void> {
  await walk.shell(`
env["res.users"].search([("login", "=", "${login}")]).write({"active": False})
env.cr.commit()
`);
}
