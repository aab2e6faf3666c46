import { randomUUID } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { FileStore } from "../../lib/fileStore.ts";
import { headCommit } from "../../lib/git.ts";
import { workflowRunUrl } from "../../lib/githubOutput.ts";
import { UserError } from "../../lib/userError.ts";
import { eventSchema, LONGEST_REASON } from "./event.ts";
import type { Event, Result } from "./event.ts";

/** Names the folder of the ledger. */
export const EVENTS_VARIABLE = "ODOO_SAAS_EVENTS";

/** What is said of an event where it happens; the rest is found out. */
export interface Happening extends Pick<Event, "kind" | "outcome" | "deployed"> {
  /** When it began. */
  readonly begun: Date;
  readonly stack?: string | undefined;
  readonly tenants?: readonly string[];
  readonly results?: readonly Result[] | undefined;
  /** Why it failed. */
  readonly error?: unknown;
}

/**
 * Adds an event to the ledger: a file of its own, `<folder>/2026/11/29/<time>-<id>.json`, which is there as a whole or not at all.
 * Without {@link EVENTS_VARIABLE}, nothing is kept. A ledger that cannot be written is reported, and stops nothing.
 *
 * @param root the project's root
 */
export function record(
  root: string,
  happening: Happening,
  { env = process.env, warn = console.error }: { env?: NodeJS.ProcessEnv; warn?: (line: string) => void } = {},
): void {
  const folder = env[EVENTS_VARIABLE] ?? "";
  if (folder === "") return;
  try {
    write(folder, eventOf(root, happening, env));
  } catch (error) {
    warn(
      `The event could not be kept in ${folder} (${EVENTS_VARIABLE}): ${error instanceof Error ? error.message : ""}`,
    );
  }
}

/** Which events are read. */
export interface Reading {
  /** First day, such as `2026-11-28`. @default all days */
  readonly since?: string | undefined;
  /** Which of some events' ids need not be read. @default none */
  readonly known?: (ids: readonly string[]) => Promise<ReadonlySet<string>>;
}

/** Files that are read at once. */
const AT_ONCE = 16;

/**
 * Events of a ledger, the oldest first.
 *
 * @throws UserError for a ledger that cannot be read, and for a file that is not an event
 */
export async function readEvents(store: FileStore, reading: Reading = {}): Promise<Event[]> {
  const events: Event[] = [];
  for await (const event of eachEvent(store, reading)) events.push(event);
  return events.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/**
 * Events of a ledger in no particular order, read as they are asked for: a ledger of years is not in memory.
 *
 * @throws UserError for a ledger that cannot be read, and for a file that is not an event
 */
export async function* eachEvent(store: FileStore, { since, known }: Reading = {}): AsyncGenerator<Event> {
  const paths = (await store.list(since?.replaceAll("-", "/"))).map(({ path }) => path).filter(isEvent);
  const read = (await known?.(paths.map(idOf))) ?? new Set();
  const left = paths.filter((path) => !read.has(idOf(path)));
  for (let from = 0; from < left.length; from += AT_ONCE)
    yield* await Promise.all(left.slice(from, from + AT_ONCE).map((path) => readEvent(store, path)));
}

/**
 * Copies the events of a ledger to another one, which need not be readable. One that is there already stays as it is.
 *
 * @returns how many there are
 * @throws UserError where one cannot be read or written
 */
export async function copyEvents(from: FileStore, to: FileStore): Promise<number> {
  const paths = (await from.list()).map(({ path }) => path).filter(isEvent);
  for (const path of paths) {
    const text = await from.read(path);
    parseEvent(`${from.address}/${path}`, text);
    await to.write(path, text);
  }
  return paths.length;
}

async function readEvent(store: FileStore, path: string): Promise<Event> {
  return parseEvent(`${store.address}/${path}`, await store.read(path));
}

function parseEvent(place: string, text: string): Event {
  const event = eventSchema.safeParse(jsonOf(text));
  if (event.success) return event.data;
  const [issue] = event.error.issues;
  throw new UserError(`${place} is not an event: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`);
}

function isEvent(path: string): boolean {
  return path.endsWith(".json");
}

/** Id of the event that a file has by its name. */
function idOf(path: string): string {
  return path.slice(-".json".length - 36, -".json".length);
}

function eventOf(root: string, happening: Happening, env: NodeJS.ProcessEnv): Event {
  const { kind, outcome, begun, stack, tenants = [], results, deployed, error } = happening;
  const now = new Date();
  return eventSchema.parse({
    version: 1,
    id: randomUUID(),
    kind,
    at: now.toISOString(),
    seconds: Math.max(0, now.getTime() - begun.getTime()) / 1000,
    outcome,
    reason: error === undefined ? undefined : reasonOf(error),
    stack,
    tenants,
    results,
    deployed,
    commit: headCommit(root),
    actor: env["GITHUB_ACTOR"] ?? userInfo().username,
    link: workflowRunUrl(env),
  });
}

/** The first line of an error's message, as an event has it. */
export function reasonOf(error: unknown): string {
  const text = stripVTControlCharacters(error instanceof Error ? error.message : String(error));
  const line = text.split("\n").find((each) => each.trim() !== "") ?? "";
  return line.trim().slice(0, LONGEST_REASON);
}

function write(folder: string, event: Event): void {
  const day = join(folder, ...event.at.slice(0, 10).split("-"));
  const file = join(day, `${event.at.replaceAll(":", "")}-${event.id}.json`);
  mkdirSync(day, { recursive: true });
  writeFileSync(`${file}.partial`, `${JSON.stringify(event)}\n`);
  renameSync(`${file}.partial`, file);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
