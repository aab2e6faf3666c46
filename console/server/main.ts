import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { UserError } from "../../lib/userError.ts";
import { connect } from "../database/connect.ts";
import { migrate } from "../database/migrate.ts";
import { createApp } from "./app.ts";
import { Cookies } from "./auth/cookies.ts";
import { Realms } from "./auth/realms.ts";
import { Seal } from "./auth/seal.ts";
import { Sessions } from "./auth/sessions.ts";
import { createLog } from "./log.ts";
import { Metrics } from "./metrics.ts";
import { Project } from "./project/project.ts";
import { settingsOf } from "./settings.ts";

/** How long requests that run may take to end when the server is stopped, in milliseconds. */
const PATIENCE = 10_000;

const log = createLog();

async function main(): Promise<void> {
  const settings = settingsOf(process.env);
  const database = connect(settings.CONSOLE_DATABASE_URL, (err) => log.warn({ err }, "a connection broke"));
  const migrated = await migrate(database);
  if (migrated.length > 0) log.info({ migrated }, "the database was migrated");
  const realms = new Realms(settings);
  const sessions = new Sessions({
    database,
    realms,
    cookies: new Cookies(settings.CONSOLE_URL),
    seal: new Seal(settings.CONSOLE_STAFF_CLIENT_SECRET),
  });
  const metrics = new Metrics();
  const project = new Project(settings.CONSOLE_ROOT);
  const app = createApp({ settings, database, realms, sessions, project, log, metrics });
  const { CONSOLE_LISTEN: hostname, CONSOLE_PORT: port, CONSOLE_METRICS_PORT: metricsPort } = settings;
  const servers = [serve({ fetch: app.fetch, hostname, port }, () => log.info({ port }, "the console is ready"))];
  if (metricsPort !== undefined) {
    const figures = new Hono().get("/metrics", async (context) => context.text(await metrics.text()));
    servers.push(serve({ fetch: figures.fetch, hostname, port: metricsPort }));
  }
  const stop = (): void => {
    log.info("the console stops");
    let open = servers.length;
    for (const server of servers) {
      server.close(() => {
        if (--open === 0) void database.destroy().then(() => process.exit(0));
      });
    }
    // Streams of events do not end by themselves.
    setTimeout(() => process.exit(0), PATIENCE).unref();
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}

main().catch((error: unknown) => {
  if (error instanceof UserError) console.error(error.message);
  else log.fatal({ err: error }, "the console cannot start");
  process.exitCode = 1;
});
