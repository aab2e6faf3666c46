/** Recovery of a stack's state after an update that was cut off: adoption of orphans, and pending operations. */
export { FORCE } from "./recover.ts";
