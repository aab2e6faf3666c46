import type { Context } from "hono";
import { z } from "zod";
import { ROLES } from "../../api/access.ts";
import type { Principal } from "../../api/access.ts";
import type { Database } from "../../database/connect.ts";
import type { Cookies } from "./cookies.ts";
import type { Begun, Keycloak, Person } from "./keycloak.ts";
import { tokensOf } from "./keycloak.ts";
import type { Seal } from "./seal.ts";

const MINUTE = 60_000;
/** How long a session may go unused. */
const IDLE = 60 * MINUTE;
/** How exactly it is known when a session was used: writing it for each request would take longer than most answers. */
const USED_AGE = MINUTE;
/** How long a session lasts at most: a working day. */
const LONGEST = 10 * 60 * MINUTE;
/** How old a person's roles may be before the realm is asked again. */
const ROLES_AGE = 5 * MINUTE;
/** How long a person may take to log in. */
const LOGIN = 10 * MINUTE;

/** Who is logged in. */
export interface LoggedIn extends Principal {
  readonly name: string;
  readonly expiresAt: Date;
}

const rolesSchema = z.array(z.enum(ROLES));

/** What sessions need. */
export interface SessionParts {
  readonly database: Database;
  readonly cookies: Cookies;
  readonly keycloak: Keycloak;
  readonly seal: Seal;
}

/** Sessions: an opaque cookie in the browser, everything else in the database, for all servers. */
export class Sessions {
  readonly #parts: SessionParts;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  /** Remembers a log-in that was begun. @param returnTo path of the page to show after it */
  async remember(context: Context, begun: Begun, returnTo: string): Promise<void> {
    const { database, cookies } = this.#parts;
    const id = cookies.create(context, "login", LOGIN / 1000);
    await database.deleteFrom("logins").where("expires_at", "<", new Date()).execute();
    await database
      .insertInto("logins")
      .values({
        id,
        state: begun.state,
        verifier: begun.verifier,
        nonce: begun.nonce,
        return_to: returnTo,
        expires_at: new Date(Date.now() + LOGIN),
      })
      .execute();
  }

  /** The log-in that this browser has begun, which counts once; undefined if it began none, or took too long. */
  async recall(context: Context): Promise<(Begun & { readonly returnTo: string }) | undefined> {
    const { database, cookies } = this.#parts;
    const id = cookies.read(context, "login");
    if (id === undefined) return undefined;
    cookies.delete(context, "login");
    const found = await database.deleteFrom("logins").where("id", "=", id).returningAll().executeTakeFirst();
    if (found === undefined || found.expires_at < new Date()) return undefined;
    return { state: found.state, verifier: found.verifier, nonce: found.nonce, returnTo: found.return_to };
  }

  /** Logs a person in. A session that this browser had ends: its value was known before. */
  async start(context: Context, person: Person): Promise<void> {
    const { database, cookies, seal } = this.#parts;
    await this.end(context);
    const now = new Date();
    await database.deleteFrom("sessions").where("expires_at", "<", now).execute();
    await database
      .insertInto("sessions")
      .values({
        id: cookies.create(context, "session", LONGEST / 1000),
        ...rowOf(person, seal),
        created_at: now,
        used_at: now,
        refreshed_at: now,
        expires_at: new Date(now.getTime() + LONGEST),
      })
      .execute();
  }

  /**
   * Who is logged in. Roles are asked for again every five minutes, by one server at a time: a refresh token counts once.
   *
   * @returns undefined without a session, or where the realm has ended it
   */
  async find(context: Context): Promise<LoggedIn | undefined> {
    const { database, cookies } = this.#parts;
    const id = cookies.read(context, "session");
    if (id === undefined) return undefined;
    const now = new Date();
    const found = await database
      .selectFrom("sessions")
      .select(["login", "name", "roles", "expires_at", "refreshed_at", "used_at"])
      .where("id", "=", id)
      .where("expires_at", ">", now)
      .where("used_at", ">", new Date(now.getTime() - IDLE))
      .executeTakeFirst();
    if (found === undefined) return undefined;
    if (found.used_at.getTime() < now.getTime() - USED_AGE) {
      await database.updateTable("sessions").set({ used_at: now }).where("id", "=", id).execute();
    }
    const isOld = found.refreshed_at.getTime() < now.getTime() - ROLES_AGE;
    const current = isOld ? await this.#refresh(id) : found;
    if (current === undefined) return undefined;
    const { login, name, roles, expires_at } = current;
    return { login, name, roles: rolesSchema.parse(roles), expiresAt: expires_at };
  }

  /** Ends this browser's session. @returns whose it was, and its tokens for Keycloak's end; undefined without a session */
  async end(context: Context): Promise<{ readonly login: string; readonly tokens: string | undefined } | undefined> {
    const { database, cookies, seal } = this.#parts;
    const id = cookies.read(context, "session");
    if (id === undefined) return undefined;
    cookies.delete(context, "session");
    const ended = await database
      .deleteFrom("sessions")
      .where("id", "=", id)
      .returning(["login", "tokens"])
      .executeTakeFirst();
    return ended === undefined ? undefined : { login: ended.login, tokens: seal.open(ended.tokens) };
  }

  /** Ends all sessions of a person: Keycloak says once that several have ended. @returns how many */
  async endAll(issuer: string, subject: string): Promise<number> {
    const { numDeletedRows } = await this.#parts.database
      .deleteFrom("sessions")
      .where("issuer", "=", issuer)
      .where("subject", "=", subject)
      .executeTakeFirst();
    return Number(numDeletedRows);
  }

  async #refresh(id: Buffer) {
    const { database, keycloak, seal } = this.#parts;
    return database.transaction().execute(async (transaction) => {
      const row = await transaction
        .selectFrom("sessions")
        .selectAll()
        .where("id", "=", id)
        .forUpdate()
        .executeTakeFirst();
      if (row === undefined) return undefined;
      // Another server was first.
      if (row.refreshed_at.getTime() > Date.now() - ROLES_AGE) return row;
      const json = seal.open(row.tokens);
      const person = json === undefined ? undefined : await keycloak.refresh(tokensOf(json), row.subject);
      if (person === undefined || person.issuer !== row.issuer) {
        await transaction.deleteFrom("sessions").where("id", "=", id).execute();
        return undefined;
      }
      return transaction
        .updateTable("sessions")
        .set({ ...rowOf(person, seal), refreshed_at: new Date() })
        .where("id", "=", id)
        .returningAll()
        .executeTakeFirst();
    });
  }
}

function rowOf({ issuer, subject, login, name, roles, tokens }: Person, seal: Seal) {
  return { issuer, subject, login, name, roles: [...roles], tokens: seal.close(JSON.stringify(tokens)) };
}
