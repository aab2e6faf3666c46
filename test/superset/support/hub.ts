import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Subject } from "../../../features/analytics/render.ts";
import { Superset, type SupersetLogin } from "../../../features/analytics/superset.ts";
import type { SyncedTenant, Wanted } from "../../../features/analytics/sync.ts";
import { readTemplate } from "../../../features/analytics/template.ts";
import { run } from "../../../lib/process.ts";
import { PROJECT_ROOT } from "../../../lib/projectRoot.ts";
import { freePort } from "../../../sandbox/instance.ts";
import {
  serverArguments,
  SETUP_ARGUMENTS,
  supersetEnvironmentVariables,
  type SupersetSettings,
} from "../../../sandbox/services/superset.ts";
import { ensureTools } from "../../../sandbox/toolchain/ensure.ts";
import { analyticsOf, PASSWORD, SqlFixture } from "../../support/sqlFixture.ts";

/** Address of a console that does not run: it is only who may embed. */
export const CONSOLE_URL = "http://127.0.0.1:28998";
/** Name of the stack in keys. */
export const STACK = "test";
/** Signs guest tokens here. */
export const GUEST_SECRET = "a-guest-secret-of-these-tests-0123456789";
const SYNC_PASSWORD = "a-sync-password-of-these-tests-0123456789";
/** Seconds that Superset may take to start on a busy machine. */
const START_SECONDS = 180;

/** Superset, started for real beside the servers of the SQL tests. */
export class Hub {
  readonly fixture: SqlFixture;
  readonly url: string;
  readonly login: SupersetLogin;
  readonly #stop: () => Promise<void>;

  private constructor(fixture: SqlFixture, url: string, stop: () => Promise<void>) {
    this.fixture = fixture;
    this.url = url;
    this.login = { url, user: "odoo-saas-sync", password: SYNC_PASSWORD };
    this.#stop = stop;
  }

  /** Starts the servers and Superset, and makes its tables. */
  static async start(): Promise<Hub> {
    const [tools, fixture] = await Promise.all([ensureTools(["image", "analytics"]), SqlFixture.start()]);
    const python = tools["superset-python"];
    if (python === undefined) throw new Error("the toolchain has no superset-python");
    await fixture.analytics.connect(async (client) => {
      await client.query(`CREATE ROLE superset LOGIN PASSWORD '${PASSWORD}'`);
      await client.query("CREATE DATABASE superset OWNER superset");
    });
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const settings: SupersetSettings = {
      url,
      consoleUrl: CONSOLE_URL,
      database: {
        host: "127.0.0.1",
        port: fixture.analytics.port,
        name: "superset",
        role: "superset",
        password: PASSWORD,
      },
      // Keycloak does not run here: nobody of the staff logs in.
      staff: { issuer: "http://127.0.0.1:9/realms/platform", clientId: "analytics", clientSecret: "none" },
      secretKey: "a-secret-key-of-these-tests-0123456789012",
      guestSecret: GUEST_SECRET,
    };
    const home = mkdtempSync(join(tmpdir(), "superset-"));
    const env = { PATH: process.env["PATH"] ?? "", HOME: home, ...supersetEnvironmentVariables(settings) };
    const setup = await run(python, [...SETUP_ARGUMENTS], { env: { ...env, ANALYTICS_SYNC_PASSWORD: SYNC_PASSWORD } });
    if (setup.status !== 0) throw new Error(`Superset's set-up failed:\n${setup.stderr.slice(-4000)}`);
    const server = spawn(python, serverArguments(port), { env, stdio: ["ignore", "ignore", "pipe"] });
    let log = "";
    server.stderr.on("data", (text: Buffer) => (log = `${log}${text.toString()}`.slice(-20_000)));
    const hub = new Hub(fixture, url, async () => {
      const ended = once(server, "exit");
      if (server.kill("SIGTERM")) await ended;
      await fixture.stop();
      rmSync(home, { recursive: true, force: true });
    });
    const end = Date.now() + START_SECONDS * 1000;
    for (;;) {
      const answer = await fetch(`${url}/health`).catch(() => undefined);
      if (answer?.ok === true) return hub;
      if (Date.now() > end || server.exitCode !== null) {
        await hub.stop();
        throw new Error(`Superset did not start:\n${log}`);
      }
      await sleep(250);
    }
  }

  stop(): Promise<void> {
    return this.#stop();
  }

  /** The service account's own client. */
  client(): Promise<Superset> {
    return Superset.logIn(this.login);
  }

  /** A tenant as a stack would have it. */
  tenant(tenant: string, model = "finance_ppm/v1"): SyncedTenant {
    const template = readTemplate(PROJECT_ROOT, model);
    if (template === undefined) throw new Error(`no dashboard of ${model}`);
    const { names, roles } = analyticsOf(tenant);
    const connection: Subject["connection"] = {
      host: "127.0.0.1",
      port: this.fixture.analytics.port,
      database: "postgres",
      sslmode: "disable",
      schema: names.schema,
      role: roles.reader,
    };
    return {
      stack: STACK,
      tenant,
      displayName: `Company ${tenant}`,
      connection,
      password: PASSWORD,
      templates: new Map([[model, template]]),
    };
  }

  /** A stack with these tenants. */
  wanted(...tenants: readonly SyncedTenant[]): Wanted {
    return { stack: STACK, login: this.login, consoleUrl: CONSOLE_URL, tenants };
  }
}
