import { pino } from "pino";

/** The server's log: a line of JSON each, on standard output. Values of secrets are never given to it. */
export type Log = pino.Logger;

/** @param level least severe that is written. @default "info" */
export function createLog(level = "info"): Log {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    // An error of a database quotes values, and one of a client a whole request: its message and place are enough.
    serializers: { err: ({ name, message, stack }: Error) => ({ name, message, stack }) },
  });
}
