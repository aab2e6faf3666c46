/**
 * Modules that work only when the server loads them at its start, as their READMEs say: `session_db` and `session_redis`
 * replace the session store, `bus_alt_connection` the bus's connection, `sentry` and `logging_json` hook into logging.
 */
export const SERVER_WIDE = ["bus_alt_connection", "logging_json", "sentry", "session_db", "session_redis"];

/** What every server loads. */
export const SERVER_ALWAYS = ["base", "web"];

/** What the cron pod loads besides: two job runners would do jobs twice. */
export const CRON_WIDE = ["queue_job"];

/** Whether a list of modules, joined by commas, is one that a server may load at its start: others would run in it without being installed. */
export function isServerWide(list: string): boolean {
  const known = [...SERVER_ALWAYS, ...SERVER_WIDE, ...CRON_WIDE];
  const names = list.split(",");
  return new Set(names).size === names.length && names.every((name) => known.includes(name));
}
