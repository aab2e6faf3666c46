import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, join, sep } from "node:path";
import { stripVTControlCharacters } from "node:util";
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

/**
 * Events of a ledger, the oldest first.
 *
 * @param since first day, such as `2026-11-28`. @default all days
 * @throws UserError for a file that is not an event
 */
export function readEvents(folder: string, since = ""): Event[] {
  let names: string[];
  try {
    names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  } catch {
    throw new UserError(`${folder} cannot be read, expected the folder of events that ${EVENTS_VARIABLE} names`);
  }
  return names
    .filter((name) => name.endsWith(".json") && dirname(name).split(sep).join("-") >= since)
    .map((name) => {
      const file = join(folder, name);
      const event = eventSchema.safeParse(jsonOf(readFileSync(file, "utf8")));
      if (event.success) return event.data;
      const [issue] = event.error.issues;
      throw new UserError(`${file} is not an event: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`);
    })
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
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
