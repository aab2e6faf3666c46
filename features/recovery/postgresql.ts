import { randomBytes } from "node:crypto";
import pg from "pg";
import { tlsFor } from "../../lib/postgresTls.ts";
import type { PostgresLogin } from "../../lib/postgresLogin.ts";
import { UserError } from "../../lib/userError.ts";
import { retry, WAITS } from "../../lib/retry.ts";
import { textInput } from "./orphan.ts";
import type { Declared } from "../../lib/pulumi.ts";
import type { Orphan } from "./orphan.ts";

/** PostgreSQL could not be asked; the message says where, and what to look at. */
export class PostgresError extends UserError {
  override readonly name = "PostgresError";
}

/** SQLSTATE of a wrong password. */
const WRONG_PASSWORD = "28P01";

/** Finds roles and databases that exist on a server, and what proves whose they are. */
export class PostgresOrphans {
  readonly #login: PostgresLogin;
  /** Roles that the stack has in its state, or that were proved to be its own. */
  readonly #ownRoles: Set<string>;

  readonly #passwords: ReadonlyMap<string, string>;
  readonly #waits: readonly number[];

  /**
   * @param passwords that the stack made, by the URN of what made them
   * @param ownRoles names of the roles that the stack's state has
   * @param waits for a server that is not there, in milliseconds. Default: {@link WAITS}
   */
  constructor(
    login: PostgresLogin,
    passwords: ReadonlyMap<string, string>,
    ownRoles: Iterable<string>,
    waits: readonly number[] = WAITS,
  ) {
    this.#waits = waits;
    this.#login = login;
    this.#passwords = passwords;
    this.#ownRoles = new Set(ownRoles);
  }

  /**
   * A role of the declared name. One that may log in is the stack's own when it takes the password that only the stack's
   * state has; one that may not, when nobody can have used it: without members, memberships and anything that is its.
   *
   * @throws PostgresError
   */
  async role(declared: Declared): Promise<Orphan | undefined> {
    const name = textInput(declared, "name");
    if (name === undefined) return undefined;
    const [found] = await this.#query<{ login: boolean; used: boolean }>(
      `SELECT rolcanlogin AS login,
              EXISTS (SELECT FROM pg_auth_members WHERE member = r.oid)
                OR EXISTS (SELECT FROM pg_auth_members WHERE roleid = r.oid AND member <> current_user::regrole)
                OR EXISTS (SELECT FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass AND refobjid = r.oid)
                OR rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls AS used
         FROM pg_roles r WHERE rolname = $1`,
      [name],
    );
    if (found === undefined) return undefined;
    const orphan = { id: name, what: `role ${name} on ${this.#place}` };
    if (declared.inputs["password"] === undefined) {
      if (found.login) return { ...orphan, doubt: "it may log in, and is declared as a role that may not" };
      if (found.used) return { ...orphan, doubt: "it has members, memberships, privileges or objects" };
      this.#ownRoles.add(name);
      return { ...orphan, proof: "it may not log in, and nobody and nothing uses it" };
    }
    const password = declared.madeFrom["password"]?.map((urn) => this.#passwords.get(urn))[0];
    const doubt =
      password === undefined ? "the state has no password for it" : await this.#doubtOfPassword(name, password);
    if (doubt !== undefined) return { ...orphan, doubt };
    this.#ownRoles.add(name);
    return { ...orphan, proof: "it takes the password that only this stack's state has" };
  }

  /** A database of the declared name: the stack's own when its owner is. @throws PostgresError */
  async database(declared: Declared): Promise<Orphan | undefined> {
    const name = textInput(declared, "name");
    if (name === undefined) return undefined;
    const [found] = await this.#query<{ owner: string }>(
      "SELECT pg_get_userbyid(datdba) AS owner FROM pg_database WHERE datname = $1",
      [name],
    );
    if (found === undefined) return undefined;
    const orphan = { id: name, what: `database ${name} on ${this.#place}` };
    const owner = textInput(declared, "owner");
    if (found.owner !== owner) return { ...orphan, doubt: `${found.owner} owns it, expected ${owner ?? "its role"}` };
    return this.#ownRoles.has(owner)
      ? { ...orphan, proof: `role ${owner} owns it, which is this stack's` }
      : { ...orphan, doubt: `role ${owner} owns it, which the state does not know` };
  }

  /**
   * Ends the administrator's memberships in the stack's roles. The provider joins a role for the moment in which it makes
   * the role's database, and stays a member when it is killed then.
   *
   * @returns names of the roles that were left.
   * @throws PostgresError
   */
  async leaveRoles(): Promise<string[]> {
    // From version 16 on, the server itself makes who creates a role its administrator, and a member as well where
    // createrole_self_grant says so; neither is ours to take back.
    const rows = await this.#query<{ name: string }>(
      `SELECT roleid::regrole::text AS quoted, pg_get_userbyid(roleid) AS name FROM pg_auth_members
        WHERE member = current_user::regrole AND grantor = current_user::regrole AND pg_get_userbyid(roleid) = ANY ($1)
          AND coalesce(current_setting('createrole_self_grant', true), '') = ''`,
      [[...this.#ownRoles]],
    );
    for (const { name } of rows) {
      await this.#query(`REVOKE ${pg.escapeIdentifier(name)} FROM ${pg.escapeIdentifier(this.#login.user)}`);
    }
    return rows.map(({ name }) => name);
  }

  get #place(): string {
    return `${this.#login.host}:${this.#login.port}`;
  }

  /** Why a password proves nothing; undefined when it does. */
  async #doubtOfPassword(user: string, password: string): Promise<string | undefined> {
    if ((await this.#logIn(user, randomBytes(16).toString("hex"))) !== WRONG_PASSWORD) {
      return "the server lets it in with any password, so the password of the state proves nothing";
    }
    const answer = await this.#logIn(user, password);
    // Whoever is refused for another reason than the password has given the right one.
    return answer === WRONG_PASSWORD ? "it does not take the password that this stack made for it" : undefined;
  }

  /** Tries a log-in. @returns undefined when it works, else the SQLSTATE that it is refused with. */
  async #logIn(user: string, password: string): Promise<string | undefined> {
    try {
      await this.#connected({ user, password }, () => Promise.resolve());
      return undefined;
    } catch (error) {
      if (error instanceof pg.DatabaseError && error.code !== undefined) return error.code;
      throw this.#unreachable(error);
    }
  }

  async #query<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
    try {
      return await this.#connected({}, async (client) => (await client.query<Row>(sql, values)).rows);
    } catch (error) {
      throw this.#unreachable(error);
    }
  }

  /** Connects, waiting for a server that is not there for the moment. What is done then must be fit for a second time. */
  #connected<Result>(
    who: { readonly user?: string; readonly password?: string },
    use: (client: pg.Client) => Promise<Result>,
  ): Promise<Result> {
    const act = async () => {
      const client = this.#client(who);
      try {
        await client.connect();
        return await use(client);
      } finally {
        await client.end().catch(() => undefined);
      }
    };
    return retry(`PostgreSQL at ${this.#place}`, act, { waits: this.#waits });
  }

  #client(who: { readonly user?: string; readonly password?: string }): pg.Client {
    const { sslmode, ...login } = this.#login;
    const client = new pg.Client({
      ...login,
      ...who,
      ssl: tlsFor(sslmode),
      connectionTimeoutMillis: 10_000,
      query_timeout: 30_000,
    });
    // A connection that breaks fails the query that uses it; without a listener it would end the process too.
    client.on("error", () => undefined);
    return client;
  }

  #unreachable(error: unknown): PostgresError {
    const inner: unknown = error instanceof AggregateError ? error.errors[0] : error;
    const why = inner instanceof Error ? inner.message : String(inner);
    return new PostgresError(
      `PostgreSQL at ${this.#place} (role ${this.#login.user}) does not answer: ${why}\n` +
        "Make sure that it runs and that its address and password in the stack's configuration are right, then run again.\n" +
        "More: docs/runbooks/interrupted-update.md",
    );
  }
}
