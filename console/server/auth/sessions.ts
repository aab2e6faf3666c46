import type { Context } from "hono";
import { z } from "zod";
import { ROLES } from "../../api/access.ts";
import type { Principal } from "../../api/access.ts";
import type { Database } from "../../database/connect.ts";
import type { Cookies } from "./cookies.ts";
import type { Begun, Person } from "./keycloak.ts";
import { tokensOf } from "./keycloak.ts";
import type { Realms } from "./realms.ts";
import type { Seal } from "./seal.ts";
import { isAdmitted } from "./tenants.ts";

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

/** A log-in that a browser has begun. */
export interface BegunLogin extends Begun {
  readonly returnTo: string;
  /** Whose realm it was begun at; null: the staff's. */
  readonly tenant: string | null;
}

/** What sessions need. */
export interface SessionParts {
  readonly database: Database;
  readonly cookies: Cookies;
  readonly realms: Realms;
  readonly seal: Seal;
}

/** A session that was ended here. */
export interface EndedSession {
  readonly login: string;
  readonly tenant: string | null;
  readonly tokens: string | undefined;
}

/** Sessions: an opaque cookie in the browser, everything else in the database, for all servers. */
export class Sessions {
  readonly #parts: SessionParts;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  /**
   * Remembers a log-in that was begun.
   *
   * @param returnTo path of the page to show after it
   * @param tenant whose realm it was begun at; null: the staff's
   */
  async remember(context: Context, begun: Begun, returnTo: string, tenant: string | null): Promise<void> {
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
        tenant,
        expires_at: new Date(Date.now() + LOGIN),
      })
      .execute();
  }

  /** The log-in that this browser has begun, which counts once; undefined if it began none, or took too long. */
  async recall(context: Context): Promise<BegunLogin | undefined> {
    const { database, cookies } = this.#parts;
    const id = cookies.read(context, "login");
    if (id === undefined) return undefined;
    cookies.delete(context, "login");
    const found = await database.deleteFrom("logins").where("id", "=", id).returningAll().executeTakeFirst();
    if (found === undefined || found.expires_at < new Date()) return undefined;
    const { state, verifier, nonce, return_to, tenant } = found;
    return { state, verifier, nonce, returnTo: return_to, tenant };
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
   * A session of a tenant lasts as long as the tenant's file names the person, and the tenant is not about to go.
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
      .select(["login", "name", "roles", "tenant", "expires_at", "refreshed_at", "used_at"])
      .where("id", "=", id)
      .where("expires_at", ">", now)
      .where("used_at", ">", new Date(now.getTime() - IDLE))
      .where((builder) => builder.or([builder("tenant", "is", null), isAdmitted]))
      .executeTakeFirst();
    if (found === undefined) {
      // What has ended once does not begin again, such as with a tenant of the same name.
      await database.deleteFrom("sessions").where("id", "=", id).execute();
      return undefined;
    }
    if (found.used_at.getTime() < now.getTime() - USED_AGE) {
      await database.updateTable("sessions").set({ used_at: now }).where("id", "=", id).execute();
    }
    const isOld = found.refreshed_at.getTime() < now.getTime() - ROLES_AGE;
    const current = isOld ? await this.#refresh(id) : found;
    if (current === undefined) return undefined;
    const { login, name, roles, tenant, expires_at } = current;
    return { login, name, roles: rolesSchema.parse(roles), tenant: tenant ?? undefined, expiresAt: expires_at };
  }

  /** Ends this browser's session. @returns whose it was, and its tokens for Keycloak's end; undefined without a session */
  async end(context: Context): Promise<EndedSession | undefined> {
    const { database, cookies, seal } = this.#parts;
    const id = cookies.read(context, "session");
    if (id === undefined) return undefined;
    cookies.delete(context, "session");
    const ended = await database
      .deleteFrom("sessions")
      .where("id", "=", id)
      .returning(["login", "tenant", "tokens"])
      .executeTakeFirst();
    return ended === undefined ? undefined : { ...ended, tokens: seal.open(ended.tokens) };
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
    const { database, realms, seal } = this.#parts;
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
      const realm = realms.of(row.tenant);
      const person = json === undefined ? undefined : await realm?.refresh(tokensOf(json), row.subject);
      // A tenant's person who is no administrator any more, or has another address, is nobody here.
      const isSame = person?.issuer === row.issuer && person.address === row.address;
      if (person === undefined || !isSame || (row.tenant !== null && person.roles.length === 0)) {
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

function rowOf({ tokens, roles, ...person }: Person, seal: Seal) {
  return { ...person, roles: [...roles], tokens: seal.close(JSON.stringify(tokens)) };
}
