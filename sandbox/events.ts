import { join } from "node:path";
import { EVENTS_VARIABLE } from "../features/events/index.ts";
import type { Instance } from "./instance.ts";

/** Where the sandbox's events are kept, unless the caller has named another folder. */
export function eventsFolder({ home }: Pick<Instance, "home">): string {
  return process.env[EVENTS_VARIABLE] ?? join(home, "events");
}

/** Has this process keep its events with the sandbox's. */
export function keepEvents(instance: Pick<Instance, "home">): void {
  process.env[EVENTS_VARIABLE] = eventsFolder(instance);
}
