import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../sandbox/instance.ts";
import { startThrowAwayPostgres, type ThrowAwayPostgres } from "../support/postgres.ts";
import { ROOT, tool } from "./tools.ts";

/** Tables as Odoo 18, its mail module and OCA's queue_job have them, as far as they are read. */
const CRON = "CREATE TABLE ir_cron (active boolean, nextcall timestamp)";
const MAIL = "CREATE TABLE mail_mail (state varchar, scheduled_date timestamp, create_date timestamp)";
const JOBS = "CREATE TABLE queue_job (state varchar, eta timestamp, date_created timestamp)";

describe("charts/odoo/files/metrics.py", () => {
  let server: ThrowAwayPostgres;
  let folder: string;
  let exporter: ChildProcess;
  let port: number;

  const sql = (...statements: string[]) =>
    server.connect(
      async (client) => {
        for (const statement of statements) await client.query(statement);
      },
      { database: "acme" },
    );
  const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);

  /** Starts anew, so that nothing is remembered. */
  async function numbers(): Promise<{ status: number; text: string; seconds: Record<string, number>; log: string }> {
    port = await freePort();
    exporter = spawn("python3", ["-B", "-I", join(ROOT, "charts/odoo/files/metrics.py")], {
      env: {
        PATH: process.env["PATH"] ?? "",
        PORT: String(port),
        TENANT: "acme",
        PGSERVICEFILE: join(folder, "pg_service.conf"),
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let log = "";
    exporter.stderr?.on("data", (chunk) => (log += String(chunk)));
    assert.ok(exporter.stdout);
    await once(exporter.stdout, "data");
    const response = await get("/metrics");
    const text = await response.text();
    const rows = [...text.matchAll(/^odoo_queue_oldest_seconds\{tenant="acme",queue="(\w+)"\} (\S+)$/gm)];
    const seconds = Object.fromEntries(rows.map(([, queue = "", value = ""]) => [queue, Number(value)]));
    return { status: response.status, text, seconds, log };
  }

  before(async () => {
    server = await startThrowAwayPostgres("queues");
    await server.connect((client) => client.query("CREATE DATABASE acme"));
    folder = mkdtempSync(join(tmpdir(), "odoo-saas-queues-"));
    const { port: at, superuserPassword: password } = server;
    const service = `[odoo]\nhost=127.0.0.1\nport=${at}\ndbname=acme\nuser=postgres\npassword=${password}\n`;
    writeFileSync(join(folder, "pg_service.conf"), service, { mode: 0o600 });
  });
  after(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(async () => {
    if (exporter.exitCode !== null || exporter.signalCode !== null) return;
    const ended = once(exporter, "exit");
    exporter.kill();
    await ended;
    assert.equal(exporter.exitCode, 0, "it heeds SIGTERM");
  });

  it("answers with an error, not with a number, for a database that is not Odoo's", async () => {
    const { status, text, log } = await numbers();
    assert.equal(status, 500);
    assert.equal(text, "the database cannot be asked\n");
    assert.match(log, /relation "ir_cron" does not exist[^]*docs\/runbooks\/alert-queue-stuck\.md/);
  });

  it("knows of scheduled actions without the modules of the other queues", async () => {
    await sql(CRON, "INSERT INTO ir_cron VALUES (true, now() AT TIME ZONE 'UTC' + interval '1 hour')");
    const { status, seconds, text } = await numbers();
    assert.equal(status, 200);
    assert.deepEqual(seconds, { scheduled_actions: 0 });
    const lint = await tool("promtool", ["check", "metrics"], text);
    assert.equal(lint.status, 0, lint.output);
    assert.equal((await get("/")).status, 404);
  });

  it("tells how long the oldest that is due has waited, in whatever time zone the server is", async () => {
    const before = (interval: string) => `now() AT TIME ZONE 'UTC' - interval '${interval}'`;
    await sql(
      "ALTER DATABASE acme SET timezone = 'Asia/Manila'",
      MAIL,
      JOBS,
      `INSERT INTO ir_cron VALUES (true, ${before("2 hours")}), (true, ${before("1 hour")}), (false, ${before("9 days")})`,
      // One is not due yet, one was sent, one failed.
      `INSERT INTO mail_mail VALUES ('outgoing', NULL, ${before("3 hours")}), ('outgoing', ${before("-1 hour")}, ${before("5 hours")}),
         ('sent', NULL, ${before("9 days")}), ('exception', NULL, ${before("9 days")})`,
      `INSERT INTO queue_job VALUES ('pending', ${before("30 minutes")}, ${before("6 hours")}), ('enqueued', NULL, ${before("10 minutes")}),
         ('pending', ${before("-1 hour")}, ${before("7 hours")}), ('started', NULL, ${before("9 days")}), ('failed', NULL, ${before("9 days")})`,
    );
    const { seconds } = await numbers();
    for (const [queue, expected] of [
      ["scheduled_actions", 2 * 3600],
      ["mail", 3 * 3600],
      ["jobs", 30 * 60],
    ] as const) {
      const value = seconds[queue] ?? NaN;
      assert.ok(value >= expected && value < expected + 600, `${queue}: ${value}`);
    }
  });
});
