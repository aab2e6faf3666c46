import { z } from "zod";
import type { Superset } from "./superset.ts";

const database = z.object({ id: z.number(), uuid: z.string(), database_name: z.string() });
const asset = z.object({ id: z.number(), uuid: z.string() });
const datasetSchema = asset.extend({ table_name: z.string() });
const related = z.object({
  charts: z.object({ result: z.array(z.object({ id: z.number() })) }),
  dashboards: z.object({ result: z.array(z.object({ id: z.number() })) }),
});
const chartSchema = asset.extend({ datasource_id: z.number().nullable() });

/** A connection in Superset. */
export type SupersetDatabase = z.output<typeof database>;

/** What Superset has on one connection. */
export interface Assets {
  readonly datasets: readonly z.output<typeof asset>[];
  readonly charts: readonly z.output<typeof asset>[];
  readonly dashboards: readonly number[];
}

/** All connections. */
export function databases(superset: Superset): Promise<SupersetDatabase[]> {
  return superset.list(database, "database", "database_name", [], ["id", "uuid", "database_name"]);
}

/** All that is on a connection: its datasets, and the charts and dashboards that show them. */
export async function assetsOf(superset: Superset, { id }: SupersetDatabase): Promise<Assets> {
  const datasets = await superset.list(
    datasetSchema,
    "dataset",
    "table_name",
    [{ col: "database", opr: "rel_o_m", value: id }],
    ["id", "uuid", "table_name"],
  );
  const charts: z.output<typeof asset>[] = [];
  const dashboards = new Set<number>();
  for (const dataset of datasets) {
    charts.push(
      ...(await superset.list(
        chartSchema,
        "chart",
        "slice_name",
        [{ col: "datasource_id", opr: "eq", value: dataset.id }],
        ["id", "uuid", "datasource_id"],
      )),
    );
    const found = await superset.call(related, "GET", `/api/v1/dataset/${dataset.id}/related_objects`);
    for (const each of found.dashboards.result) dashboards.add(each.id);
  }
  return { datasets, charts, dashboards: [...dashboards].sort((a, b) => a - b) };
}

/** Deletes objects of a kind. */
export async function remove(
  superset: Superset,
  kind: "dashboard" | "chart" | "dataset",
  ids: readonly number[],
): Promise<void> {
  if (ids.length === 0) return;
  await superset.call(z.unknown(), "DELETE", `/api/v1/${kind}/?q=${encodeURIComponent(`!(${ids.join(",")})`)}`);
}

/** Deletes a connection with all that is on it. */
export async function removeConnection(superset: Superset, connection: SupersetDatabase): Promise<void> {
  const { datasets, charts, dashboards } = await assetsOf(superset, connection);
  await remove(superset, "dashboard", dashboards);
  await remove(
    superset,
    "chart",
    charts.map(({ id }) => id),
  );
  await remove(
    superset,
    "dataset",
    datasets.map(({ id }) => id),
  );
  await superset.call(z.unknown(), "DELETE", `/api/v1/database/${connection.id}`);
}
