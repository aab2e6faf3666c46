import { randomUUID } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Event } from "../../features/events/index.ts";
import { generatedId } from "../../test/support/generateTenants.ts";
import { DAY, DAYS } from "./size.ts";

const KINDS = ["backup create", "deploy wave", "deploy smoke", "backup drill", "tenant request"] as const;
/** One event of so many failed. */
const FAILED = 25;

/**
 * Adds events to a ledger, each a file, as the program keeps them.
 *
 * @param tenants how many there are; each event is of one
 * @param days that they are spread over, until now
 */
export function writeEvents(folder: string, count: number, tenants: number, days = DAYS): void {
  const now = Date.now();
  const made = new Set<string>();
  for (let index = 0; index < count; index++) {
    const at = new Date(now - ((count - 1 - index) * days * DAY) / count).toISOString();
    const isFailed = index % FAILED === 0;
    const event: Event = {
      version: 1,
      id: randomUUID(),
      kind: KINDS[index % KINDS.length] ?? "deploy up",
      at,
      seconds: index % 300,
      outcome: isFailed ? "failed" : "succeeded",
      ...(isFailed && { reason: "The server did not answer within 30 s" }),
      stack: index % 3 === 0 ? "staging" : "prod",
      // Not the order of the tenants' ids: a day has events of all of them.
      tenants: [generatedId((index * 7919) % tenants)],
      commit: "0123456789abcdef0123456789abcdef01234567",
      actor: `engineer-${index % 20}`,
      link: `https://github.com/tbwa/platform/actions/runs/${index}`,
    };
    const day = join(folder, ...at.slice(0, 10).split("-"));
    if (!made.has(day)) mkdirSync(day, { recursive: true });
    made.add(day);
    writeFileSync(join(day, `${at.replaceAll(":", "")}-${event.id}.json`), `${JSON.stringify(event)}\n`);
  }
}
