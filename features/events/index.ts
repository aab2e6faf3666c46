export { EVENT_KINDS, eventSchema } from "./event.ts";
export type { Event, EventKind } from "./event.ts";
export { EVENTS_VARIABLE, readEvents, record } from "./ledger.ts";
