import { sql } from "kysely";
import { z } from "zod";
import { allowed } from "../../api/access.ts";
import { dashboardSchema } from "../../api/dashboard.ts";
import { statusSchema } from "../../api/tenants.ts";
import type { Database } from "../../database/connect.ts";
import type { LoggedIn } from "../auth/sessions.ts";
import { nothing, route } from "../route.ts";
import { sharedAnswers } from "../shared.ts";
import { sourcesOf } from "../sources.ts";
import { alertGroups, endingCertificates, fleetWatch, lateReports, unwatchedOf } from "../watch.ts";

type Inbox = z.input<typeof dashboardSchema>["inbox"];

/** Most entries of each kind. */
const MAX = 20;

/** Days before the end of a hold from which it is in the inbox. */
const HOLD_DAYS = 14;

/** Days before the end of a certificate from which on it is critical, as the alert OdooCertificateNearEnd has it. */
const CRITICAL_DAYS = 7;

export const dashboard = route({
  method: "get",
  path: "/dashboard",
  action: "dashboard:read",
  summary: "What waits for somebody, and how the fleet is",
  query: nothing,
  body: nothing,
  answer: dashboardSchema,
  handle: async ({ services: { database }, person }) => {
    const [inbox, byStatus, byStack, deployments, backups, cost, activity, watch, sources] = await Promise.all([
      inboxOf(database, person),
      database
        .selectFrom("tenants")
        .select((builder) => ["status", builder.fn.countAll<string>().as("count")])
        .groupBy("status")
        .execute(),
      database
        .selectFrom("stacks")
        .leftJoin("placements", "placements.stack", "stacks.name")
        .select((builder) => [
          "stacks.name",
          "stacks.updated_at",
          "stacks.resources",
          builder.fn.count<string>("placements.tenant").as("count"),
        ])
        .groupBy("stacks.name")
        .orderBy("stacks.name")
        .execute(),
      database
        .selectFrom("events")
        .selectAll()
        .where("kind", "in", ["sandbox up", "sandbox start", "deploy up", "deploy wave", "deploy rollback"])
        .orderBy("at", "desc")
        .limit(8)
        .execute(),
      backupsOf(database),
      database
        .selectFrom("tenants")
        .select((builder) => ["currency", builder.fn.sum<string>("cost").as("amount")])
        .where("archived", "=", false)
        .where("currency", "is not", null)
        .groupBy("currency")
        .orderBy("currency")
        .execute(),
      activityOf(database),
      fleetWatch(database),
      sourcesOf(database),
    ]);
    const statuses = byStatus.map(({ status, count }) => ({
      status: statusSchema.parse(status),
      count: Number(count),
    }));
    return {
      inbox,
      tenants: {
        total: statuses.reduce((sum, { count }) => sum + count, 0),
        byStatus: statuses,
        byStack: byStack.map(({ name, updated_at, count, resources }) => ({
          stack: name,
          count: Number(count),
          resources,
          updatedAt: updated_at?.toISOString(),
        })),
      },
      deployments: deployments.map(({ id, kind, stack, at, seconds, outcome, reason, actor, link }) => ({
        id,
        kind,
        stack: stack ?? undefined,
        at: at.toISOString(),
        seconds,
        outcome: dashboardSchema.shape.deployments.element.shape.outcome.parse(outcome),
        reason: reason ?? undefined,
        actor,
        link: link ?? undefined,
      })),
      backups,
      cost: cost.map(({ currency, amount }) => ({ currency: currency ?? "", amount: Number(amount) })),
      activity,
      sources,
      unwatched: unwatchedOf(sources),
      watch,
    };
  },
});

async function inboxOf(database: Database, person: LoggedIn): Promise<Inbox> {
  const [requests, runs, holds, late, certificates, alerts] = await Promise.all([
    allowed(person, "request:read")
      ? database
          .selectFrom("requests")
          .selectAll()
          .where((builder) =>
            builder.or([
              builder("state", "=", "waiting"),
              builder.and([
                builder("state", "in", ["refused", "failed"]),
                builder("updated_at", ">", sql<Date>`now() - interval '7 days'`),
              ]),
            ]),
          )
          .orderBy("updated_at", "desc")
          .limit(MAX)
          .execute()
      : [],
    // A kind of run that failed and has not succeeded since. Kinds and stacks are found one by one: they are few.
    sql<{ kind: string; stack: string | null; at: Date; reason: string | null; link: string | null }>`
      WITH RECURSIVE runs AS (
        (SELECT kind, coalesce(stack, '') AS stack FROM events ORDER BY kind, coalesce(stack, '') LIMIT 1)
        UNION ALL
        SELECT following.kind, following.stack FROM runs CROSS JOIN LATERAL (
          SELECT kind, coalesce(stack, '') AS stack FROM events
          WHERE (kind, coalesce(stack, '')) > (runs.kind, runs.stack) ORDER BY kind, coalesce(stack, '') LIMIT 1
        ) AS following
      )
      SELECT newest.* FROM runs CROSS JOIN LATERAL (
        SELECT kind, stack, at, outcome, reason, link FROM events
        WHERE kind = runs.kind AND coalesce(stack, '') = runs.stack ORDER BY at DESC LIMIT 1
      ) AS newest WHERE outcome = 'failed' ORDER BY at DESC LIMIT ${MAX}`.execute(database),
    database
      .selectFrom("tenants")
      .select(["id", "hold_until"])
      .where("hold_until", "<=", sql<string>`to_char(current_date + ${HOLD_DAYS}::int, 'YYYY-MM-DD')`)
      .orderBy("hold_until")
      .limit(MAX)
      .execute(),
    lateReports(database, MAX),
    endingCertificates(database, MAX),
    alertGroups(database, MAX),
  ]);
  const waiting = requests.filter(({ state }) => state === "waiting");
  const failed = requests.filter(({ state }) => state !== "waiting");
  const isMine = (approver: string) => approver.toLowerCase() === person.login.toLowerCase();
  return [
    ...alerts.map(({ name, severity, environment, alerts: count, since, summary, runbook, tenant, tenants }) => ({
      kind: "alert" as const,
      severity: severity === "critical" ? ("critical" as const) : ("warning" as const),
      title: count === "1" ? summary : `${name}: ${count} alerts of ${tenants} tenants`,
      detail: [
        ...(environment === null ? [] : [`In ${environment}.`]),
        ...(count === "1" ? [] : [`Such as: ${summary}.`]),
        ...(runbook === null ? [] : [`Runbook: ${runbook}`]),
      ].join(" "),
      at: since.toISOString(),
      tenant: tenants === "1" ? (tenant ?? undefined) : undefined,
    })),
    ...runs.rows.map(({ kind, stack, at, reason, link }) => ({
      kind: "run-failed" as const,
      severity: "critical" as const,
      title: `Look at ${kind}${stack === null ? "" : ` of ${stack}`}, which failed`,
      detail: reason ?? undefined,
      at: at.toISOString(),
      link: link ?? undefined,
    })),
    ...failed.map(({ id, action, tenant, problem, updated_at }) => ({
      kind: "request-failed" as const,
      severity: "critical" as const,
      title: `Fix the request to ${action} ${tenant}`,
      detail: problem ?? undefined,
      at: updated_at.toISOString(),
      tenant,
      request: id,
    })),
    ...waiting.map(({ id, action, tenant, approver, requester, reason, deadline, url }) => ({
      kind: "approve" as const,
      severity: isMine(approver) ? ("warning" as const) : ("info" as const),
      title: isMine(approver) ? `Review: ${action} ${tenant}` : `Wait for ${approver}: ${action} ${tenant}`,
      detail: `${requester}: ${reason}`,
      at: deadline?.toISOString(),
      tenant,
      request: id,
      link: url ?? undefined,
    })),
    ...holds.map(({ id, hold_until }) => ({
      kind: "hold-ends" as const,
      severity: "warning" as const,
      title: `Release ${id}, or extend its hold`,
      at: hold_until === null ? undefined : `${hold_until}T00:00:00Z`,
      tenant: id,
    })),
    ...certificates.map(({ tenant, hosts, ends_at }) => ({
      kind: "certificate" as const,
      severity:
        (ends_at?.getTime() ?? 0) < Date.now() + CRITICAL_DAYS * 86_400_000
          ? ("critical" as const)
          : ("warning" as const),
      title: `Renew the certificate of ${hosts.join(", ")}`,
      detail: "It should have been renewed long ago. Runbook: docs/runbooks/alert-certificate.md",
      at: ends_at?.toISOString(),
      tenant: tenant ?? undefined,
    })),
    ...late.map(({ tenant, data_as_of, error }) => ({
      kind: "analytics" as const,
      severity: "warning" as const,
      title: `Look at the reports of ${tenant}, whose data is late`,
      detail: [
        data_as_of === null ? "No copy has succeeded." : "Copies are due every 15 minutes.",
        ...(error !== null && allowed(person, "tenant:read") ? [`The last one failed: ${error}.`] : []),
        "Runbook: docs/runbooks/alert-analytics-lag.md",
      ].join(" "),
      at: data_as_of?.toISOString(),
      tenant,
    })),
  ];
}

const backupsOf = sharedAnswers(async (database): Promise<z.input<typeof dashboardSchema>["backups"]> => {
  const row = await database
    .selectFrom("tenants")
    .where("archived", "=", false)
    .where("status", "<>", "declared")
    .select([
      sql<string>`count(*)`.as("total"),
      sql<string>`count(*) FILTER (WHERE backup_at > now() - interval '1 day')`.as("within_day"),
      sql<string>`count(*) FILTER (WHERE backup_at <= now() - interval '1 day')`.as("older"),
      sql<string>`count(*) FILTER (WHERE backup_at IS NULL)`.as("unknown"),
      sql<string>`count(*) FILTER (WHERE drill_at > now() - interval '30 days')`.as("drilled"),
      sql<string>`count(*) FILTER (WHERE drill_at <= now() - interval '30 days')`.as("drilled_before"),
      sql<string>`count(*) FILTER (WHERE drill_at IS NULL)`.as("never_drilled"),
    ])
    .executeTakeFirstOrThrow();
  return {
    total: Number(row.total),
    withinDay: Number(row.within_day),
    older: Number(row.older),
    unknown: Number(row.unknown),
    drills: {
      within30Days: Number(row.drilled),
      older: Number(row.drilled_before),
      unknown: Number(row.never_drilled),
    },
  };
});

/** Events per day, of the last 30 days; days without one too. */
const activityOf = sharedAnswers(async (database) => {
  const { rows } = await sql<{ day: string; succeeded: string; failed: string }>`
    WITH counts AS (
      SELECT date_trunc('day', at) AS day,
             count(*) FILTER (WHERE outcome = 'succeeded') AS succeeded, count(*) FILTER (WHERE outcome = 'failed') AS failed
      FROM events WHERE at >= current_date - 29 GROUP BY 1
    )
    SELECT to_char(day, 'YYYY-MM-DD') AS day, coalesce(succeeded, 0) AS succeeded, coalesce(failed, 0) AS failed
    FROM generate_series(current_date - 29, current_date, interval '1 day') AS day LEFT JOIN counts USING (day)
    ORDER BY day`.execute(database);
  return rows.map(({ day, succeeded, failed }) => ({ day, succeeded: Number(succeeded), failed: Number(failed) }));
});
