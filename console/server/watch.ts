import { sql } from "kysely";
import { z } from "zod";
import { LATE_SECONDS } from "../api/alerting.ts";
import { alertSchema, CERTIFICATE_DAYS, WATCHED } from "../api/watch.ts";
import type { FleetWatch, TenantWatch, unwatchedSchema, WatchedSource } from "../api/watch.ts";
import type { Database } from "../database/connect.ts";
import { sharedAnswers } from "./shared.ts";

/** What a source would watch, and why nothing does where it is not set up. */
const WITHOUT: Readonly<Record<WatchedSource, { readonly what: string; readonly why: string }>> = {
  analytics: {
    what: "Analytics lag",
    why: "The analytics server is not set up as a source of the console: set CONSOLE_ANALYTICS_URL",
  },
  kubernetes: {
    what: "Pods and certificates",
    why: "The cluster is not set up as a source of the console: see docs/console.md",
  },
  alertmanager: {
    what: "Alerts",
    why: "Alertmanager is not set up as a source of the console: see docs/console.md",
  },
  prometheus: {
    what: "Availability and response times",
    why: "Prometheus is not set up as a source of the console: see docs/console.md",
  },
};

/** What the console watches in no stack. */
const NEVER = [
  { what: "Nodes", why: "The console does not ask for them: use kubectl or your cluster's own dashboard" },
  { what: "Backups by CronJobs", why: "Only backups and drills that somebody started by command are on record here" },
];

/** What nothing watches, by the sources that there are. */
export function unwatchedOf(sources: readonly { readonly name: string }[]): z.output<typeof unwatchedSchema> {
  const names = new Set(sources.map(({ name }) => name));
  return [...WATCHED.filter((name) => !names.has(name)).map((name) => WITHOUT[name]), ...NEVER];
}

/** Most alerts that a tenant's page shows. */
const MAX_ALERTS = 50;

const rowCounts = z.record(z.string(), z.number());

/** What watches of a tenant say. @param hasInsides whether the person may see errors of programs */
export async function tenantWatch(database: Database, id: string, hasInsides: boolean): Promise<TenantWatch> {
  const [sync, pods, certificates, alerts, measurement] = await Promise.all([
    database.selectFrom("syncs").selectAll().where("tenant", "=", id).executeTakeFirst(),
    database.selectFrom("pods").selectAll().where("tenant", "=", id).executeTakeFirst(),
    database.selectFrom("certificates").selectAll().where("tenant", "=", id).orderBy("name").execute(),
    database
      .selectFrom("alerts")
      .selectAll()
      .where("tenant", "=", id)
      .orderBy(sql`state <> 'active'`)
      .orderBy("severity")
      .orderBy("since")
      .limit(MAX_ALERTS)
      .execute(),
    database.selectFrom("measurements").selectAll().where("tenant", "=", id).executeTakeFirst(),
  ]);
  return {
    sync: sync && syncOf(sync, hasInsides),
    pods: pods && {
      pods: pods.pods,
      ready: pods.ready,
      restarts: pods.restarts,
      problem: hasInsides ? (pods.problem ?? undefined) : undefined,
    },
    certificates: certificates.map(({ hosts, ends_at, ready }) => ({
      hosts,
      endsAt: ends_at?.toISOString(),
      isReady: ready,
    })),
    alerts: alerts.map((alert) => ({
      fingerprint: alert.fingerprint,
      name: alert.name,
      severity: alertSchema.shape.severity.parse(alert.severity),
      environment: alert.environment ?? undefined,
      summary: alert.summary,
      description: alert.description ?? undefined,
      runbook: alert.runbook ?? undefined,
      since: alert.since.toISOString(),
      state: alertSchema.shape.state.parse(alert.state),
      silence: alert.silence ?? undefined,
    })),
    measurement: measurement && {
      availability: measurement.availability,
      responseSeconds: measurement.response_seconds ?? undefined,
    },
  };
}

function syncOf(
  row: {
    readonly data_as_of: Date | null;
    readonly row_counts: unknown;
    readonly attempted_at: Date;
    readonly succeeded: boolean;
    readonly error: string | null;
  },
  hasInsides: boolean,
): TenantWatch["sync"] {
  const counts = Object.values(rowCounts.parse(row.row_counts));
  return {
    dataAsOf: row.data_as_of?.toISOString(),
    rows: counts.reduce((sum, count) => sum + count, 0),
    tables: counts.length,
    attemptedAt: row.attempted_at.toISOString(),
    succeeded: row.succeeded,
    error: hasInsides ? (row.error ?? undefined) : undefined,
  };
}

/** What watches of the fleet say. */
export const fleetWatch = sharedAnswers(async (database): Promise<FleetWatch> => {
  const { rows } = await sql<{ tenants: string; late: string; failed: string; oldest: Date | null }>`
    SELECT count(*) AS tenants,
           count(*) FILTER (WHERE ${isLate}) AS late,
           count(*) FILTER (WHERE NOT succeeded) AS failed,
           min(data_as_of) AS oldest
    FROM syncs JOIN tenants ON tenants.id = syncs.tenant WHERE tenants.lifecycle = 'active'`.execute(database);
  const [analytics] = rows;
  const { rows: pods } = await sql<{ pods: string; ready: string; tenants: string; unready: string }>`
    SELECT coalesce(sum(pods), 0) AS pods, coalesce(sum(ready), 0) AS ready, count(*) AS tenants,
           count(*) FILTER (WHERE ready < pods) AS unready FROM pods`.execute(database);
  const [cluster] = pods;
  const { rows: measured } = await sql<{
    tenants: string;
    availability: number | null;
    response: number | null;
    lowest: string | null;
    least: number | null;
  }>`
    SELECT count(*) AS tenants, avg(availability) AS availability, avg(response_seconds) AS response,
           (array_agg(tenant ORDER BY availability, tenant))[1] AS lowest, min(availability) AS least
    FROM measurements WHERE tenant IN (SELECT id FROM tenants WHERE lifecycle = 'active')`.execute(database);
  const { availability, response, lowest, least, tenants } = measured[0] ?? {};
  return {
    measurement:
      availability == null || lowest == null || least == null
        ? undefined
        : {
            tenants: Number(tenants),
            availability,
            responseSeconds: response ?? undefined,
            lowest: { tenant: lowest, availability: least },
          },
    pods:
      cluster === undefined || cluster.tenants === "0"
        ? undefined
        : {
            pods: Number(cluster.pods),
            ready: Number(cluster.ready),
            tenants: Number(cluster.tenants),
            unready: Number(cluster.unready),
          },
    analytics:
      analytics === undefined || analytics.tenants === "0"
        ? undefined
        : {
            tenants: Number(analytics.tenants),
            late: Number(analytics.late),
            failed: Number(analytics.failed),
            oldest: analytics.oldest?.toISOString(),
          },
  };
});

/** Alerts that nobody silences, those of one kind, severity and environment together. @param max most groups */
export async function alertGroups(database: Database, max: number) {
  const { rows } = await sql<{
    name: string;
    severity: string;
    environment: string | null;
    alerts: string;
    since: Date;
    summary: string;
    runbook: string | null;
    tenant: string | null;
    tenants: string;
  }>`
    SELECT name, severity, environment, count(*) AS alerts, min(since) AS since, min(summary) AS summary,
           min(runbook) AS runbook, min(tenant) AS tenant, count(DISTINCT tenant) AS tenants
    FROM alerts WHERE state = 'active' GROUP BY name, severity, environment
    ORDER BY severity, since, name LIMIT ${max}`.execute(database);
  return rows;
}

/** Certificates that end soon or have ended, the first to end first. @param max most certificates */
export function endingCertificates(database: Database, max: number) {
  return database
    .selectFrom("certificates")
    .select(["tenant", "hosts", "ends_at"])
    .where("ends_at", "<", sql<Date>`now() + make_interval(days => ${CERTIFICATE_DAYS})`)
    .orderBy("ends_at")
    .limit(max)
    .execute();
}

/** Whether reports are late: they are older than {@link LATE_SECONDS}, or were never copied. */
const isLate = sql<boolean>`coalesce(data_as_of < now() - make_interval(secs => ${LATE_SECONDS}), true)`;

/** Tenants whose reports are late, the oldest first. @param max most tenants */
export async function lateReports(database: Database, max: number) {
  const { rows } = await sql<{ tenant: string; data_as_of: Date | null; error: string | null }>`
    SELECT tenant, data_as_of, error FROM syncs JOIN tenants ON tenants.id = syncs.tenant
    WHERE tenants.lifecycle = 'active' AND ${isLate}
    ORDER BY data_as_of NULLS FIRST, tenant LIMIT ${max}`.execute(database);
  return rows;
}
