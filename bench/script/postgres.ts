import pg from "pg";
import { text } from "./values.ts";
import type { Properties } from "./values.ts";

const CONNECTIONS = 4;

/** A PostgreSQL server, as the role that may make roles and databases. */
export class Postgres {
  readonly #pool: pg.Pool;

  constructor(provider: Properties) {
    this.#pool = new pg.Pool({
      host: text(provider["host"]),
      port: Number(provider["port"]),
      database: text(provider["database"]),
      user: text(provider["username"]),
      password: text(provider["password"]),
      max: CONNECTIONS,
    });
  }

  /** Makes a role or a database, and gives its id. */
  async make(type: string, inputs: Properties): Promise<string> {
    const name = text(inputs["name"]);
    const quoted = pg.escapeIdentifier(name);
    if (type === "postgresql:index/role:Role") {
      const password =
        inputs["password"] === undefined ? "" : ` PASSWORD ${pg.escapeLiteral(text(inputs["password"]))}`;
      const login = inputs["login"] === true ? "LOGIN" : "NOLOGIN";
      const limit = Number(inputs["connectionLimit"] ?? -1);
      await this.#pool.query(`CREATE ROLE ${quoted} ${login} CONNECTION LIMIT ${limit}${password}`);
      return name;
    }
    if (type === "postgresql:index/database:Database") {
      const owner = pg.escapeIdentifier(text(inputs["owner"]));
      // Who is no superuser may only give a database to a role that it is a member of.
      await this.#pool.query(`GRANT ${owner} TO CURRENT_USER`);
      const collation = pg.escapeLiteral(text(inputs["lcCollate"]));
      const encoding = pg.escapeLiteral(text(inputs["encoding"]));
      const isOpen = inputs["allowConnections"] === false ? "false" : "true";
      await this.#pool.query(
        `CREATE DATABASE ${quoted} OWNER ${owner} TEMPLATE template0 ENCODING ${encoding} LC_COLLATE ${collation} ALLOW_CONNECTIONS ${isOpen}`,
      );
      await this.#pool.query(`REVOKE ${owner} FROM CURRENT_USER`);
      return name;
    }
    throw new Error(`bench/script/postgres.ts does not know how to make a ${type}`);
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}
