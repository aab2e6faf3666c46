import { setTimeout as sleep } from "node:timers/promises";

/** Waits between tries, in milliseconds: together the time that a service takes to start again (16 s). */
export const WAITS: readonly number[] = [250, 500, 1000, 2000, 4000, 8000];

/** Codes of a server that is not there for the moment: of the system, and of PostgreSQL that starts, stops or is full. */
const PASSING = new Set([
  ...["ECONNREFUSED", "ECONNRESET", "EPIPE", "EHOSTUNREACH", "EAI_AGAIN", "UND_ERR_SOCKET"],
  ...["57P01", "57P02", "57P03", "53300"],
]);

/**
 * Does something that may be done again, and does it again while its server is not there: after waits that grow, a few
 * times. Says once what it waits for.
 *
 * @param what is waited for: `Keycloak at https://…`
 * @param say gets the line for a person. Default: standard error
 * @param waits in milliseconds. Default: 16 s in all
 * @throws what the last try threw, or the first one that waiting cannot help with.
 */
export async function retry<Result>(
  what: string,
  act: () => Promise<Result>,
  { log = console.error, waits = WAITS }: { log?: (line: string) => void; waits?: readonly number[] } = {},
): Promise<Result> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await act();
    } catch (error) {
      const wait = waits[attempt];
      const code = passingCode(error);
      if (wait === undefined || code === undefined) throw error;
      const seconds = Math.ceil(waits.reduce((sum, each) => sum + each, 0) / 1000);
      if (attempt === 1) log(`Waiting for ${what} (${code}), ${seconds} s at most`);
      await sleep(wait);
    }
  }
}

/** The code of an error that passes by itself, also where it is only another's cause. */
function passingCode(error: unknown): string | undefined {
  // Node tries each address of a name, and puts the failures into one.
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error;
  if (!(inner instanceof Error)) return undefined;
  if ("code" in inner && typeof inner.code === "string" && PASSING.has(inner.code)) return inner.code;
  if (inner.message === "Connection terminated unexpectedly") return "connection ended";
  return passingCode(inner.cause);
}
