import { randomBytes, createHash, generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serve } from "@hono/node-server";
import { git } from "../../../lib/git.ts";
import { PROJECT_ROOT } from "../../../lib/projectRoot.ts";
import { freePort } from "../../../sandbox/instance.ts";
import { startThrowAwayPostgres } from "../../../test/support/postgres.ts";
import type { ThrowAwayPostgres } from "../../../test/support/postgres.ts";
import type { Role } from "../../api/access.ts";
import { connect } from "../../database/connect.ts";
import type { Database } from "../../database/connect.ts";
import { migrate } from "../../database/migrate.ts";
import { createApp } from "../../server/app.ts";
import { Cookies } from "../../server/auth/cookies.ts";
import { Realms } from "../../server/auth/realms.ts";
import { Seal } from "../../server/auth/seal.ts";
import { Sessions } from "../../server/auth/sessions.ts";
import { createLog } from "../../server/log.ts";
import { Metrics } from "../../server/metrics.ts";
import { Project } from "../../server/project/project.ts";
import { settingsOf } from "../../server/settings.ts";

const HOUR = 3_600_000;

/** Files of the project that the console reads. */
const FILES = [
  "tenants",
  "bundles",
  "releases",
  "modules",
  "plans.yaml",
  "companies.yaml",
  "prices",
  "zones.yaml",
  "approvers.yaml",
  "requesters.yaml",
  "Pulumi.yaml",
  "Pulumi.staging.yaml",
  "Pulumi.prod.yaml",
  "sql",
];

/** A console on a PostgreSQL server of its own, with a clone of its own. Keycloak is not there: sessions are made in the database. */
export class World {
  readonly postgres: ThrowAwayPostgres;
  readonly database: Database;
  readonly databaseUrl: string;
  /** A clone with the fixtures' tenants. */
  readonly root: string;
  readonly url: string;
  readonly #server: Server;
  readonly #folder: string;

  private constructor(
    parts: Pick<World, "postgres" | "database" | "databaseUrl" | "root" | "url"> & { folder: string; server: Server },
  ) {
    this.postgres = parts.postgres;
    this.database = parts.database;
    this.databaseUrl = parts.databaseUrl;
    this.root = parts.root;
    this.url = parts.url;
    this.#server = parts.server;
    this.#folder = parts.folder;
  }

  /** @param env variables of the server that differ, such as the address that requests are sent to */
  static async start(env: NodeJS.ProcessEnv = {}): Promise<World> {
    const postgres = await startThrowAwayPostgres("console");
    const folder = mkdtempSync(join(tmpdir(), "odoo-saas-console-"));
    const root = join(folder, "clone");
    copyProject(root);
    const databaseUrl = `postgresql://postgres:${postgres.superuserPassword}@127.0.0.1:${postgres.port}/postgres?sslmode=disable`;
    const database = connect(databaseUrl, () => undefined);
    await migrate(database);
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const settings = settingsOf({
      CONSOLE_URL: url,
      CONSOLE_PORT: String(port),
      CONSOLE_DATABASE_URL: databaseUrl,
      CONSOLE_STAFF_ISSUER: "http://127.0.0.1:9/realms/platform",
      CONSOLE_STAFF_CLIENT_SECRET: "client-secret",
      CONSOLE_TENANTS_KEY: "tenants-key",
      CONSOLE_REQUESTS_URL: "http://127.0.0.1:9",
      CONSOLE_REQUESTS_SECRET: "requests-secret",
      CONSOLE_REQUESTS_LOGIN: "odoo-saas-console",
      CONSOLE_REQUESTS_KEY: requestsKey(),
      CONSOLE_ROOT: root,
      ...env,
    });
    const realms = new Realms(settings);
    const app = createApp({
      settings,
      database,
      realms,
      sessions: new Sessions({
        database,
        realms,
        cookies: new Cookies(settings.CONSOLE_URL),
        seal: new Seal(settings.CONSOLE_STAFF_CLIENT_SECRET),
      }),
      project: new Project(settings.CONSOLE_ROOT),
      log: createLog("silent"),
      metrics: new Metrics(),
    });
    const server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port });
    await once(server, "listening");
    if (!("closeAllConnections" in server)) throw new Error("expected a server of HTTP/1.1");
    return new World({ postgres, database, databaseUrl, root, url, server, folder });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await this.database.destroy();
    await this.postgres.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Makes a session. @returns the cookie of a browser that has it */
  async logIn(
    login: string,
    roles: readonly Role[],
    times: { expires?: Date; used?: Date; refreshed?: Date; issuer?: string; tenant?: string; address?: string } = {},
  ): Promise<string> {
    const value = randomBytes(32).toString("base64url");
    const now = new Date();
    await this.database
      .insertInto("sessions")
      .values({
        id: createHash("sha256").update(value).digest(),
        issuer: times.issuer ?? `http://127.0.0.1:9/realms/${times.tenant ?? "platform"}`,
        subject: login,
        login,
        name: login,
        roles: [...roles],
        tenant: times.tenant ?? null,
        address: times.address ?? null,
        tokens: new Seal("client-secret").close(JSON.stringify({ refresh: "refresh", id: "id" })),
        created_at: now,
        used_at: times.used ?? now,
        refreshed_at: times.refreshed ?? now,
        expires_at: times.expires ?? new Date(now.getTime() + HOUR),
      })
      .execute();
    return `console_session=${value}`;
  }

  /** Makes a session of the administrator that a tenant's row names. @returns the cookie of a browser that has it */
  async administrator(tenant: string): Promise<string> {
    const address = `it@${tenant}.example`;
    return await this.logIn(`${tenant}/${address}`, ["tenant-admin"], { tenant, address });
  }

  /** Writes a tenant's row, as the collector does. @param changes columns that differ */
  async addTenant(id: string, changes: { lifecycle?: string; email?: string; archived?: boolean } = {}): Promise<void> {
    await this.database
      .insertInto("tenants")
      .values({
        id,
        display_name: `The ${id} company`,
        team: `${id}-team`,
        email: `IT@${id}.example`,
        plan: "standard",
        lifecycle: "active",
        bundles: ["finance-ppm"],
        environments: ["staging", "prod"],
        yaml: `displayName: The ${id} company\nowner: { team: ${id}-team, email: IT@${id}.example }\nplan: standard\n`,
        search: id,
        ...changes,
      })
      .onConflict((conflict) => conflict.column("id").doUpdateSet({ id, ...changes }))
      .execute();
  }

  /** Asks the server. @param cookie of a browser; undefined: not logged in */
  async ask(path: string, cookie?: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, {
      redirect: "manual",
      ...(body !== undefined && { method: "POST", body: JSON.stringify(body) }),
      headers: {
        ...(body !== undefined && { "content-type": "application/json", origin: this.url }),
        ...(cookie !== undefined && { cookie }),
        ...headers,
      },
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }
}

/** What the server answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

function requestsKey(): string {
  const { privateKey } = generateKeyPairSync("ed25519", {
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  return privateKey;
}

/** Copies what the console reads of this project into a repository of its own. */
function copyProject(root: string): void {
  mkdirSync(root);
  for (const name of FILES) cpSync(join(PROJECT_ROOT, name), join(root, name), { recursive: true });
  git(root, ["init", "--quiet", "--initial-branch=main"]);
  commit(root, "The first tenants");
}

/** Commits everything in a clone. */
export function commit(root: string, message: string): void {
  git(root, ["add", "--all"]);
  git(root, ["-c", "user.name=Test", "-c", "user.email=test@example.com", "commit", "--quiet", "-m", message]);
}
