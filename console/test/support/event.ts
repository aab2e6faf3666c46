import { randomUUID } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Event } from "../../../features/events/index.ts";

/** A deployment of staging that succeeded, or what a test makes of it. */
export function event(more: Partial<Event> = {}): Event {
  return {
    version: 1,
    id: randomUUID(),
    kind: "deploy up",
    at: "2026-11-30T10:00:00Z",
    seconds: 60,
    outcome: "succeeded",
    stack: "staging",
    tenants: [],
    actor: "ada",
    ...more,
  };
}

/** Writes something into a ledger where an event of its time would be. */
export function giveEvent(folder: string, value: Omit<Event, "kind"> & { readonly kind: string }): void {
  const day = join(folder, ...value.at.slice(0, 10).split("-"));
  mkdirSync(day, { recursive: true });
  writeFileSync(join(day, `${value.at.replaceAll(":", "")}-${value.id}.json`), JSON.stringify(value));
}
