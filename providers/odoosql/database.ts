import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { tlsFor } from "../../lib/postgresTls.ts";
import { errorCode, SqlTaskError, type Task } from "./sqlError.ts";
import type { Connection } from "./inputs.ts";
import { renderSql, type SqlFile } from "../../lib/sqlFiles.ts";

/** Connections at once: Pulumi asks for as many resources as it may in parallel, and servers have few to spare. */
const MAX_CONNECTIONS = 8;

/** Waits between attempts to connect, in milliseconds; together the time that a server may take to restart (63 s). */
const RETRY_DELAYS = [250, 500, 1000, 2000, 4000, 8000, 16_000, 31_250];

/** Codes that waiting can help with: not reachable, starting or stopping, or out of connections for the moment. */
const TRANSIENT = new Set(["ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "EHOSTUNREACH", "EAI_AGAIN", "57P03", "53300"]);

/** Codes of transactions that lost against another one and succeed when run again; XX000: tuple concurrently updated. */
const CONFLICT = ["40001", "40P01", "XX000"];

/** Codes of connections that broke: a server that stops or has crashed, or something between. What is run here may be run twice. */
const BROKEN = ["57P01", "57P02", "57P03", "ECONNRESET", "EPIPE"];

const WORTH_AGAIN = new Set([...CONFLICT, ...BROKEN]);

let free = MAX_CONNECTIONS;
const waiting: (() => void)[] = [];

/** A session inside a transaction. */
export interface Session {
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<pg.QueryResult<Row>>;
  /** Runs a file of `sql/` with its placeholders filled in. */
  runFile(file: SqlFile, values: Readonly<Record<string, string>>): Promise<void>;
}

/**
 * Runs `use` in one transaction. Waits for a server that is not there yet, and runs again when another transaction was
 * in the way or the connection broke, twice at most; any other failure rolls everything back.
 *
 * @throws {@link SqlTaskError}
 */
export async function inTransaction<T>(
  task: Task,
  connection: Connection,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  while (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
  free--;
  try {
    for (let attempt = 1; ; attempt++) {
      const client = await connect(task, connection);
      let file: string | undefined;
      try {
        await client.query("BEGIN; SET LOCAL statement_timeout = '5min'; SET LOCAL lock_timeout = '30s'");
        const result = await use({
          query: (text, values) => client.query(text, values),
          runFile: async ({ path, text }, values) => {
            file = path;
            await client.query(renderSql(text, values));
            file = undefined;
          },
        });
        await client.query("COMMIT");
        return result;
      } catch (error) {
        if (!isWorthAgain(error) || attempt === 3) throw new SqlTaskError(task, connection, error, file);
        console.error(
          `tenant ${task.tenant}: once more, to ${task.what}: ${errorCode(error) ?? "the connection broke"}`,
        );
      } finally {
        // Ends the transaction too, if it is still open.
        await client.end().catch(() => undefined);
      }
    }
  } finally {
    free++;
    waiting.shift()?.();
  }
}

function isWorthAgain(error: unknown): boolean {
  const isCut = error instanceof Error && /^Connection terminated|is not queryable$/.test(error.message);
  return isCut || WORTH_AGAIN.has(errorCode(error) ?? "");
}

async function connect(task: Task, connection: Connection): Promise<pg.Client> {
  for (let attempt = 0; ; attempt++) {
    const client = new pg.Client({
      host: connection.host,
      port: connection.port,
      database: connection.database,
      user: connection.user,
      password: connection.password,
      ssl: tlsFor(connection.sslmode),
      application_name: `odoo-saas/${task.tenant}`,
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
    });
    // A connection that breaks fails the query that uses it; without a listener it would end the process too.
    client.on("error", () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      const delay = RETRY_DELAYS[attempt];
      if (delay === undefined || !isPassing(error)) {
        throw new SqlTaskError(task, connection, error);
      }
      if (attempt === 3) {
        const reason = errorCode(error) ?? "no answer";
        console.error(
          `tenant ${task.tenant}: waiting for PostgreSQL at ${connection.host}:${connection.port} (${reason}), a minute at most`,
        );
      }
      await sleep(delay);
    }
  }
}

/** Whether a failure to connect may be none a moment later. */
function isPassing(error: unknown): boolean {
  const isLate = error instanceof Error && /^(timeout expired|Connection terminated)/.test(error.message);
  return isLate || TRANSIENT.has(errorCode(error) ?? "");
}
