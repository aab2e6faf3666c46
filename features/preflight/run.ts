import { loadProjectFiles, parseStackSettings, selectTenants } from "../../config/index.ts";
import type { StackSettings } from "../../config/index.ts";
import { namespaceName } from "../../config/names.ts";
import { kubeConfigOf } from "../../lib/kubeConfig.ts";
import { stackSettings } from "../../lib/pulumi.ts";
import { UserError } from "../../lib/userError.ts";
import { lookAtAnalyticsServer } from "./analyticsServer.ts";
import { lookAtCluster } from "./cluster.ts";
import type { Finding } from "./finding.ts";
import { lookAtKeycloak } from "./keycloak.ts";
import { lookAtTenantsServer } from "./tenantsServer.ts";

/** A look at one part of an installation. */
type Look = () => Promise<Finding[]>;

/**
 * Looks at a stack's servers as the program's own accounts see them. Changes nothing.
 *
 * @param root the project's root
 * @param log called with unexpected errors; the other parts are looked at all the same
 * @returns what each part has and lacks
 * @throws UserError if the stack's settings cannot be read
 */
export async function runPreflight(
  root: string,
  stack: string,
  log: (line: string) => void,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const [part, look] of Object.entries(await looksAt(root, stack)))
    findings.push(...(await tried(part, look, log)));
  return findings;
}

async function looksAt(root: string, stack: string): Promise<Record<string, Look>> {
  const config = await stackSettings(stack, root);
  const settings = parseStackSettings(config);
  const secret = (name: string) => config.get(`odoo-saas:${name}`)?.text;
  const { tenantsDatabase, analyticsDatabase, keycloak, watchdog } = settings;
  const admin = ({ host, port, user, sslmode }: StackSettings["tenantsDatabase" | "analyticsDatabase"]) => ({
    host,
    port,
    user,
    sslmode,
  });
  return {
    "tenants' server": () =>
      lookAtTenantsServer(
        {
          ...admin(tenantsDatabase),
          database: tenantsDatabase.maintenanceDatabase,
          password: secret("tenantsDatabasePassword") ?? "",
        },
        watchdog,
      ),
    "analytics server": () =>
      lookAtAnalyticsServer(
        {
          ...admin(analyticsDatabase),
          database: analyticsDatabase.database,
          password: secret("analyticsDatabasePassword") ?? "",
        },
        watchdog,
      ),
    Keycloak: () => lookAtKeycloak({ ...keycloak, clientSecret: secret("keycloakClientSecret") ?? "" }),
    cluster: () =>
      lookAtCluster(
        kubeConfigOf(secret("kubeconfig"), settings.kubernetes.context),
        settings,
        firstNamespace(root, settings),
      ),
  };
}

/** What a look found, or that the part cannot be looked at: the others still are. */
async function tried(part: string, look: Look, log: (line: string) => void): Promise<Finding[]> {
  try {
    return await look();
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    if (!(error instanceof UserError)) log(`${part}: ${found}`);
    const remedy = "make sure that it runs, is reachable from here, and is named in the stack's settings";
    return [{ part, what: "it lets the program in", state: "missing", found, remedy }];
  }
}

/** The namespace of one of the stack's tenants. */
function firstNamespace(root: string, settings: StackSettings): string | undefined {
  const loaded = loadProjectFiles(root);
  const [tenant] = loaded.ok ? selectTenants(loaded.projectFiles, settings) : [];
  return tenant === undefined ? undefined : namespaceName(tenant.id);
}
