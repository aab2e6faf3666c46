import type { z } from "zod";
import type { problemSchema } from "../../api/common.ts";
import { Problem } from "./problem.ts";

const OFFLINE = "The server cannot be reached.";

/** Answer of a `GET`. Its type is the contract's: server and pages are built from the same schemas. */
export async function get<Schema extends z.ZodType>(path: string, signal?: AbortSignal): Promise<z.output<Schema>> {
  return await send<Schema>(path, {
    headers: { accept: "application/json" },
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Answer of a `POST` of JSON. */
export async function post<Schema extends z.ZodType>(path: string, body: unknown): Promise<z.output<Schema>> {
  return await send<Schema>(path, {
    method: "POST",
    headers: { accept: "application/json", "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

/** A message of an event stream. Its type is the contract's, as with {@link get}. */
export const parsed = <Schema extends z.ZodType>(text: string) => JSON.parse(text) as z.output<Schema>;

async function send<Schema extends z.ZodType>(path: string, init: RequestInit): Promise<z.output<Schema>> {
  const response = await fetch(path, {
    ...init,
    credentials: "same-origin",
  }).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    const hint = "Check the network connection, then try again. The page keeps what you entered.";
    throw new Problem(OFFLINE, 0, { hint });
  });
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw problemOf(response.status, body);
  if (body === undefined) throw new Problem(`${path} answered no JSON.`, response.status);
  return body as z.output<Schema>;
}

function problemOf(status: number, body: unknown): Problem {
  if (!isProblem(body)) return new Problem(`The server answered with status ${status}.`, status);
  const { message, hint, request } = body;
  return new Problem(message, status, {
    ...(hint === undefined ? {} : { hint }),
    ...(request === undefined ? {} : { request }),
  });
}

function isProblem(body: unknown): body is z.output<typeof problemSchema> {
  return typeof body === "object" && body !== null && "message" in body && typeof body.message === "string";
}
