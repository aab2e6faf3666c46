import { Hono } from "hono";
import { audit } from "../audit.ts";
import { Problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { tokensOf } from "./keycloak.ts";

/** A path of this site: one that begins with two slashes, or with a backslash, leads to another. */
const OWN_PATH = /^\/(?![/\\])[^\\\r\n]{0,500}$/;

/** Log-in, log-out, and Keycloak's word that a session has ended. */
export function authRoutes({ settings, database, keycloak, sessions, log }: Services): Hono {
  const app = new Hono();

  app.get("/login", async (context) => {
    const returnTo = context.req.query("returnTo") ?? "/";
    const { to, begun } = await keycloak.begin().catch((error: unknown) => {
      log.error({ err: error }, "the realm cannot be reached");
      throw new Problem(502, "Keycloak cannot be reached", "Try again in a minute. See docs/runbooks/console.md");
    });
    await sessions.remember(context, begun, OWN_PATH.test(returnTo) ? returnTo : "/");
    return context.redirect(to.href);
  });

  app.get("/callback", async (context) => {
    const begun = await sessions.recall(context);
    // An old address, the back button, or a log-in that another site began: begin one here.
    if (begun === undefined) return context.redirect("/auth/login");
    const person = await keycloak.finish(new URL(context.req.url).search, begun).catch((error: unknown) => {
      log.warn({ err: error }, "a log-in failed");
      throw new Problem(401, "Keycloak did not log you in", `Try again: ${settings.CONSOLE_URL}/auth/login`);
    });
    await sessions.start(context, person);
    await audit(database, { login: person.login, action: "session:start", outcome: "allowed" });
    return context.redirect(begun.returnTo);
  });

  app.post("/logout", async (context) => {
    const tokens = await sessions.end(context);
    const home = `${settings.CONSOLE_URL}/`;
    if (tokens === undefined) return context.json({ to: home });
    // The session has ended here, whatever Keycloak says.
    const to = await keycloak.logoutAddress(tokensOf(tokens)).catch(() => home);
    return context.json({ to });
  });

  app.post("/backchannel-logout", async (context) => {
    const { logout_token: token } = await context.req.parseBody();
    if (typeof token !== "string") throw new Problem(400, "There is no logout_token");
    const { issuer, subject } = await keycloak.verifyLogout(token).catch((error: unknown) => {
      log.warn({ err: error }, "a logout token was refused");
      throw new Problem(400, "The logout_token is not valid");
    });
    const ended = await sessions.endAll(issuer, subject);
    log.info({ ended }, "sessions ended by Keycloak");
    context.header("Cache-Control", "no-store");
    return context.body(null, 200);
  });
  return app;
}
