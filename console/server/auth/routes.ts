import { Hono } from "hono";
import { audit } from "../audit.ts";
import { Problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { tokensOf } from "./keycloak.ts";

/** Longest address to come back to. */
const MAX_ADDRESS = 1000;

/** The address of a page of this site; the first page's where the text leads elsewhere, by whatever a browser makes of it. */
function ownAddress(text: string, site: string): string {
  const address = text.length > MAX_ADDRESS ? null : URL.parse(text, site);
  return address?.origin === site ? address.href : `${site}/`;
}

/** Log-in, log-out, and Keycloak's word that a session has ended. */
export function authRoutes({ settings, database, keycloak, sessions, log }: Services): Hono {
  const app = new Hono();

  app.get("/login", async (context) => {
    const returnTo = context.req.query("returnTo") ?? "/";
    const { to, begun } = await keycloak.begin().catch((error: unknown) => {
      log.error({ err: error }, "the realm cannot be reached");
      throw new Problem(502, "Keycloak cannot be reached", "Try again in a minute. See docs/runbooks/console.md");
    });
    await sessions.remember(context, begun, ownAddress(returnTo, settings.CONSOLE_URL));
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
    const ended = await sessions.end(context);
    const home = `${settings.CONSOLE_URL}/`;
    if (ended === undefined) return context.json({ to: home });
    await audit(database, { login: ended.login, action: "session:end", outcome: "allowed" });
    if (ended.tokens === undefined) return context.json({ to: home });
    // The session has ended here, whatever Keycloak says.
    const to = await keycloak.logoutAddress(tokensOf(ended.tokens)).catch(() => home);
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
