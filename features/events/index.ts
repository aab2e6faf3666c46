export { EVENT_KINDS, eventSchema } from "./event.ts";
export type { Event, EventKind, Result } from "./event.ts";
export { copyEvents, eachEvent, EVENTS_VARIABLE, readEvents, reasonOf, record } from "./ledger.ts";
