import { Client } from "pg";
import type { Login } from "../support/clients.ts";
import { DONE, sqlOutcome } from "./attacks.ts";

/** An open session on a PostgreSQL server, kept for many attacks. */
export class Session {
  readonly #client: Client;

  private constructor(client: Client) {
    this.#client = client;
  }

  static async open(login: Login): Promise<Session> {
    const client = quiet(login);
    await client.connect();
    return new Session(client);
  }

  /** A session, or the SQLSTATE that it is refused with. */
  static async tryOpen(login: Login): Promise<Session | string> {
    const client = quiet(login);
    const outcome = await sqlOutcome(client.connect());
    if (outcome === DONE) return new Session(client);
    await client.end();
    return outcome;
  }

  /** Rows of one statement. */
  async rows(sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
    return (await this.#client.query<Record<string, unknown>>(sql, values)).rows;
  }

  /** The one value of a statement that gives one. */
  async value(sql: string, values: unknown[] = []): Promise<unknown> {
    return Object.values((await this.rows(sql, values))[0] ?? {})[0];
  }

  /** How a statement ends, or several in one text; nothing of it stays. */
  async attempt(sql: string): Promise<string> {
    return this.inTransaction(() => sqlOutcome(this.#client.query(sql)));
  }

  /** Runs `use` in a transaction, and rolls it back. */
  async inTransaction<T>(use: () => Promise<T>): Promise<T> {
    await this.#client.query("BEGIN");
    try {
      return await use();
    } finally {
      await this.#client.query("ROLLBACK");
    }
  }

  /** How one statement ends that must not be in a transaction; what it does stays. */
  async attemptAlone(sql: string): Promise<string> {
    return sqlOutcome(this.#client.query(sql));
  }

  /** The same for a session that the server may have ended: `gone`, where its connection is cut. */
  async attemptIfOpen(sql: string): Promise<string> {
    try {
      return await sqlOutcome(this.#client.query(sql));
    } catch {
      return "gone"; // no answer of the server's: there is no connection
    }
  }

  async close(): Promise<void> {
    await this.#client.end();
  }
}

/** A session for each, by what it is for. */
export async function openAll<Key>(keys: readonly Key[], login: (key: Key) => Login): Promise<Map<Key, Session>> {
  return new Map(await Promise.all(keys.map(async (key) => [key, await Session.open(login(key))] as const)));
}

/** How a log-in ends. */
export async function logIn(login: Login): Promise<string> {
  const client = quiet(login);
  try {
    return await sqlOutcome(client.connect());
  } finally {
    await client.end();
  }
}

/** A client that does not throw when the server cuts it off. */
function quiet(login: Login): Client {
  const client = new Client({ ...login, connectionTimeoutMillis: 10_000 });
  client.on("error", () => undefined);
  return client;
}
