import { KubeConfig } from "@kubernetes/client-node";
import { UserError } from "../../lib/userError.ts";
import { loadCatalogue, parseStackSettings, selectTenants } from "../../config/index.ts";
import type { StackSettings } from "../../config/index.ts";
import { namespaceName } from "../../config/names.ts";
import { parseCommand, PROJECT, runCommand } from "../command.ts";
import { lookAtAnalyticsServer } from "../../features/preflight/analyticsServer.ts";
import { lookAtCluster } from "../../features/preflight/cluster.ts";
import type { Finding } from "../../features/preflight/finding.ts";
import { lookAtKeycloak } from "../../features/preflight/keycloak.ts";
import { lookAtTenantsServer } from "../../features/preflight/tenantsServer.ts";
import { prepared } from "../preparation.ts";
import { stackSettings } from "../../lib/pulumi.ts";

const USAGE = `usage: npm run preflight -- [--stack STACK] [--json]

Looks at the servers of a stack as the program's own accounts see them, and tells what docs/security.md asks of their administrators
and is not there, with what to do about it. It changes nothing, and works before anything was brought up. What it cannot see it says
so, for a person to look at. Exit status: 0 nothing is missing, 1 something is, 2 wrong usage.

  --stack STACK  a stack of Pulumi.<stack>.yaml. Default: the sandbox's
  --json         the findings as JSON on standard output`;

/** A look at one part of an installation. */
type Look = () => Promise<Finding[]>;

async function main(args: readonly string[]): Promise<boolean> {
  const { values } = parseCommand(args, { stack: { type: "string", default: "sandbox" }, json: { type: "boolean" } });
  await prepared();
  const findings: Finding[] = [];
  for (const [part, look] of Object.entries(await looksAt(values.stack))) findings.push(...(await tried(part, look)));
  if (values.json === true) console.log(JSON.stringify(findings, undefined, 2));
  else console.log(textOf(findings));
  return findings.every(({ state }) => state !== "missing");
}

async function looksAt(stack: string): Promise<Record<string, Look>> {
  const config = await stackSettings(stack, PROJECT);
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
    cluster: () => lookAtCluster(kubeConfig(secret("kubeconfig"), settings), settings, firstNamespace(settings)),
  };
}

/** What a look found, or that the part cannot be looked at: the others still are. */
async function tried(part: string, look: Look): Promise<Finding[]> {
  try {
    return await look();
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    if (!(error instanceof UserError)) console.error(`${part}: ${found}`);
    const remedy = "see that it runs, that it is reachable from here, and that the stack's settings name it";
    return [{ part, what: "it lets the program in", state: "missing", found, remedy }];
  }
}

function kubeConfig(text: string | undefined, { kubernetes }: StackSettings): KubeConfig {
  const config = new KubeConfig();
  if (text === undefined) config.loadFromDefault();
  else config.loadFromString(text);
  if (kubernetes.context !== undefined) config.setCurrentContext(kubernetes.context);
  return config;
}

/** The namespace of one of the stack's tenants. */
function firstNamespace(settings: StackSettings): string | undefined {
  const loaded = loadCatalogue(PROJECT);
  const [tenant] = loaded.ok ? selectTenants(loaded.catalogue, settings) : [];
  return tenant === undefined ? undefined : namespaceName(tenant.id);
}

const MARKS = { ok: "ok      ", missing: "MISSING ", unknown: "look at " } as const;

function textOf(findings: readonly Finding[]): string {
  const lines = findings.flatMap(({ part, what, state, found, remedy }) => [
    `${MARKS[state]}${part}: ${what} (${found})`,
    ...(remedy === "" ? [] : [`          ${remedy}`]),
  ]);
  const count = (state: Finding["state"]) => findings.filter((finding) => finding.state === state).length;
  lines.push(
    `${count("ok")} as docs/security.md asks, ${count("missing")} missing, ${count("unknown")} for a person to look at.`,
  );
  return lines.join("\n");
}

await runCommand(USAGE, main);
