import type { z } from "zod";
import { UserError } from "../../lib/userError.ts";

/** Where a server that watches is. */
export interface WatchServer {
  /** Such as `http://alertmanager.monitoring:9093`; a path is kept, as where a proxy serves it below one. */
  readonly url: string;
  /** Sent as a bearer token. @default none */
  readonly token?: string | undefined;
}

/**
 * Asks a server for JSON.
 *
 * @param name of the server, for people
 * @param path with its query, below the server's address
 * @param seconds that it has for an answer
 * @throws UserError with what went wrong, without the server's words and without the token
 */
export async function askJson<Schema extends z.ZodType>(
  name: string,
  { url, token }: WatchServer,
  path: string,
  schema: Schema,
  seconds: number,
): Promise<z.output<Schema>> {
  const failed = (what: string) =>
    new UserError(`${name} at ${new URL(url).host} ${what}: see docs/runbooks/console.md`);
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${url.replace(/\/$/, "")}${path}`, {
      headers: { accept: "application/json", ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      // A server that leads elsewhere would lead the token there, too.
      redirect: "error",
      signal: AbortSignal.timeout(seconds * 1000),
    });
    text = await response.text();
  } catch (error) {
    const isLate = error instanceof DOMException && error.name === "TimeoutError";
    throw failed(isLate ? `does not answer within ${seconds} s` : `cannot be asked (${causeOf(error)})`);
  }
  if (response.status === 401 || response.status === 403) {
    throw failed(`refuses the console (${response.status}), expected a token that it takes`);
  }
  if (!response.ok) throw failed(`answers with status ${response.status}`);
  const parsed = schema.safeParse(parse(text));
  if (!parsed.success) {
    throw failed(`answers otherwise than expected (${parsed.error.issues[0]?.path.join(".") || "no JSON"})`);
  }
  return parsed.data;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The code of what broke a connection, such as `ECONNREFUSED`. */
function causeOf(error: unknown): string {
  const { cause } = error instanceof Error ? error : {};
  return cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
}
