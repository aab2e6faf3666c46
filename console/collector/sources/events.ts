import { readEvents } from "../../../features/events/index.ts";
import type { Source } from "../source.ts";

/** Rows of one INSERT: PostgreSQL takes 65,535 parameters. */
const BATCH = 1000;

/** How far back an event may be written late, in days. */
const LATE_DAYS = 2;

/** The ledger of events: what was done and checked, by whom, and with which outcome. */
export function eventsSource(folder: string): Source {
  return {
    name: "events",
    rhythm: 60,
    read: async ({ database, cursor }) => {
      const events = readEvents(folder, cursor === undefined ? undefined : daysBefore(cursor, LATE_DAYS));
      for (let from = 0; from < events.length; from += BATCH) {
        await database
          .insertInto("events")
          .values(
            events.slice(from, from + BATCH).map((event) => ({
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
      const newest = events.at(-1)?.at ?? cursor;
      return { cursor: newest, asOf: newest === undefined ? undefined : new Date(newest) };
    },
  };
}

/** A day before a moment, such as `2026-11-28`. */
function daysBefore(at: string, days: number): string {
  const day = new Date(at);
  day.setUTCDate(day.getUTCDate() - days);
  return day.toISOString().slice(0, 10);
}
