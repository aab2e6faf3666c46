import { sql } from "kysely";
import { z } from "zod";
import { askJson } from "../askJson.ts";
import type { WatchServer } from "../askJson.ts";
import type { Source } from "../source.ts";

const time = z.iso.datetime({ offset: true });

/** https://github.com/prometheus/alertmanager/blob/v0.33.1/api/v2/openapi.yaml, as far as it is read. */
const alertsSchema = z.array(
  z.object({
    fingerprint: z.string(),
    labels: z.record(z.string(), z.string()),
    annotations: z.record(z.string(), z.string()),
    startsAt: time,
    status: z.object({
      state: z.enum(["active", "suppressed", "unprocessed"]),
      silencedBy: z.array(z.string()),
    }),
  }),
);
type Alert = z.output<typeof alertsSchema>[number];

const silencesSchema = z.array(
  z.object({
    id: z.string(),
    createdBy: z.string(),
    comment: z.string(),
    endsAt: time,
  }),
);
type Silence = z.output<typeof silencesSchema>[number];

/** Names of this project's rules (`alerts/rules`): an Alertmanager may serve others, too. */
const OURS = /^Odoo/;

/**
 * Alerts that Alertmanager has now, with what silences them.
 *
 * @param seconds that it has for an answer. @default 10
 */
export function alertmanagerSource(server: WatchServer, seconds = 10): Source {
  return {
    name: "alertmanager",
    rhythm: 60,
    pause: 15,
    read: async ({ database }) => {
      const at = new Date();
      const alerts = await askJson("Alertmanager", server, "/api/v2/alerts", alertsSchema, seconds);
      const silences = await askJson("Alertmanager", server, "/api/v2/silences", silencesSchema, seconds);
      const byId = new Map(silences.map((silence) => [silence.id, silence]));
      const rows = alerts
        .filter(({ labels }) => OURS.test(labels["alertname"] ?? ""))
        .map((alert) => rowOf(alert, byId));
      await database.transaction().execute(async (transaction) => {
        await sql`DELETE FROM alerts`.execute(transaction);
        await sql`
          INSERT INTO alerts (
            fingerprint, name, severity, environment, tenant, summary, description, runbook, since, state, silence
          )
          SELECT fingerprint, name, severity, environment, tenant, summary, description, runbook, since, state, silence
          FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS row (
            fingerprint text, name text, severity text, environment text, tenant text, summary text, description text,
            runbook text, since timestamptz, state text, silence text
          )`.execute(transaction);
      });
      return { asOf: at };
    },
  };
}

function rowOf({ fingerprint, labels, annotations, startsAt, status }: Alert, silences: ReadonlyMap<string, Silence>) {
  const silence = status.silencedBy.flatMap((id) => silences.get(id) ?? [])[0];
  const name = labels["alertname"] ?? "";
  return {
    fingerprint,
    name,
    // Rules have these two; what another one says is shown as what asks for a look.
    severity: labels["severity"] === "critical" ? "critical" : "warning",
    environment: labels["environment"] ?? null,
    tenant: labels["tenant"] ?? null,
    summary: annotations["summary"] ?? name,
    description: annotations["description"] ?? null,
    runbook: annotations["runbook_url"] ?? null,
    since: startsAt,
    state: status.silencedBy.length > 0 ? "silenced" : status.state === "suppressed" ? "inhibited" : "active",
    silence:
      silence === undefined
        ? null
        : `Silenced by ${silence.createdBy} until ${silence.endsAt.slice(0, 16)}Z: ${silence.comment}`,
  };
}
