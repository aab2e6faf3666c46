import { randomUUID } from "node:crypto";
import { getConnInfo } from "@hono/node-server/conninfo";
import { Hono } from "hono";
import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { routePath } from "hono/route";
import { NONCE, secureHeaders } from "hono/secure-headers";
import type { SecureHeadersVariables } from "hono/secure-headers";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { reach } from "../api/access.ts";
import { audit } from "./audit.ts";
import { authRoutes, begin as beginLogin } from "./auth/routes.ts";
import { Problem } from "./problem.ts";
import type { LoggedIn } from "./auth/sessions.ts";
import { problemPage } from "./problemPage.ts";
import type { Route } from "./route.ts";
import { ROUTES } from "./routes/index.ts";
import { noTenant } from "./routes/tenants/find.ts";
import type { Services } from "./services.ts";
import { pages } from "./pages.ts";

type Variables = SecureHeadersVariables & { request: string };

/** Largest body of a request, in bytes: a tenant's file has at most 64 KiB. */
const MAX_BODY = 128 * 1024;

/** Levels that a body may be nested; a tenant's file has five. */
const MAX_DEPTH = 20;

/** Requests per minute of one person, and log-ins and refused requests per minute from one address. */
const LIMITS = { person: 300, changes: 30, address: 60 };

/** The whole server, without a port. */
export function createApp(services: Services): Hono<{ Variables: Variables }> {
  const { log, metrics, settings } = services;
  const app = new Hono<{ Variables: Variables }>();
  const perMinute = (points: number) => new RateLimiterMemory({ points, duration: 60 });
  const limits = {
    person: perMinute(LIMITS.person),
    changes: perMinute(LIMITS.changes),
    address: perMinute(LIMITS.address),
  };

  app.use(async (context, next) => {
    const begin = performance.now();
    const id = randomUUID();
    context.set("request", id);
    await next();
    const seconds = (performance.now() - begin) / 1000;
    const { method, path } = context.req;
    metrics.answered(method, routePath(context), context.res.status, seconds);
    if (path !== "/healthz") {
      log.info({ request: id, method, path, status: context.res.status, milliseconds: Math.round(seconds * 1000) });
    }
    context.header("X-Request-Id", id);
  });
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", NONCE],
        imgSrc: ["'self'", "data:"],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
      referrerPolicy: "same-origin",
      xFrameOptions: "DENY",
      strictTransportSecurity: settings.CONSOLE_URL.startsWith("https:") ? "max-age=31536000" : false,
      permissionsPolicy: { camera: [], microphone: [], geolocation: [] },
    }),
  );
  app.use(requireOwnOrigin(settings.CONSOLE_URL));
  app.use(bodyLimit({ maxSize: MAX_BODY, onError: () => refuse(new Problem(413, "The request is too large")) }));

  app.use(async (context, next) => {
    // PostgreSQL has no such character, and no text of a person does.
    if (decoded(context.req.url).includes("\0")) throw new Problem(400, "The address has a character that no text has");
    await next();
  });

  app.get("/healthz", async (context) => {
    await services.database.selectFrom("migrations").select("name").limit(1).execute();
    return context.json({ ok: true });
  });
  for (const path of ["/auth/*", "/login/*"]) {
    app.use(path, async (context: Context<{ Variables: Variables }>, next) => {
      await take(limits.address, addressOf(context, settings.CONSOLE_TRUSTED_PROXIES));
      await next();
    });
  }
  app.route("/auth", authRoutes(services));
  app.get("/login/:tenant", (context) => beginLogin(services, context, context.req.param("tenant")));

  app.use("/api/*", async (context, next) => {
    await next();
    // Answers are of one person, and of now.
    context.header("Cache-Control", "no-store");
  });
  app.get("/api/about", (context) =>
    context.json({ brand: settings.CONSOLE_BRAND, environment: settings.CONSOLE_ENVIRONMENT, version: "0.1.0" }),
  );
  for (const each of ROUTES) app.on(each.method.toUpperCase(), [honoPath(each)], (context) => answer(each, context));
  app.all("/api/*", () => {
    throw new Problem(404, "There is no such address");
  });
  app.route("/", pages(settings));

  app.onError((error, context) => {
    if (error instanceof Problem) {
      const isPage =
        /^\/(?:auth|login)\//.test(context.req.path) && context.req.header("accept")?.includes("text/html") === true;
      return isPage ? problemPage(error, context.get("secureHeadersNonce")) : refuse(error, context.get("request"));
    }
    log.error({ err: error, request: context.get("request"), path: context.req.path }, "failed");
    return refuse(
      new Problem(503, "Something went wrong on the server", "Try again. If it goes on, see docs/runbooks/console.md"),
      context.get("request"),
    );
  });
  return app;

  async function answer(each: Route, context: Context<{ Variables: Variables }>): Promise<Response> {
    const person = await services.sessions.find(context);
    if (person === undefined) {
      await take(limits.address, addressOf(context, settings.CONSOLE_TRUSTED_PROXIES));
      throw new Problem(401, "You are not logged in, or the session has ended", "Log in");
    }
    await take(limits.person, person.login);
    const { action, method } = each;
    const entry = {
      login: person.login,
      action,
      tenant: each.path.startsWith("/tenants/") ? context.req.param("id") : undefined,
    };
    if (action !== "session" && reach(person, action) === "none") {
      metrics.denied(action);
      await audit(services.database, { ...entry, outcome: "denied", detail: context.req.path });
      const roles = person.roles.length === 0 ? "You have no role here" : `Your roles (${person.roles.join(", ")})`;
      throw new Problem(403, `${roles} ${person.roles.length === 0 ? "" : "do not include "}${action}`.trim());
    }
    requireScope(each, person, context.req.param("id"));
    if (method === "post") await take(limits.changes, person.login);
    return each.handle({
      services,
      person,
      query: context.req.query(),
      body: method === "post" ? await jsonOf(context) : {},
      param: (name) => context.req.param(name) ?? "",
      context,
    });
  }
}

/**
 * Keeps people of a tenant to their tenant: to its own address, or to a route that reads nothing else. Another tenant's is answered
 * as one that is not there.
 */
function requireScope({ path, action, isScoped = false }: Route, { tenant }: LoggedIn, id = ""): void {
  if (tenant === undefined || action === "session" || isScoped) return;
  if (!path.startsWith("/tenants/{id}")) throw new Problem(403, `${action} is for staff alone here`);
  if (id !== tenant) throw noTenant(id);
}

/** Paths of OpenAPI, as Hono writes them. */
function honoPath({ path }: Route): string {
  return `/api${path.replaceAll(/\{(\w+)\}/g, ":$1")}`;
}

/** Refuses changes that another site's page has sent. Keycloak's own logout has no browser, and is signed. */
function requireOwnOrigin(url: string) {
  return async (context: Context, next: () => Promise<void>): Promise<void> => {
    const { method, path } = context.req;
    const isRead = method === "GET" || method === "HEAD";
    const origin = context.req.header("origin");
    // A browser may leave out the origin of its own page's request, but then says so in a header that no script can set.
    const isOwn = origin === undefined ? context.req.header("sec-fetch-site") === "same-origin" : origin === url;
    if (!isRead && !path.startsWith("/auth/backchannel-logout") && !isOwn) {
      throw new Problem(403, "The request comes from another site", `Open ${url} and try again`);
    }
    await next();
  };
}

/** Counts a call, and refuses it where there were too many. */
async function take(limit: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limit.consume(key);
  } catch (reason) {
    if (!(reason instanceof RateLimiterRes)) throw reason;
    const seconds = Math.ceil(reason.msBeforeNext / 1000);
    throw new Problem(429, "Too many requests", `Try again in ${seconds} s`);
  }
}

/**
 * Where a call comes from, as the first of the trusted proxies has seen it: each adds an address at the end of the header, and
 * what stands before those anybody can write. Without trusted proxies, and for a call past them, the connection's.
 */
function addressOf(context: Context<{ Variables: Variables }>, trustedProxies: number): string {
  const forwarded = (context.req.header("x-forwarded-for") ?? "").split(",").map((each) => each.trim());
  const seen = trustedProxies === 0 ? undefined : forwarded.at(-trustedProxies);
  return seen === undefined || seen === "" ? (getConnInfo(context).remote.address ?? "") : seen;
}

async function jsonOf(context: Context): Promise<unknown> {
  if (context.req.header("content-type")?.startsWith("application/json") !== true) {
    throw new Problem(400, "The request is not JSON, expected content-type application/json");
  }
  const text = await context.req.text();
  if (/\\u0000/i.test(text)) throw new Problem(422, "The request has a character that no text has");
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new Problem(400, "The request is not JSON");
  }
  if (isDeep(body)) throw new Problem(422, `The request is nested more than ${MAX_DEPTH} levels deep`);
  return body;
}

/** Whether a value is nested deeper than any that is meant: what works with it calls itself for each level. */
function isDeep(body: unknown): boolean {
  let level: unknown[] = [body];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap((value): unknown[] =>
      typeof value === "object" && value !== null ? Object.values(value) : [],
    );
  }
  return false;
}

function decoded(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    throw new Problem(400, "The address is not encoded as addresses are");
  }
}

function refuse({ status, message, hint }: Problem, request?: string): Response {
  return Response.json({ message, hint, request }, { status, headers: { "cache-control": "no-store" } });
}
