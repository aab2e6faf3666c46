import { sql } from "kysely";
import { z } from "zod";
import { cronGaps, parseCron } from "../../../../config/cron.ts";
import { dataSchema } from "../../../api/tenants.ts";
import type { Database } from "../../../database/connect.ts";
import { nothing, route } from "../../route.ts";
import { sourcesOf } from "../../sources.ts";
import { findTenant, placementsOf } from "./find.ts";
import { restoreSteps } from "./restoreSteps.ts";

/** Most backups, and most drills, that are shown. */
const MAX = 30;
/** Hours that a backup may take and start late: `OdooBackupLate` of alerts/rules/backups.yaml waits as long. */
const PATIENCE_HOURS = 4;
/** Drills are weekly: days of `OdooRestoreDrillLate` of alerts/rules/backups.yaml. */
const DRILL_DAYS = 8;

const HOUR = 3_600_000;

const fileSchema = z.object({
  backup: z.object({
    schedule: z.string(),
    keep: z.object({ daily: z.number(), weekly: z.number(), monthly: z.number() }),
  }),
});

/** A row of the view `outcomes`. */
interface Done {
  readonly id: string;
  readonly kind: string;
  readonly at: Date;
  readonly seconds: number;
  readonly stack: string | null;
  readonly actor: string;
  readonly link: string | null;
  readonly outcome: string;
  readonly reason: string | null;
  readonly snapshot: string | null;
  readonly taken_at: Date | null;
  /** `bigint`, which pg reads as a text. */
  readonly bytes: string | null;
}

export const tenantData = route({
  method: "get",
  path: "/tenants/{id}/data",
  action: "tenant:read",
  summary: "A tenant's backups and restore drills on record, what is late, and how it is restored",
  query: nothing,
  body: nothing,
  answer: dataSchema,
  handle: async ({ services: { database }, param }) => {
    const id = param("id");
    const [row, placements, backups, drills, sources] = await Promise.all([
      findTenant(database, id),
      placementsOf(database, id),
      doneOf(database, id, "backup create"),
      doneOf(database, id, "backup drill"),
      sourcesOf(database, ["events", "files", "inventories"]),
    ]);
    const backup = fileSchema.safeParse(row.file).data?.backup;
    const hours = backup === undefined ? undefined : hoursBetween(backup.schedule);
    return {
      plan: backup === undefined ? undefined : { schedule: backup.schedule, ...backup.keep },
      places: placements.map(({ stack, environment, database: name }) => {
        const newest = (done: readonly Done[]) =>
          // What a sandbox does names no stack where it is the only one.
          done.find((each) => each.outcome === "succeeded" && (each.stack ?? "sandbox") === stack);
        const [made, proved] = [newest(backups), newest(drills)];
        return {
          stack,
          environment,
          backup: { state: punctuality(made?.at, hours), at: made?.at.toISOString(), hours },
          drill: {
            state: punctuality(proved?.at, DRILL_DAYS * 24),
            at: proved?.at.toISOString(),
            takenAt: proved?.taken_at?.toISOString(),
            days: DRILL_DAYS,
          },
          restore: restoreSteps({ tenant: id, database: name ?? id, stack, environment }),
        };
      }),
      backups: backups.map(eventOf),
      drills: drills.map(eventOf),
      sources,
    };
  },
});

async function doneOf(database: Database, tenant: string, kind: string): Promise<readonly Done[]> {
  const { rows } = await sql<Done>`
    SELECT * FROM outcomes WHERE kind = ${kind} AND tenants @> ARRAY[${tenant}]::text[] AND tenant = ${tenant}
    ORDER BY at DESC, id LIMIT ${MAX}`.execute(database);
  return rows;
}

function eventOf({ id, at, seconds, stack, actor, link, outcome, reason, snapshot, taken_at, bytes }: Done) {
  return {
    id,
    at: at.toISOString(),
    stack: stack ?? undefined,
    outcome: dataSchema.shape.backups.element.shape.outcome.parse(outcome),
    reason: reason ?? undefined,
    snapshot: snapshot ?? undefined,
    takenAt: taken_at?.toISOString(),
    bytes: bytes === null ? undefined : Number(bytes),
    seconds,
    actor,
    link: link ?? undefined,
  };
}

/** Hours after which the next backup is late. */
function hoursBetween(schedule: string): number | undefined {
  const parsed = parseCron(schedule);
  const gaps = "wrong" in parsed ? undefined : cronGaps(parsed);
  return gaps === undefined ? undefined : gaps.longest / 60 + PATIENCE_HOURS;
}

function punctuality(at: Date | undefined, hours: number | undefined): "in time" | "late" | "unknown" {
  if (at === undefined || hours === undefined) return "unknown";
  return Date.now() - at.getTime() > hours * HOUR ? "late" : "in time";
}
