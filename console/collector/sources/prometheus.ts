import { sql } from "kysely";
import { z } from "zod";
import { askJson } from "../askJson.ts";
import type { WatchServer } from "../askJson.ts";
import type { Source } from "../source.ts";

/** https://prometheus.io/docs/prometheus/latest/querying/api/: an instant vector. */
const answerSchema = z.object({
  status: z.literal("success"),
  data: z.object({
    resultType: z.literal("vector"),
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        value: z.tuple([z.number(), z.string()]),
      }),
    ),
  }),
});

/** The metrics are those of the alerts OdooTenantDown and OdooTenantSlow: blackbox_exporter's, of each host of each tenant. */
const QUERIES = {
  availability: 'avg by (tenant) (avg_over_time(probe_success{job="odoo-tenants"}[30d]))',
  response_seconds: 'avg by (tenant) (avg_over_time(probe_duration_seconds{job="odoo-tenants"}[30d]))',
} as const;

/**
 * How often tenants answered in the last 30 days, and how fast.
 *
 * @param seconds that Prometheus has for an answer. @default 30
 */
export function prometheusSource(server: WatchServer, seconds = 30): Source {
  return {
    name: "prometheus",
    rhythm: 600,
    // Each question reads 30 days.
    pause: 300,
    read: async ({ database }) => {
      const at = new Date();
      const availability = await ask(server, QUERIES.availability, seconds);
      const responses = await ask(server, QUERIES.response_seconds, seconds);
      const rows = [...availability].map(([tenant, value]) => ({
        tenant,
        availability: value,
        response_seconds: responses.get(tenant) ?? null,
      }));
      await database.transaction().execute(async (transaction) => {
        await sql`DELETE FROM measurements`.execute(transaction);
        await sql`
          INSERT INTO measurements (tenant, availability, response_seconds)
          SELECT tenant, availability, response_seconds FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
            AS row (tenant text, availability double precision, response_seconds double precision)`.execute(
          transaction,
        );
      });
      return { asOf: at };
    },
  };
}

/** A figure of each tenant. What is not a number is not known. */
async function ask(server: WatchServer, query: string, seconds: number): Promise<ReadonlyMap<string, number>> {
  const path = `/api/v1/query?query=${encodeURIComponent(query)}`;
  const { data } = await askJson("Prometheus", server, path, answerSchema, seconds);
  return new Map(
    data.result.flatMap(({ metric: { tenant }, value: [, text] }) => {
      const value = Number(text);
      return tenant === undefined || !Number.isFinite(value) ? [] : [[tenant, value] as const];
    }),
  );
}
