import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { EVENTS_VARIABLE } from "../../features/events/index.ts";
import { githubOf } from "../../features/requests/github.ts";
import { openFileStore } from "../../lib/fileStore.ts";
import { UserError } from "../../lib/userError.ts";
import { connect } from "../database/connect.ts";
import { migrate } from "../database/migrate.ts";
import { collect } from "./collect.ts";
import { settingsOf } from "./settings.ts";
import type { Source } from "./source.ts";
import { watchSources, forgetUnwatched } from "./watch.ts";
import { deliverySource } from "./sources/delivery.ts";
import { eventsSource } from "./sources/events.ts";
import { filesSource } from "./sources/files.ts";
import { historySource } from "./sources/history.ts";
import { inventoriesSource } from "./sources/inventories.ts";
import { requestsSource } from "./sources/requests/index.ts";

const USAGE = `usage: node console/collector/main.ts [--every <seconds>] [--full]

Reads files, attestations, promotions, history, inventories, events, requests and what is watched into the console's database: once,
or every few seconds.
--full reads everything again, not only what is new.`;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { every: { type: "string" }, full: { type: "boolean", default: false } } });
  const every = values.every === undefined ? undefined : Number(values.every);
  if (every !== undefined && !(every > 0)) throw new UserError(USAGE);
  const settings = settingsOf(process.env);
  const sources = sourcesOf(settings);
  const database = connect(settings.CONSOLE_DATABASE_URL, (error) => console.error(error.message), 3);
  const stopped = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stopped.abort());
  await migrate(database);
  await forgetUnwatched(
    database,
    sources.map(({ name }) => name),
  );
  let said = "";
  for (let isFull = values.full; ; isFull = false) {
    let collected: Awaited<ReturnType<typeof collect>>;
    try {
      collected = await collect(database, sources, isFull);
    } catch (error) {
      if (every === undefined) throw error;
      // The database is away for a while: the next round finds it again.
      const message = error instanceof Error ? error.message : String(error);
      collected = [{ source: "database", milliseconds: 0, problem: message }];
    }
    const problems = (collected ?? []).flatMap(({ source, problem }) =>
      problem === undefined ? [] : [`${source}: ${problem}`],
    );
    // The same problem every few seconds would hide the others.
    if (problems.join("\n") !== said)
      console.error(problems.length === 0 ? "All sources can be read again" : problems.join("\n"));
    said = problems.join("\n");
    if (every === undefined) {
      for (const { source, milliseconds } of collected ?? []) console.log(`${source.padEnd(12)} ${milliseconds} ms`);
      process.exitCode = problems.length === 0 ? 0 : 1;
      break;
    }
    try {
      await sleep(every * 1000, undefined, { signal: stopped.signal });
    } catch {
      break;
    }
  }
  await database.destroy();
}

function sourcesOf(settings: ReturnType<typeof settingsOf>): Source[] {
  const { CONSOLE_ROOT: root, CONSOLE_STATUS_URL: url, CONSOLE_STATUS_TOKEN: token } = settings;
  return [
    filesSource(root),
    deliverySource(root),
    historySource(root),
    inventoriesSource(openFileStore(settings.CONSOLE_INVENTORIES), root),
    eventsSource(openFileStore(settings[EVENTS_VARIABLE])),
    requestsSource(() => githubOf(process.env), url === undefined || token === undefined ? undefined : { url, token }),
    ...watchSources(settings),
  ];
}

main().catch((error: unknown) => {
  console.error(error instanceof UserError ? error.message : error);
  process.exitCode = 1;
});
