import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import pg from "pg";
import { z } from "zod";
import { EVENTS_VARIABLE } from "../../features/events/index.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { freePort } from "../../sandbox/instance.ts";
import { startThrowAwayPostgres } from "../../test/support/postgres.ts";
import { processUse, run } from "../processes.ts";
import type { CollectorRun, ConsoleResult } from "../results.ts";
import { changeTenants, writeClone } from "./clone.ts";
import { writeEvents } from "./events.ts";
import { writeInventory } from "./inventories.ts";
import { measureAnswers } from "./load.ts";
import { insertRequests, logPeopleIn } from "./people.ts";
import { startConsoleServer } from "./server.ts";
import type { ConsoleSize } from "./size.ts";

/** A server as PostgreSQL's own defaults make it; the tests' have less memory. */
const SETTINGS = { shared_buffers: "128MB", max_wal_size: "1GB", autovacuum_naptime: "1min" };
/** Tenants and events that an incremental run finds changed. */
const CHANGED = 10;
/** Bytes of a kilobyte, as the build of the pages prints it. */
const KILOBYTE = 1000;

/** What the measurement needs to know. */
export interface ConsoleOptions {
  /** An empty folder. */
  readonly folder: string;
  readonly size: ConsoleSize;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Measures the console with many generated tenants: its pages' size, its collector, and how fast its server answers. */
export async function measureConsole({ folder, size, log, signal }: ConsoleOptions): Promise<ConsoleResult> {
  log("building the pages");
  const firstLoad = await buildPages(signal);
  log(`generating a clone, ${size.events} events and two inventories`);
  const root = join(folder, "clone");
  const inventories = join(folder, "inventories");
  const events = join(folder, "events");
  writeClone(root, size);
  log("the clone is there");
  writeEvents(events, size.events, size.tenants);
  const staging = writeInventory(inventories, "staging", size, 1, "18.0-2026.11");
  const prod = writeInventory(inventories, "prod", size, size.resources, "18.0-2026.11");
  const postgres = await startThrowAwayPostgres("bench", SETTINGS);
  const github = createServer((_, response) => response.setHeader("content-type", "application/json").end("[]"));
  try {
    const githubPort = await freePort();
    await once(github.listen(githubPort, "127.0.0.1"), "listening");
    const databaseUrl = `postgresql://postgres:${postgres.superuserPassword}@127.0.0.1:${postgres.port}/postgres?sslmode=disable`;
    const env = {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      CONSOLE_DATABASE_URL: databaseUrl,
      CONSOLE_ROOT: root,
      CONSOLE_INVENTORIES: inventories,
      [EVENTS_VARIABLE]: events,
      GITHUB_API_URL: `http://127.0.0.1:${githubPort}`,
      GITHUB_REPOSITORY: "generated/platform",
      GITHUB_TOKEN: "generated",
    };
    const runs: CollectorRun[] = [];
    const collect = async (name: string, goal?: number, args: readonly string[] = []): Promise<void> => {
      const measured = await collectOnce(env, args, signal);
      runs.push({ name, ...measured, ...(goal !== undefined && { goal }) });
      log(
        `collector: ${name}: ${measured.seconds.toFixed(1)} s, ${JSON.stringify(Object.fromEntries(measured.sources))}`,
      );
    };
    await collect("first", 60);
    await collect("full, nothing new", 60, ["--full"]);
    await collect("incremental, nothing new", 5);
    changeTenants(root, 0, CHANGED);
    writeEvents(events, CHANGED, size.tenants, 0);
    await collect(`incremental, ${CHANGED} tenants and events new`, 5);
    writeInventory(inventories, "prod", size, size.resources, "18.0-2026.11");
    await collect("incremental, an inventory of prod that says the same");
    writeInventory(inventories, "prod", size, size.resources, "18.0-2026.12");
    await collect("incremental, an inventory of prod with another release");
    const { url, issuer, pid, stop } = await startConsoleServer(env, signal);
    try {
      const client = new pg.Client(databaseUrl);
      await client.connect();
      let cookies: readonly string[];
      try {
        await insertRequests(client, size.requests);
        cookies = await logPeopleIn(client, issuer);
      } finally {
        await client.end();
      }
      const answers = await measureAnswers(url, cookies, log);
      return {
        size: { ...size, resources: staging + prod },
        firstLoad,
        answers,
        collector: runs,
        serverPeak: processUse(pid)?.peakBytes ?? 0,
      };
    } finally {
      await stop();
    }
  } finally {
    github.closeAllConnections();
    github.close();
    await postgres.stop();
  }
}

/** Builds the pages, and installs the console's dependencies where they are missing. @returns bytes of the first load, compressed */
async function buildPages(signal: AbortSignal): Promise<number> {
  const args = [join(PROJECT_ROOT, "run.mjs"), "--with", "console", "console/web/build.ts"];
  const { stdout } = await run(process.execPath, args, { cwd: PROJECT_ROOT, signal });
  const [, kilobytes] = /([\d.]+) kB {2}first load in all/.exec(stdout) ?? [];
  return z.coerce.number().parse(kilobytes) * KILOBYTE;
}

async function collectOnce(
  env: NodeJS.ProcessEnv,
  args: readonly string[],
  signal: AbortSignal,
): Promise<Pick<CollectorRun, "seconds" | "sources" | "peak">> {
  const program = join(PROJECT_ROOT, "console/collector/main.ts");
  const options = { cwd: PROJECT_ROOT, env, sample: true, signal };
  const { seconds, stdout, processes } = await run(process.execPath, [program, ...args], options);
  const sources = new Map(
    [...stdout.matchAll(/^(\w+) +(\d+) ms$/gm)].map(([, source = "", milliseconds]) => [source, Number(milliseconds)]),
  );
  const peak = Math.max(0, ...processes.filter(({ name }) => name === "node").map(({ peakBytes }) => peakBytes));
  return { seconds, sources, peak };
}
