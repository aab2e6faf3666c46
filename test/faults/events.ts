import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { z } from "zod";
import type { Instance } from "../../sandbox/instance.ts";
import { databaseServer } from "../../sandbox/services/databases.ts";
import type { DatabaseName } from "../../sandbox/services/databases.ts";
import { KEYCLOAK_DATABASE } from "../../sandbox/services/keycloak.ts";
import { superuserConnection } from "../../sandbox/services/postgres.ts";

/** When to strike. */
export type Moment =
  /** The engine is about to make or delete, or has just heard that there is or is no more, something of a type. */
  | { readonly when: "before" | "after"; readonly type: string; readonly op?: "create" | "delete" }
  /** Something is there, as its server sees it: mostly before the engine has heard of it. */
  | { readonly when: "made"; readonly what: MadeThing };

/** Tells a moment to a person. */
export function momentText(moment: Moment): string {
  if (moment.when === "made") return `when its ${moment.what} was made`;
  return `${moment.when} the ${moment.op === "delete" ? "deletion" : "creation"} of a ${moment.type}`;
}

const IN_REALM = "JOIN realm r ON r.id = x.realm_id WHERE r.name = $1";

/** How a server is asked whether something of a tenant ($1) is there: where, and by what. */
const MADE = {
  role: ["tenantsDatabase", "postgres", "SELECT FROM pg_roles WHERE rolname = $1"],
  reporter: ["tenantsDatabase", "postgres", "SELECT FROM pg_roles WHERE rolname = $1 || '_reporter'"],
  database: ["tenantsDatabase", "postgres", "SELECT FROM pg_database WHERE datname = $1"],
  "analytics owner": [
    "analyticsDatabase",
    "postgres",
    "SELECT FROM pg_roles WHERE rolname = 'tenant_' || replace($1, '-', '_') || '_owner'",
  ],
  "analytics reader": [
    "analyticsDatabase",
    "postgres",
    "SELECT FROM pg_roles WHERE rolname = 'tenant_' || replace($1, '-', '_') || '_reader'",
  ],
  realm: ["analyticsDatabase", KEYCLOAK_DATABASE, "SELECT FROM realm WHERE name = $1"],
  client: ["analyticsDatabase", KEYCLOAK_DATABASE, `SELECT FROM client x ${IN_REALM} AND x.client_id = 'odoo'`],
  group: ["analyticsDatabase", KEYCLOAK_DATABASE, `SELECT FROM keycloak_group x ${IN_REALM}`],
  "client role": [
    "analyticsDatabase",
    KEYCLOAK_DATABASE,
    `SELECT FROM keycloak_role x ${IN_REALM} AND x.client_role AND x.name = 'odoo-user'`,
  ],
  claim: [
    "analyticsDatabase",
    KEYCLOAK_DATABASE,
    `SELECT FROM protocol_mapper m JOIN client x ON x.id = m.client_id ${IN_REALM} AND m.name = 'groups' AND x.client_id = 'odoo'`,
  ],
} as const satisfies Record<string, readonly [DatabaseName, string, string]>;

/** Something whose making can be watched on its server. */
export type MadeThing = keyof typeof MADE;

/** Everything whose making can be watched on its server. */
export const MADE_THINGS = Object.keys(MADE) as readonly MadeThing[];

/** Longest that a moment is waited for, in seconds: an update of one tenant takes a tenth of it on a machine that is busy. */
const PATIENCE_SECONDS = 600;
/** Between two looks. */
export const PAUSE_MS = 3;

/**
 * Waits for a moment of an update that runs.
 *
 * @returns false when the update ended, or the patience did, before it came.
 */
export async function comes(
  moment: Moment,
  of: { readonly instance: Instance; readonly tenant: string; readonly log: EventLog; readonly isOver: () => boolean },
): Promise<boolean> {
  const deadline = Date.now() + PATIENCE_SECONDS * 1000;
  const poll = async (isThere: () => boolean | Promise<boolean>) => {
    while (!of.isOver() && Date.now() < deadline) {
      if (await isThere()) return true;
      await sleep(PAUSE_MS);
    }
    return false;
  };
  if (moment.when !== "made")
    return await poll(() => of.log.read().some((event) => isMoment(event, moment, of.tenant)));
  const [server, database, sql] = MADE[moment.what];
  const client = new pg.Client(superuserConnection(databaseServer(of.instance, server), database));
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await poll(async () => (await client.query(sql, [of.tenant])).rowCount !== 0);
  } finally {
    await client.end();
  }
}

const step = z.object({
  metadata: z.object({ op: z.string(), urn: z.string(), type: z.string() }),
  planning: z.boolean().optional(),
});
const eventSchema = z.object({
  resourcePreEvent: step.optional(),
  resOutputsEvent: step.optional(),
  summaryEvent: z.unknown().optional(),
});

/** An event of the engine, as `pulumi up --event-log` writes it. */
export type EngineEvent = z.output<typeof eventSchema>;

function isMoment(event: EngineEvent, moment: Exclude<Moment, { when: "made" }>, tenant: string): boolean {
  const found = moment.when === "before" ? event.resourcePreEvent : event.resOutputsEvent;
  if (found === undefined || found.planning === true) return false;
  const { op, type, urn } = found.metadata;
  return type === moment.type && op === (moment.op ?? "create") && urn.includes(`::${tenant}`);
}

/** The events that an update writes, while it does. */
export class EventLog {
  readonly path: string;
  #offset = 0;
  #rest = "";

  constructor(path: string) {
    this.path = path;
  }

  /** Events since the last call. */
  read(): EngineEvent[] {
    if (!existsSync(this.path)) return [];
    const file = openSync(this.path, "r");
    try {
      const size = fstatSync(file).size;
      if (size <= this.#offset) return [];
      const bytes = Buffer.alloc(size - this.#offset);
      this.#offset += readSync(file, bytes, 0, bytes.length, this.#offset);
      // Cut characters cannot harm: a line is only read when its end is there, and ids are ASCII.
      const lines = (this.#rest + bytes.toString("latin1")).split("\n");
      this.#rest = lines.pop() ?? "";
      return lines.map((line) => eventSchema.parse(JSON.parse(line)));
    } finally {
      closeSync(file);
    }
  }
}
