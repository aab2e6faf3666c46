import { eachEvent } from "../../../features/events/index.ts";
import type { Event } from "../../../features/events/index.ts";
import type { FileStore } from "../../../lib/fileStore.ts";
import type { Database } from "../../database/connect.ts";
import type { Source } from "../source.ts";

/** Rows of one INSERT: PostgreSQL takes 65,535 parameters. */
const BATCH = 1000;

/** How far back an event may be written late, in days. */
const LATE_DAYS = 2;

/** The ledger of events: what was done and checked, by whom, and with which outcome. */
export function eventsSource(store: FileStore): Source {
  return {
    name: "events",
    rhythm: 60,
    read: async ({ database, cursor }) => {
      const since = cursor === undefined ? undefined : daysBefore(cursor, LATE_DAYS);
      let newest = cursor;
      let batch: Event[] = [];
      for await (const event of eachEvent(store, { since, known: (ids) => known(database, ids) })) {
        if (newest === undefined || event.at > newest) newest = event.at;
        batch.push(event);
        if (batch.length < BATCH) continue;
        await write(database, batch);
        batch = [];
      }
      if (batch.length > 0) await write(database, batch);
      return { cursor: newest, asOf: newest === undefined ? undefined : new Date(newest) };
    },
  };
}

/** Those of some events that the database has. */
async function known(database: Database, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await database
    .selectFrom("events")
    .select("id")
    .where((builder) => builder(builder.cast<string>("id", "text"), "=", builder.fn.any(builder.val([...ids]))))
    .execute();
  return new Set(rows.map(({ id }) => id));
}

async function write(database: Database, events: readonly Event[]): Promise<void> {
  await database
    .insertInto("events")
    .values(
      events.map((event) => ({
        id: event.id,
        kind: event.kind,
        at: event.at,
        seconds: event.seconds,
        outcome: event.outcome,
        reason: event.reason ?? null,
        stack: event.stack ?? null,
        tenants: event.tenants,
        commit: event.commit ?? null,
        actor: event.actor,
        link: event.link ?? null,
        results: event.results === undefined ? null : JSON.stringify(event.results),
      })),
    )
    .onConflict((conflict) => conflict.column("id").doNothing())
    .execute();
}

/** A day before a moment, such as `2026-11-28`. */
function daysBefore(at: string, days: number): string {
  const day = new Date(at);
  day.setUTCDate(day.getUTCDate() - days);
  return day.toISOString().slice(0, 10);
}
