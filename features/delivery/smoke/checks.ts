import { AppsV1Api } from "@kubernetes/client-node";
import { realmName } from "../../../config/names.ts";
import type { SslMode } from "../../../lib/postgresTls.ts";
import { analyticsLogin, databaseLogin, query } from "./access.ts";
import type { Login } from "./access.ts";
import type { Check } from "./check.ts";
import { logIn } from "./login.ts";
import { modulesCheck } from "./modules.ts";
import { objectsCheck } from "./objects.ts";
import { reportingViewsCheck } from "./reportingViews.ts";
import { signOnCheck } from "./signOnCheck.ts";
import { strangersCheck } from "./strangers.ts";

/** The checks of a tenant that runs, by name, in the order of the report. */
export const CHECKS: Readonly<Record<string, Check>> = {
  health: async ({ own, access }) => {
    const { items } = await access.kubeConfig
      .makeApiClient(AppsV1Api)
      .listNamespacedDeployment({ namespace: own.namespace });
    const behind = items.filter(({ spec, status, metadata }) => {
      const wanted = spec?.replicas ?? 0;
      const isSeen = (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0);
      return (
        wanted === 0 || !isSeen || (status?.availableReplicas ?? 0) < wanted || (status?.updatedReplicas ?? 0) < wanted
      );
    });
    const names = behind.map(({ metadata }) => metadata?.name ?? "").join(", ");
    if (items.length < 2 || behind.length > 0)
      throw new Error(`${names || "web or cron"} is not there, not available, or of an old version`);
    return `${items.length} deployments, all pods of the newest version available (by their probes)`;
  },

  login: async ({ spec, own, access }) => await logIn(realmName(spec.id), access, own),

  strangers: strangersCheck,

  signOn: signOnCheck,

  modules: modulesCheck,

  objects: objectsCheck,

  reportingViews: reportingViewsCheck,

  reporting: async ({ own, access }) => {
    const { sslmode } = access.settings.analyticsDatabase;
    const login = analyticsLogin(own);
    const { schema } = own.analytics;
    const views = await query<{ name: string }>(
      login,
      sslmode,
      `SELECT table_name AS name FROM information_schema.views WHERE table_schema = '${schema}' ORDER BY 1`,
    );
    if (views.length < 2) throw new Error(`schema ${schema} has ${views.length} views`);
    const counts = views.map(({ name }) => `SELECT count(*) FROM "${schema}"."${name}"`);
    await query(login, sslmode, counts.join(" UNION ALL "));
    const [status] = await query<{ lag: number | null }>(
      login,
      sslmode,
      `SELECT lag_seconds::float8 AS lag FROM "${schema}".sync_status`,
    );
    if (typeof status?.lag !== "number") throw new Error("no refresh has succeeded yet");
    return `${views.length} views answer`;
  },

  isolation: async ({ spec, own, access }) => {
    const { tenantsDatabase, analyticsDatabase } = access.settings;
    const others = [...access.tenants].filter(([id]) => id !== spec.id);
    const database = databaseLogin(own);
    const analytics = analyticsLogin(own);
    const probes: [string, Login, SslMode, string][] = [
      [
        "the program's database",
        { ...database, database: tenantsDatabase.maintenanceDatabase },
        tenantsDatabase.sslmode,
        "SELECT 1",
      ],
      ["making roles", database, tenantsDatabase.sslmode, "CREATE ROLE smoke_must_fail"],
      ["other servers' files", database, tenantsDatabase.sslmode, "SELECT pg_read_file('/etc/passwd')"],
      ["making schemas in analytics", analytics, analyticsDatabase.sslmode, "CREATE SCHEMA smoke_must_fail"],
      ...others.flatMap(([id, other]): [string, Login, SslMode, string][] => [
        [`database of ${id}`, { ...database, database: other.database.name }, tenantsDatabase.sslmode, "SELECT 1"],
        [
          `analytics of ${id}`,
          analytics,
          analyticsDatabase.sslmode,
          `SELECT * FROM "${other.analytics.schema}".sync_status`,
        ],
      ]),
    ];
    const open: string[] = [];
    for (const [what, login, sslmode, sql] of probes) {
      const refusal = await query(login, sslmode, sql).then(
        () => undefined,
        (error: unknown) => error,
      );
      // Insufficient privilege; a server that is down refuses nothing.
      if (!isRefusal(refusal)) open.push(`${what} (${refusal instanceof Error ? refusal.message : "it worked"})`);
    }
    if (open.length > 0) throw new Error(`not refused: ${open.join(", ")}`);
    return `${probes.length} ways out of the tenant are refused`;
  },
};

/** PostgreSQL's code 42501: insufficient privilege. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "42501";
}
