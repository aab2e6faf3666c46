import { z } from "zod";
import { parseStackSettings, selectTenants, usableProjectFiles } from "../../config/index.ts";
import { pulumi, stackSettings } from "../../lib/pulumi.ts";
import { AnalyticsError } from "./analyticsError.ts";
import type { SyncedTenant, Wanted } from "./sync.ts";
import { readTemplate, type Template } from "./template.ts";

/** Variables that say where a stack's Superset is. */
export const VARIABLES = {
  /** Address of Superset, without a slash at its end. */
  url: "ANALYTICS_URL",
  /** Address of the console, which alone may embed. */
  consoleUrl: "ANALYTICS_CONSOLE_URL",
  /** Password of the service account. */
  password: "ANALYTICS_SYNC_PASSWORD",
} as const;

/** Account that the sync logs in with: `superset_config.py` names it too. */
const SERVICE_ACCOUNT = "odoo-saas-sync";

const outputs = z.object({
  tenants: z.record(
    z.string(),
    z.object({
      lifecycle: z.string(),
      analytics: z.object({
        host: z.string(),
        port: z.number(),
        name: z.string(),
        schema: z.string(),
        role: z.string(),
        password: z.string(),
      }),
    }),
  ),
});

/**
 * What a stack's Superset should have: the tenants that the stack has brought up, as their files say, and their readers' passwords as
 * the stack has them.
 *
 * @param root the project's root
 * @param env where {@link VARIABLES} are read from
 * @throws AnalyticsError, ConfigError, PulumiError
 */
export async function wantedOf(root: string, stack: string, env: NodeJS.ProcessEnv = process.env): Promise<Wanted> {
  const variable = (name: string) => {
    const value = env[name];
    if (value !== undefined && value !== "") return value.replace(/\/$/, "");
    throw new AnalyticsError(
      `${name} is not set, expected where Superset of stack ${stack} is. In the sandbox, start it first: npx odoo-saas sandbox start --with analytics`,
      "stack",
    );
  };
  const login = { url: variable(VARIABLES.url), user: SERVICE_ACCOUNT, password: variable(VARIABLES.password) };
  const consoleUrl = variable(VARIABLES.consoleUrl);
  const settings = parseStackSettings(await stackSettings(stack, root));
  const text = await pulumi(["stack", "output", "--json", "--show-secrets", "--stack", stack], root);
  const parsed = outputs.safeParse(JSON.parse(text));
  if (!parsed.success)
    throw new AnalyticsError(`Stack ${stack} has no output tenants, expected one that was brought up`, "stack");
  const { clusterHost, clusterPort, sslmode } = settings.analyticsDatabase;
  const templates = templatesOf(root);
  const tenants = selectTenants(usableProjectFiles(root), settings).flatMap((spec): SyncedTenant[] => {
    const own = parsed.data.tenants[spec.id];
    // Of a paused tenant the realm is closed too: nobody sees its figures.
    if (own === undefined || spec.lifecycle !== "active" || own.lifecycle !== "active") return [];
    const dashboards = templates(spec.analytics.models);
    // Without a dashboard nothing needs a connection.
    if (dashboards.size === 0) return [];
    const { name, schema, role, password } = own.analytics;
    return [
      {
        stack,
        tenant: spec.id,
        displayName: spec.displayName,
        connection: { host: clusterHost, port: clusterPort, database: name, sslmode, schema, role },
        password,
        templates: dashboards,
      },
    ];
  });
  return { stack, login, consoleUrl, tenants };
}

/** Reads each template once, however many tenants have it. */
function templatesOf(root: string): (models: readonly string[]) => Map<string, Template> {
  const read = new Map<string, Template | undefined>();
  return (models) => {
    const found = new Map<string, Template>();
    for (const model of models) {
      if (!read.has(model)) read.set(model, readTemplate(root, model));
      const template = read.get(model);
      if (template !== undefined) found.set(model, template);
    }
    return found;
  };
}
