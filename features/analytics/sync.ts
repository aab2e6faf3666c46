import { z } from "zod";
import { AnalyticsError } from "./analyticsError.ts";
import { connectionFile, connectionKey, connectionName, dashboardKey, render, type Subject } from "./render.ts";
import { syncRoles } from "./roles.ts";
import { Superset, type SupersetLogin } from "./superset.ts";
import { assetsOf, databases, remove, removeConnection } from "./tenantAssets.ts";

/** A tenant of the stack that has dashboards. */
export interface SyncedTenant extends Subject {
  /** The reader's password, as Superset must have it. */
  readonly password: string;
}

/** What is synchronised. */
export interface Wanted {
  readonly stack: string;
  readonly login: SupersetLogin;
  /** Address of the console: the only site that may embed. */
  readonly consoleUrl: string;
  /** Tenants that run; all others lose dashboards and connection. */
  readonly tenants: readonly SyncedTenant[];
}

const embeddingSchema = z.object({ result: z.object({ uuid: z.string(), allowed_domains: z.array(z.string()) }) });

/** A dashboard that the console may embed. */
export const embeddingsSchema = z.strictObject({
  version: z.literal(1),
  stack: z.string(),
  /** When the sync ended. */
  syncedAt: z.iso.datetime(),
  tenants: z.record(
    z.string(),
    z.array(
      z.strictObject({
        model: z.string(),
        title: z.string(),
        /** Id of the embedding, which guest tokens name. */
        embedding: z.uuid(),
      }),
    ),
  ),
});

/** What the console has to know of the dashboards; without any secret. */
export type Embeddings = z.output<typeof embeddingsSchema>;

/** What a sync did. */
export interface SyncReport {
  readonly embeddings: Embeddings;
  readonly tenants: readonly {
    readonly tenant: string;
    readonly seconds: number;
    /** Why it failed; absent where it succeeded. */
    readonly error?: string;
  }[];
  /** Names of connections that were removed. */
  readonly removed: readonly string[];
  /** Roles that were changed. */
  readonly roles: readonly string[];
}

/**
 * Makes Superset's roles, connections, datasets, charts, dashboards and embeddings what the templates say. Can run at any time; a
 * second run changes nothing. A failure of one tenant stops no other.
 *
 * @param log gets one line per tenant, with its seconds
 * @throws AnalyticsError when Superset is not reached, or the roles cannot be made
 */
export async function syncAnalytics(wanted: Wanted, log: (line: string) => void): Promise<SyncReport> {
  const superset = await Superset.logIn(wanted.login);
  const { ids, changed } = await syncRoles(superset);
  if (changed.length > 0) log(`roles changed: ${changed.join(", ")}`);
  const staff = ids.get("Staff");
  if (staff === undefined) throw new AnalyticsError("Superset has no role Staff, although it was made", "superset");

  const tenants: SyncReport["tenants"][number][] = [];
  const embedded: Embeddings["tenants"] = {};
  for (const [index, tenant] of wanted.tenants.entries()) {
    const begin = performance.now();
    const seconds = () => Math.round((performance.now() - begin) / 100) / 10;
    const place = `[${index + 1}/${wanted.tenants.length}] ${tenant.tenant}`;
    try {
      embedded[tenant.tenant] = await syncTenant(superset, tenant, wanted.consoleUrl, staff);
      tenants.push({ tenant: tenant.tenant, seconds: seconds() });
      log(`${place}: ${[...tenant.templates.keys()].join(", ")} (${seconds()} s)`);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      tenants.push({ tenant: tenant.tenant, seconds: seconds(), error: why });
      log(`${place}: FAILED (${seconds()} s): ${why}`);
    }
  }
  const removed = await removeOthers(superset, wanted, log);
  const embeddings = {
    version: 1 as const,
    stack: wanted.stack,
    syncedAt: new Date().toISOString(),
    tenants: embedded,
  };
  return { embeddings, tenants, removed, roles: changed };
}

/** Imports a tenant's assets, removes those that its templates no longer have, and checks that its connection works. */
async function syncTenant(
  superset: Superset,
  subject: SyncedTenant,
  consoleUrl: string,
  staff: number,
): Promise<Embeddings["tenants"][string]> {
  const bundle = render(subject);
  await superset.import(bundle, { [connectionFile(subject.tenant)]: subject.password });
  const connection = (await databases(superset)).find(({ uuid }) => uuid === connectionKey(subject));
  if (connection === undefined)
    throw new AnalyticsError(`Superset has no connection ${connectionName(subject.tenant)} after its import`, "tenant");
  await assertWorks(superset, connection.id, subject);

  const keys = new Set([...bundle.values()].map(({ uuid }) => uuid));
  const { charts, datasets, dashboards } = await assetsOf(superset, connection);
  const embeddings: Embeddings["tenants"][string] = [];
  const kept = new Set<number>();
  for (const [model, template] of subject.templates) {
    const { result } = await superset.call(
      z.object({ result: z.object({ id: z.number(), roles: z.array(z.object({ id: z.number() })) }) }),
      "GET",
      `/api/v1/dashboard/${dashboardKey(subject, model)}`,
    );
    kept.add(result.id);
    if (result.roles.length !== 1 || result.roles[0]?.id !== staff)
      await superset.call(z.unknown(), "PUT", `/api/v1/dashboard/${result.id}`, { roles: [staff] });
    embeddings.push({ model, title: template.title, embedding: await embed(superset, result.id, consoleUrl) });
  }
  const old = (assets: readonly { id: number; uuid: string }[]) =>
    assets.flatMap(({ id, uuid }) => (keys.has(uuid) ? [] : [id]));
  await remove(
    superset,
    "dashboard",
    dashboards.filter((id) => !kept.has(id)),
  );
  await remove(superset, "chart", old(charts));
  await remove(superset, "dataset", old(datasets));
  return embeddings;
}

/** The importer only logs a warning when it cannot connect. */
async function assertWorks(superset: Superset, id: number, { tenant, connection }: SyncedTenant): Promise<void> {
  const { result } = await superset.call(
    z.object({ result: z.array(z.string()) }),
    "GET",
    `/api/v1/database/${id}/schemas/`,
  );
  if (result.includes(connection.schema)) return;
  throw new AnalyticsError(
    `Superset's connection ${connectionName(tenant)} does not see schema ${connection.schema}`,
    "tenant",
  );
}

/** Lets the console alone embed a dashboard; keeps the id that there is. */
async function embed(superset: Superset, dashboard: number, consoleUrl: string): Promise<string> {
  const path = `/api/v1/dashboard/${dashboard}/embedded`;
  const found = await superset.find(embeddingSchema, path);
  const { result } =
    found !== undefined && found.result.allowed_domains.length === 1 && found.result.allowed_domains[0] === consoleUrl
      ? found
      : await superset.call(embeddingSchema, "POST", path, { allowed_domains: [consoleUrl] });
  return result.uuid;
}

/** Removes the connections of tenants that are paused or have ended, with all that is on them. */
async function removeOthers(superset: Superset, { tenants }: Wanted, log: (line: string) => void): Promise<string[]> {
  const keys = new Set(tenants.map(connectionKey));
  const removed: string[] = [];
  for (const connection of await databases(superset)) {
    if (keys.has(connection.uuid)) continue;
    await removeConnection(superset, connection);
    removed.push(connection.database_name);
    log(`removed: ${connection.database_name}`);
  }
  return removed;
}
