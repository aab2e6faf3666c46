import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { runningPid, startPostgres, superuserConnection } from "../../sandbox/services/postgres.ts";
import { startThrowAwayPostgres } from "../support/postgres.ts";
import type { ThrowAwayPostgres } from "../support/postgres.ts";

describe("a PostgreSQL server that was killed", () => {
  let server: ThrowAwayPostgres;
  before(async () => {
    server = await startThrowAwayPostgres("killed");
  });
  after(() => server.stop());

  it("starts again, once its sessions are gone", async () => {
    const killed = runningPid(server.dataDir);
    assert.ok(killed);
    const client = new pg.Client(superuserConnection(server));
    client.on("error", () => undefined);
    await client.connect();
    const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
    const session = rows[0]?.pid;
    assert.ok(session);
    // It cannot notice that its server is gone, and holds the server's memory.
    process.kill(session, "SIGSTOP");
    process.kill(killed, "SIGKILL");
    const starting = startPostgres(server);
    await sleep(500);
    process.kill(session, "SIGCONT");
    const pid = await starting;
    await client.end().catch(() => undefined);
    assert.notEqual(pid, killed);
    assert.equal(runningPid(server.dataDir), pid);
  });
});
