import { Hono } from "hono";
import type { Context } from "hono";
import { TENANT_ADMIN } from "../../api/access.ts";
import { audit } from "../audit.ts";
import { Problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { tokensOf } from "./keycloak.ts";
import type { Person } from "./keycloak.ts";
import { noLogin, requireOpen } from "./tenants.ts";

/** Longest address to come back to. */
const MAX_ADDRESS = 1000;

/** The address of a page of this site; the first page's where the text leads elsewhere, by whatever a browser makes of it. */
function ownAddress(text: string, site: string): string {
  const address = text.length > MAX_ADDRESS ? null : URL.parse(text, site);
  return address?.origin === site ? address.href : `${site}/`;
}

/** Log-in, log-out, and a realm's word that a session has ended; each for the staff's realm, and for each tenant's. */
export function authRoutes(services: Services): Hono {
  const { settings, database, realms, sessions, log } = services;
  const app = new Hono();

  app.get("/login", (context) => begin(services, context, null));

  app.get("/callback/:tenant?", async (context) => {
    const tenant = context.req.param("tenant") ?? null;
    const begun = await sessions.recall(context);
    const again = tenant === null ? "/auth/login" : `/login/${encodeURIComponent(tenant)}`;
    // An old address, the back button, or a log-in that another site began: begin one here.
    if (begun === undefined) return context.redirect(again);
    const realm = realms.of(begun.tenant);
    if (begun.tenant !== tenant || realm === undefined) {
      log.warn({ began: begun.tenant, answered: tenant }, "an answer came to another realm's address");
      throw new Problem(401, "The answer is of another log-in than the one that you began", "Log in again");
    }
    const person = await realm.finish(new URL(context.req.url).search, begun).catch((error: unknown) => {
      log.warn({ err: error }, "a log-in failed");
      throw new Problem(401, "Keycloak did not log you in", `Try again: ${settings.CONSOLE_URL}${again}`);
    });
    if (tenant !== null) await requireAdministrator(services, tenant, person);
    await sessions.start(context, person);
    await audit(database, {
      login: person.login,
      action: "session:start",
      outcome: "allowed",
      tenant: tenant ?? undefined,
    });
    return context.redirect(begun.returnTo);
  });

  app.post("/logout", async (context) => {
    const ended = await sessions.end(context);
    const home = `${settings.CONSOLE_URL}/`;
    if (ended === undefined) return context.json({ to: home });
    await audit(database, { login: ended.login, action: "session:end", outcome: "allowed" });
    if (ended.tokens === undefined) return context.json({ to: home });
    // The session has ended here, whatever Keycloak says.
    const to = await realms
      .of(ended.tenant)
      ?.logoutAddress(tokensOf(ended.tokens))
      .catch(() => home);
    return context.json({ to: to ?? home });
  });

  app.post("/backchannel-logout/:tenant?", async (context) => {
    const { logout_token: token } = await context.req.parseBody();
    if (typeof token !== "string") throw new Problem(400, "There is no logout_token");
    const tenant = context.req.param("tenant") ?? null;
    const isKnown = tenant === null || (await hasSessions(services, tenant));
    const realm = isKnown ? realms.of(tenant) : undefined;
    if (realm === undefined) throw new Problem(400, "The logout_token is of nobody who is logged in");
    const { issuer, subject } = await realm.verifyLogout(token).catch((error: unknown) => {
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

/** Begins a log-in at a realm. @param tenant null: the staff's */
export async function begin(
  { settings, realms, sessions, database, log }: Services,
  context: Context,
  tenant: string | null,
): Promise<Response> {
  const returnTo = context.req.query("returnTo") ?? "/";
  if (tenant !== null) await requireOpen(database, tenant);
  const realm = realms.of(tenant);
  if (realm === undefined) throw noLogin(tenant ?? "");
  const { to, begun } = await realm.begin().catch((error: unknown) => {
    log.error({ err: error, tenant }, "the realm cannot be reached");
    throw new Problem(502, "Keycloak cannot be reached", "Try again in a minute. See docs/runbooks/console.md");
  });
  await sessions.remember(context, begun, ownAddress(returnTo, settings.CONSOLE_URL), tenant);
  return context.redirect(to.href);
}

/** @throws Problem where a realm's person is not whom the tenant's file names, or the realm has not given the role */
async function requireAdministrator({ database }: Services, tenant: string, person: Person): Promise<void> {
  const { administrator } = await requireOpen(database, tenant);
  if (person.roles.includes(TENANT_ADMIN) && person.address === administrator) return;
  await audit(database, { login: person.login, action: "session:start", outcome: "denied", tenant });
  throw new Problem(
    403,
    `You are not an administrator of ${tenant}`,
    "The owner that the tenant's file names is. Ask the operators of the platform to change the owner",
  );
}

async function hasSessions({ database }: Services, tenant: string): Promise<boolean> {
  const found = await database
    .selectFrom("sessions")
    .select("id")
    .where("tenant", "=", tenant)
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}
