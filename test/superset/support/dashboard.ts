import { z } from "zod";
import { keyOf } from "../../../features/analytics/key.ts";
import { dashboardKey } from "../../../features/analytics/render.ts";
import type { Superset } from "../../../features/analytics/superset.ts";
import { STACK } from "./hub.ts";

const queryContext = z.object({
  datasource: z.object({ id: z.number(), type: z.string() }),
  queries: z.array(z.looseObject({})),
  form_data: z.looseObject({}),
});
const chartSchema = z.object({ result: z.object({ id: z.number(), query_context: z.string() }) });
const dashboardSchema = z.object({ result: z.object({ id: z.number() }) });
const answerSchema = z.object({
  result: z.array(z.object({ data: z.array(z.record(z.string(), z.unknown())), is_cached: z.boolean().nullable() })),
});

/** A chart as a page asks for its figures. */
export interface Question {
  readonly chart: number;
  readonly dashboard: number;
  readonly dataset: number;
  /** Body of the request. */
  readonly body: z.output<typeof queryContext>;
}

/** Looks a chart up by the service account, and makes the request that the embedded page sends. */
export async function questionOf(
  superset: Superset,
  tenant: string,
  chart: string,
  model = "finance_ppm/v1",
): Promise<Question> {
  const key = keyOf(STACK, tenant, model, "chart", chart);
  const { result: found } = await superset.call(chartSchema, "GET", `/api/v1/chart/${key}`);
  const { result: dashboard } = await superset.call(
    dashboardSchema,
    "GET",
    `/api/v1/dashboard/${dashboardKey({ stack: STACK, tenant }, model)}`,
  );
  const context = queryContext.parse(JSON.parse(found.query_context));
  const body = { ...context, form_data: { ...context.form_data, slice_id: found.id, dashboardId: dashboard.id } };
  return { chart: found.id, dashboard: dashboard.id, dataset: context.datasource.id, body };
}

/** Sends a question with a guest's token. */
export function ask(url: string, token: string, body: unknown): Promise<Response> {
  return fetch(`${url}/api/v1/chart/data`, {
    method: "POST",
    headers: { "x-guesttoken": token, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

/** The rows of an answer, and whether they came out of a cache. */
export async function rowsOf(answer: Response): Promise<{ rows: Record<string, unknown>[]; isCached: boolean }> {
  const [first] = answerSchema.parse(await answer.json()).result;
  if (first === undefined) throw new Error("the answer has no result");
  return { rows: first.data, isCached: first.is_cached === true };
}
