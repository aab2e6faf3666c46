import { addMonths, daysOf } from "./calendar.ts";
import type { PlanDay, Payer, Readings } from "./calculate.ts";
import { eventDigest, eventId } from "./meters.ts";
import type { MeterEvent, UsageMeter } from "./meters.ts";
import type { Sql } from "./sql.ts";

/** What became of events that were added. */
export interface Added {
  /** How many are new. */
  readonly added: number;
  /** How many were there already, with the same content. */
  readonly known: number;
  /** Refused: the id, or the same meter's day, already has another content. */
  readonly refused: readonly MeterEvent[];
  /** Refused: the month is final. */
  readonly late: readonly MeterEvent[];
}

/** Events of one statement. */
const BATCH = 5000;

/**
 * Adds events to what was metered. One that is there with the same content counts as known; one that says something else is
 * refused, kept as a conflict, and changes nothing. A month that is final takes none.
 */
export async function addEvents(sql: Sql, events: readonly MeterEvent[]): Promise<Added> {
  const finals = await sql.query<{ month: string }>(
    "SELECT month FROM billing.periods WHERE state IN ('final', 'exported')",
  );
  const closed = new Set(finals.rows.map(({ month }) => month));
  const late = events.filter(({ day }) => closed.has(day.slice(0, 7)));
  const open = events.filter(({ day }) => !closed.has(day.slice(0, 7)));
  let added = 0;
  let known = 0;
  const lateAndOther: MeterEvent[] = [];
  const refused: MeterEvent[] = [];
  for (let from = 0; from < open.length; from += BATCH) {
    const batch = open.slice(from, from + BATCH).map((event) => ({
      event,
      row: {
        ...event,
        id: eventId(event),
        digest: eventDigest(event),
        ...("value" in event ? { value: event.value } : {}),
      },
    }));
    const inserted = await sql.query<{ source: string; id: string }>(
      `INSERT INTO billing.meter_events
         (source, id, tenant, environment, meter, day, plan, lifecycle, value, corrects, reason, digest)
       SELECT source, id, tenant, environment, meter, day, plan, lifecycle, value, corrects, reason, digest
       FROM jsonb_to_recordset($1::jsonb) AS event (
         source text, id text, tenant text, environment text, meter text, day date, plan text, lifecycle text,
         value numeric, corrects text, reason text, digest text)
       ON CONFLICT DO NOTHING RETURNING source, id`,
      [JSON.stringify(batch.map(({ row }) => row))],
    );
    added += inserted.rows.length;
    const isNew = new Set(inserted.rows.map(({ source, id }) => `${source} ${id}`));
    const rest = batch.filter(({ row }) => !isNew.has(`${row.source} ${row.id}`));
    if (rest.length === 0) continue;
    const there = await sql.query<{ source: string; id: string; digest: string }>(
      `SELECT source, id, digest FROM billing.meter_events
       JOIN jsonb_to_recordset($1::jsonb) AS event (source text, id text) USING (source, id)`,
      [JSON.stringify(rest.map(({ row: { source, id } }) => ({ source, id })))],
    );
    const digests = new Map(there.rows.map(({ source, id, digest }) => [`${source} ${id}`, digest]));
    for (const { event, row } of rest) {
      // An event that an earlier state of the source has corrected stays what it was.
      if (digests.get(`${row.source} ${row.id}`) === row.digest) known += 1;
      else refused.push(event);
    }
  }
  for (const event of late) {
    const there = await sql.query<{ digest: string }>(
      "SELECT digest FROM billing.meter_events WHERE source = $1 AND id = $2",
      [event.source, eventId(event)],
    );
    if (there.rows[0]?.digest === eventDigest(event)) known += 1;
    else lateAndOther.push(event);
  }
  for (const event of refused) {
    await sql.query(
      "INSERT INTO billing.conflicts (source, id, digest, event) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
      [event.source, eventId(event), eventDigest(event), JSON.stringify(event)],
    );
  }
  return { added, known, refused, late: lateAndOther };
}

/** Effective events: those that no other one corrects. */
const EFFECTIVE = `
  FROM billing.meter_events AS event
  WHERE NOT EXISTS (
    SELECT FROM billing.meter_events AS later WHERE later.source = event.source AND later.corrects = event.id)`;

/** What was metered in a month, a tenant and environment at a time. @param tenant only this one's. @default all */
export async function readingsOf(sql: Sql, month: string, tenant?: string): Promise<Readings[]> {
  const [first = ""] = daysOf(month);
  const next = `${addMonths(month, 1)}-01`;
  const only = tenant === undefined ? "" : "AND tenant = $3";
  const values = [first, next, ...(tenant === undefined ? [] : [tenant])];
  const { rows } = await sql.query<{
    tenant: string;
    environment: string;
    meter: string;
    days: string[];
    plans: string[];
    lifecycles: PlanDay["lifecycle"][];
    values: string[];
  }>(
    `SELECT tenant, environment, meter,
            array_agg(to_char(day, 'YYYY-MM-DD') ORDER BY day) AS days, array_agg(plan ORDER BY day) AS plans,
            array_agg(lifecycle ORDER BY day) AS lifecycles, array_agg(value::text ORDER BY day) AS values
     ${EFFECTIVE} AND day >= $1 AND day < $2 ${only} GROUP BY tenant, environment, meter`,
    values,
  );
  // What was deployed last before the month: the first day's state may be another one.
  const before = await sql.query<{ tenant: string; environment: string; day: string } & PlanDay>(
    `SELECT DISTINCT ON (tenant, environment) tenant, environment, to_char(day, 'YYYY-MM-DD') AS day, plan, lifecycle
     ${EFFECTIVE} AND meter = 'plan' AND day < $1::date AND day >= $1::date - 62 AND day < $2 ${only}
     ORDER BY tenant, environment, day DESC`,
    values,
  );
  const found = new Map<
    string,
    { plans: Map<string, PlanDay>; usage: Map<UsageMeter, Map<string, string>> } & Readings
  >();
  const readingsFor = (row: { tenant: string; environment: string }) => {
    const key = `${row.tenant} ${row.environment}`;
    const known = found.get(key);
    if (known !== undefined) return known;
    const readings = {
      tenant: row.tenant,
      environment: row.environment,
      plans: new Map<string, PlanDay>(),
      usage: new Map<UsageMeter, Map<string, string>>(),
    };
    found.set(key, readings);
    return readings;
  };
  for (const { day, plan, lifecycle, ...row } of before.rows) readingsFor(row).plans.set(day, { plan, lifecycle });
  for (const row of rows) {
    const readings = readingsFor(row);
    row.days.forEach((day, index) => {
      const lifecycle = row.lifecycles[index];
      if (row.meter === "plan" && lifecycle !== undefined) {
        readings.plans.set(day, { plan: row.plans[index] ?? "", lifecycle });
      }
    });
    if (isUsage(row.meter))
      readings.usage.set(row.meter, new Map(row.days.map((day, index) => [day, row.values[index] ?? "0"])));
  }
  return [...found.values()];
}

function isUsage(meter: string): meter is UsageMeter {
  return meter !== "plan";
}

/** A reading that a line was made from. */
export interface SourceEvent {
  readonly source: string;
  readonly id: string;
  readonly day: string;
  readonly plan: string | undefined;
  readonly lifecycle: string | undefined;
  readonly value: string | undefined;
  readonly corrects: string | undefined;
  readonly reason: string | undefined;
  readonly recordedAt: Date;
}

/** The readings that a line of a document was made from, in the order of their days: the way back from an amount. */
export async function eventsOf(
  sql: Sql,
  line: {
    readonly tenant: string;
    readonly environment: string;
    readonly meter: string;
    readonly from: string;
    readonly to: string;
  },
): Promise<SourceEvent[]> {
  const { rows } = await sql.query<{
    source: string;
    id: string;
    day: string;
    plan: string | null;
    lifecycle: string | null;
    value: string | null;
    corrects: string | null;
    reason: string | null;
    recorded_at: Date;
  }>(
    `SELECT source, id, to_char(day, 'YYYY-MM-DD') AS day, plan, lifecycle, value::text AS value, corrects, reason, recorded_at
     ${EFFECTIVE} AND tenant = $1 AND environment = $2 AND meter = $3 AND day BETWEEN $4 AND $5 ORDER BY day`,
    [line.tenant, line.environment, line.meter, line.from, line.to],
  );
  return rows.map(({ recorded_at, plan, lifecycle, value, corrects, reason, ...row }) => ({
    ...row,
    plan: plan ?? undefined,
    lifecycle: lifecycle ?? undefined,
    value: value ?? undefined,
    corrects: corrects ?? undefined,
    reason: reason ?? undefined,
    recordedAt: recorded_at,
  }));
}

/** Remembers who pays for tenants, for the month in which a file goes. */
export async function rememberPayers(sql: Sql, payers: ReadonlyMap<string, Payer>, day: string): Promise<void> {
  await sql.query(
    `INSERT INTO billing.payers (tenant, company, cost_centre, seen_on)
     SELECT tenant, company, cost_centre, $2 FROM jsonb_to_recordset($1::jsonb) AS payer (tenant text, company text, cost_centre text)
     ON CONFLICT (tenant) DO UPDATE SET company = excluded.company, cost_centre = excluded.cost_centre, seen_on = excluded.seen_on`,
    [
      JSON.stringify(
        [...payers].map(([tenant, { company, costCentre }]) => ({ tenant, company, cost_centre: costCentre })),
      ),
      day,
    ],
  );
}

/**
 * Who pays for tenants: what their files say, and what was known last of those that are gone.
 *
 * @param files undefined: the tenant's file names nobody
 */
export async function payersOf(
  sql: Sql,
  files: ReadonlyMap<string, Payer | undefined>,
): Promise<ReadonlyMap<string, Payer>> {
  const { rows } = await sql.query<{ tenant: string; company: string; cost_centre: string }>(
    "SELECT tenant, company, cost_centre FROM billing.payers",
  );
  const all = new Map<string, Payer | undefined>([
    ...rows.map(({ tenant, company, cost_centre }): [string, Payer] => [tenant, { company, costCentre: cost_centre }]),
    ...files,
  ]);
  return new Map(
    [...all].flatMap(([tenant, payer]): [string, Payer][] => (payer === undefined ? [] : [[tenant, payer]])),
  );
}
