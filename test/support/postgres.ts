import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { freePort } from "../../sandbox/instance.ts";
import {
  type PostgresServer,
  startPostgres,
  stopPostgres,
  superuserConnection,
  THROW_AWAY_SETTINGS,
} from "../../sandbox/services/postgres.ts";
import { postgresVersion } from "./postgresVersion.ts";

/** A PostgreSQL server that lives as long as a test file. */
export interface ThrowAwayPostgres extends PostgresServer {
  /** Runs `use` on a connection; without options, the superuser's to database `postgres`. */
  connect<T>(use: (client: pg.Client) => Promise<T>, options?: pg.ClientConfig): Promise<T>;
  /** Stops the server and removes its files. */
  stop(): Promise<void>;
}

/** Starts a new PostgreSQL server of the sandbox's kind on a free port, its data in a temporary folder. */
export async function startThrowAwayPostgres(
  name: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<ThrowAwayPostgres> {
  const home = mkdtempSync(join(tmpdir(), "odoo-saas-test-"));
  chmodSync(home, 0o755);
  const server: PostgresServer = {
    dataDir: join(home, "data"),
    port: await freePort(),
    logFile: join(home, "postgres.log"),
    superuserPassword: randomBytes(12).toString("hex"),
    name,
    version: postgresVersion,
    settings: { ...THROW_AWAY_SETTINGS, shared_buffers: "16MB", max_connections: "50", ...settings },
  };
  const pid = await startPostgres(server);
  // The server is a process of its own: a test run that is broken off must not leave it behind.
  const kill = (): void => void process.kill(pid, "SIGQUIT");
  process.once("exit", kill);
  return {
    ...server,
    connect: async (use, options) => {
      const client = new pg.Client({ ...superuserConnection(server), ...options });
      await client.connect();
      try {
        return await use(client);
      } finally {
        await client.end();
      }
    },
    stop: async () => {
      process.removeListener("exit", kill);
      await stopPostgres(server);
      rmSync(home, { recursive: true, force: true });
    },
  };
}
