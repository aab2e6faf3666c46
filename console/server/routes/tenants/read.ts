import { z } from "zod";
import { tenantFile } from "../../../../config/rules/rule.ts";
import { parseYaml } from "../../../../config/yaml.ts";
import { changeableKeys } from "../../../../features/requests/index.ts";
import { allowed } from "../../../api/access.ts";
import { tenantSchema } from "../../../api/tenants.ts";
import { nothing, route } from "../../route.ts";
import { sourcesFor } from "../../sources.ts";
import { tenantWatch } from "../../watch.ts";
import { findTenant, placementsOf } from "./find.ts";
import { rowOf } from "./rows.ts";

/** What an overview reads of a tenant's file, which the collector has parsed. */
const fileSchema = z.object({
  company: z.object({
    country: z.string().optional(),
    currency: z.string().optional(),
    timezone: z.string().optional(),
    language: z.string().optional(),
  }),
  backup: z.object({
    schedule: z.string(),
    keep: z.object({ daily: z.number(), weekly: z.number(), monthly: z.number() }),
  }),
});

/** What the file itself says of the keys that a request may change; what it leaves out has its default. */
function changeableOf(id: string, yaml: string, keys: readonly string[]): Record<string, unknown> {
  const parsed = parseYaml(tenantFile(id), yaml);
  const file = z
    .record(z.string(), z.unknown())
    .catch({})
    .parse("value" in parsed ? parsed.value : {});
  return Object.fromEntries(keys.flatMap((key) => (key in file ? [[key, file[key]]] : [])));
}

export const readTenant = route({
  method: "get",
  path: "/tenants/{id}",
  action: "fleet:read",
  summary: "A tenant: what it is, where it runs, what comes next",
  query: nothing,
  body: nothing,
  answer: tenantSchema,
  handle: async ({ services: { database }, person, param }) => {
    const id = param("id");
    const hasInsides = allowed(person, "tenant:read", { tenant: id });
    const [row, placements, watch, sources] = await Promise.all([
      findTenant(database, id),
      placementsOf(database, id),
      tenantWatch(database, id, hasInsides),
      sourcesFor(person, database),
    ]);
    const file = fileSchema.safeParse(row.file).data;
    const mayChange = hasInsides || allowed(person, "request:change", { tenant: id });
    return {
      ...rowOf(row),
      email: row.email,
      // Neither a tenant without a file yet nor one without a file any more has one.
      lifecycle: row.yaml === null ? undefined : tenantSchema.shape.lifecycle.parse(row.lifecycle),
      company: file?.company ?? {},
      next:
        row.hold_until === null
          ? []
          : [{ what: "The hold ends: the data may be deleted", at: `${row.hold_until}T00:00:00Z` }],
      placements: hasInsides
        ? placements
        : placements.map(({ stack, environment, hosts, resources, updatedAt }) => ({
            stack,
            environment,
            hosts,
            resources,
            updatedAt,
          })),
      yaml: hasInsides ? (row.yaml ?? undefined) : undefined,
      changeable:
        mayChange && row.yaml !== null ? changeableOf(id, row.yaml, changeableKeys(person.tenant)) : undefined,
      backup: file === undefined ? undefined : { schedule: file.backup.schedule, ...file.backup.keep },
      watch,
      sources,
    };
  },
});
