import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { REALM_ENVIRONMENT_ATTRIBUTE, REALM_TENANT_ATTRIBUTE, realmName } from "../config/names.ts";
import { ConfigError, formatDiagnostics, loadCatalogue, parseStackSettings, selectTenants } from "../config/index.ts";
import type { StackSettings } from "../config/index.ts";
import { KeycloakAdmin, KeycloakError } from "./keycloakAdmin.ts";
import { pulumi, PulumiError, stackSettings, stateResources } from "./pulumiCli.ts";
import type { StateResource } from "./pulumiCli.ts";

const USAGE = `usage: npm run adopt -- --stack STACK

Takes realms that exist in Keycloak but not in the stack's state into the state, when they are provably the stack's own:
their creation answered too late or the update was cut off. Exit status: 0 fine (also when there was nothing to adopt),
1 something is in the way, 2 wrong usage.`;

const RUNBOOK = "docs/runbooks/orphaned-realm.md";
const REALM_TYPE = "keycloak:index/realm:Realm";

/** A realm that nobody declared in this state, or another owner's: for a person to decide. */
class OrphanError extends Error {}

/**
 * Adopts a stack's orphaned realms.
 *
 * @param stack name of the stack
 * @param root the project's root
 * @param say told of each realm that is adopted
 * @throws ConfigError, KeycloakError, PulumiError, OrphanError
 */
export async function adoptRealms(stack: string, root: string, say: (line: string) => void): Promise<void> {
  const catalogue = loadCatalogue(root);
  if (!catalogue.ok) {
    throw new ConfigError("The files cannot be used", formatDiagnostics(catalogue.diagnostics).split("\n"));
  }
  const [resources, config] = await Promise.all([stateResources(stack, root), stackSettings(stack, root)]);
  // Without a component in the state there has been no update that could have left anything behind.
  const provider = resources.find(
    ({ type, urn }) => type === "pulumi:providers:keycloak" && urn.endsWith("::keycloak"),
  );
  if (provider === undefined) return;
  const settings = parseStackSettings(config);
  const inState = new Set(resources.filter(({ type }) => type === REALM_TYPE).map(({ id }) => id));
  const missing = selectTenants(catalogue.catalogue, settings)
    .map(({ id }) => id)
    .filter((tenant) => !inState.has(realmName(tenant)));
  if (missing.length === 0) return;

  const admin = await KeycloakAdmin.logIn({
    ...settings.keycloak,
    clientSecret: config.get("odoo-saas:keycloakClientSecret")?.text ?? "",
  });
  for (const tenant of missing) {
    const attributes = await admin.realmAttributes(realmName(tenant));
    if (attributes === undefined) continue;
    const parent = resources.find(({ urn }) => urn.endsWith(`$odoo:saas:KeycloakRealm::${tenant}-realm`));
    assertOwn(stack, tenant, settings, attributes, parent);
    await importRealm(stack, root, tenant, provider, parent);
    say(`Adopted realm ${realmName(tenant)}: it existed, and the state did not know it.`);
  }
}

function assertOwn(
  stack: string,
  tenant: string,
  settings: StackSettings,
  attributes: Readonly<Record<string, string>>,
  parent: StateResource | undefined,
): asserts parent is StateResource {
  const own =
    attributes[REALM_TENANT_ATTRIBUTE] === tenant && attributes[REALM_ENVIRONMENT_ATTRIBUTE] === settings.environment;
  if (own && parent !== undefined) return;
  throw new OrphanError(
    [
      `Realm ${realmName(tenant)} exists at ${settings.keycloak.url} and is not in the state of stack ${stack}.`,
      own
        ? `It is marked as tenant ${tenant}'s, but the state knows nothing of that tenant: another stack may own it.`
        : `Nothing marks it as the platform's own: expected attribute ${REALM_TENANT_ATTRIBUTE} = ${tenant} and ${REALM_ENVIRONMENT_ATTRIBUTE} = ${settings.environment}.`,
      `Look at it first. To take it over: pulumi import ${REALM_TYPE} ${tenant}-realm ${realmName(tenant)} --stack ${stack}`,
      `See ${RUNBOOK}`,
    ].join("\n"),
  );
}

/** The next update changes what differs from what is declared, so the realm is taken as it is. */
async function importRealm(
  stack: string,
  root: string,
  tenant: string,
  provider: StateResource,
  parent: StateResource,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "odoo-saas-adopt-"));
  try {
    const file = join(folder, "import.json");
    await writeFile(
      file,
      JSON.stringify({
        nameTable: { parent: parent.urn, provider: provider.urn },
        resources: [
          { type: REALM_TYPE, name: `${tenant}-realm`, id: realmName(tenant), parent: "parent", provider: "provider" },
        ],
      }),
    );
    await pulumi(
      [
        "import",
        "--file",
        file,
        "--stack",
        stack,
        "--yes",
        "--skip-preview",
        "--generate-code=false",
        "--protect=false",
      ],
      root,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function main(args: string[]): Promise<number> {
  let stack;
  try {
    stack = parseArgs({ args, options: { stack: { type: "string", short: "s" } } }).values.stack;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  }
  if (stack === undefined) {
    console.error(USAGE);
    return 2;
  }
  try {
    await adoptRealms(stack, join(import.meta.dirname, ".."), (line) => {
      console.log(line);
    });
    return 0;
  } catch (error) {
    if (
      error instanceof ConfigError ||
      error instanceof KeycloakError ||
      error instanceof PulumiError ||
      error instanceof OrphanError
    ) {
      console.error(error.message);
      return 1;
    }
    throw error;
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
