import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { ROOT } from "./tools.ts";

/** A collector of sql_exporter, as far as ours use it (documentation/sql_exporter.yml of its repository). */
const collectorSchema = z.strictObject({
  collector_name: z.string(),
  metrics: z.array(
    z.strictObject({
      metric_name: z.string(),
      type: z.literal("gauge"),
      help: z.string(),
      key_labels: z.array(z.string()).default([]),
      values: z.tuple([z.string()]),
      query: z.string(),
    }),
  ),
});

/** A metric of a collector of `alerts/collectors/`. Default: its first. */
export function collector(name: string, metric?: string) {
  const text = readFileSync(join(ROOT, `alerts/collectors/${name}.collector.yml`), "utf8");
  const parsed = collectorSchema.parse(parse(text));
  assert.equal(parsed.collector_name, name);
  return parsed.metrics.find(({ metric_name }) => metric_name === (metric ?? metric_name)) ?? assert.fail(metric);
}

/** The SQL blocks of docs/alerts.md, in their order: the monitoring roles, their rights afterwards, and Keycloak's. */
export function documentedSql(): readonly [string, string, string] {
  const blocks = [...readFileSync(join(ROOT, "docs/alerts.md"), "utf8").matchAll(/```sql\n([^]*?)```/g)];
  const [roles = "", later = "", keycloak = ""] = blocks.map(([, sql = ""]) => sql);
  assert.equal(blocks.length, 3);
  return [roles, later, keycloak];
}
