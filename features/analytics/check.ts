import { z } from "zod";
import { differences, plain } from "./compare.ts";
import { connectionKey, connectionName, dashboardKey, render, type Subject } from "./render.ts";
import { checkRoles } from "./roles.ts";
import { Superset } from "./superset.ts";
import type { Wanted } from "./sync.ts";
import { databases, type SupersetDatabase } from "./tenantAssets.ts";

/** A difference between the templates and what Superset has. */
export interface Drift {
  /** Absent for what is no tenant's. */
  readonly tenant?: string;
  /** What differs: the path in a bundle, `role Guest`, `embedding of finance_ppm/v1`. */
  readonly object: string;
  /** `missing`, `unexpected`, or `changed`. */
  readonly kind: "missing" | "unexpected" | "changed";
  /** Where it differs: paths in the object, and never values. */
  readonly fields: readonly string[];
}

/** What a check found. */
export interface CheckReport {
  readonly stack: string;
  /** Empty where Superset is as the templates say. */
  readonly drift: readonly Drift[];
}

const accessSchema = z.object({ result: z.object({ id: z.number(), roles: z.array(z.object({ name: z.string() })) }) });
const embeddingSchema = z.object({ result: z.object({ allowed_domains: z.array(z.string()) }) });
const keyed = z.looseObject({ uuid: z.string() });

/** Compares Superset with the templates, and changes nothing. @throws AnalyticsError when Superset is not reached */
export async function checkAnalytics(wanted: Wanted): Promise<CheckReport> {
  const superset = await Superset.logIn(wanted.login);
  const drift: Drift[] = (await checkRoles(superset)).map(({ role, missing, unexpected }) => ({
    object: `role ${role}`,
    kind: "changed",
    fields: [...missing.map((each) => `lacks ${each}`), ...unexpected.map((each) => `has ${each}`)],
  }));
  const connections = await databases(superset);
  for (const tenant of wanted.tenants)
    drift.push(...(await checkTenant(superset, tenant, connections, wanted.consoleUrl)));
  const keys = new Set(wanted.tenants.map(connectionKey));
  for (const { uuid, database_name } of connections)
    if (!keys.has(uuid)) drift.push({ object: `connection ${database_name}`, kind: "unexpected", fields: [] });
  return { stack: wanted.stack, drift };
}

async function checkTenant(
  superset: Superset,
  subject: Subject,
  connections: readonly SupersetDatabase[],
  consoleUrl: string,
): Promise<Drift[]> {
  const { tenant } = subject;
  if (!connections.some(({ uuid }) => uuid === connectionKey(subject)))
    return [{ tenant, object: `connection ${connectionName(tenant)}`, kind: "missing", fields: [] }];
  const drift: Drift[] = [];
  const ids: number[] = [];
  for (const model of subject.templates.keys()) {
    const found = await superset.find(accessSchema, `/api/v1/dashboard/${dashboardKey(subject, model)}`);
    if (found === undefined) {
      drift.push({ tenant, object: `dashboard of ${model}`, kind: "missing", fields: [] });
      continue;
    }
    const { id, roles } = found.result;
    ids.push(id);
    if (roles.map(({ name }) => name).join() !== "Staff")
      drift.push({ tenant, object: `dashboard of ${model}`, kind: "changed", fields: ["roles"] });
    const embedding = await superset.find(embeddingSchema, `/api/v1/dashboard/${id}/embedded`);
    if (embedding === undefined) drift.push({ tenant, object: `embedding of ${model}`, kind: "missing", fields: [] });
    else if (embedding.result.allowed_domains.join() !== consoleUrl)
      drift.push({ tenant, object: `embedding of ${model}`, kind: "changed", fields: ["allowed_domains"] });
  }
  if (ids.length === 0) return drift;
  const exported = new Map<string, unknown>();
  for (const file of (await superset.export(ids)).values()) {
    const parsed = keyed.safeParse(file).data;
    if (parsed !== undefined) exported.set(parsed.uuid, parsed);
  }
  for (const [path, content] of render(subject)) {
    const { uuid } = keyed.parse(content);
    if (!exported.has(uuid)) {
      // Of a dashboard that is missing: said above.
      if (ids.length === subject.templates.size) drift.push({ tenant, object: path, kind: "missing", fields: [] });
      continue;
    }
    const fields = differences(plain(content), plain(exported.get(uuid)));
    exported.delete(uuid);
    if (fields.length > 0) drift.push({ tenant, object: path, kind: "changed", fields });
  }
  for (const uuid of exported.keys()) drift.push({ tenant, object: `object ${uuid}`, kind: "unexpected", fields: [] });
  return drift;
}
