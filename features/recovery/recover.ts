import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../lib/userError.ts";
import { parseStackSettings, usableProjectFiles } from "../../config/index.ts";
import type { ConfigValues, StackSettings } from "../../config/index.ts";
import { KeycloakAdmin } from "../../lib/keycloakAdmin.ts";
import { KubernetesOrphans } from "./kubernetes.ts";
import { KEYCLOAK_TYPES, KeycloakOrphans, REALM_TYPE, SET_TYPES } from "./keycloak.ts";
import { RUNBOOK } from "./orphan.ts";
import type { Orphan } from "./orphan.ts";
import { replayLeftJournal } from "../state/index.ts";
import { PostgresOrphans } from "./postgresql.ts";
import { renewProviders } from "./providers.ts";
import { declaredAnew, pulumi, stackSettings, stackState } from "../../lib/pulumi.ts";
import type { Declared, StackState } from "../../lib/pulumi.ts";

const ROLE_TYPE = "postgresql:index/role:Role";
const DATABASE_TYPE = "postgresql:index/database:Database";

/** Something that nobody declared in this state, or another owner's: for a person to decide. */
class OrphanError extends UserError {}

/**
 * Makes the Kubernetes provider take over fields that another name applied, in one update.
 * https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/
 */
export const FORCE = { PULUMI_K8S_ENABLE_PATCH_FORCE: "true" } as const;

/** What a recovery did. */
export interface Recovery {
  /** Things that were taken into the state. */
  readonly adopted: number;
  /** Operations that the state held for begun. */
  readonly cleared: number;
  /** Whether the next update must take fields of Kubernetes objects over from the killed one: see {@link FORCE}. */
  readonly force: boolean;
}

/**
 * Puts a stack's state in order after an update that did not end well: adopts orphans, and clears pending operations.
 *
 * @param stack name of the stack
 * @param root the project's root
 * @param where to look: `begun`, at what the state holds for begun, which is all that a killed update can leave; `declared`,
 *   at everything that is declared and not in the state, which takes a preview
 * @param say gets a line for each thing that is done
 * @throws ConfigError, KeycloakError, PostgresError, PulumiError, OrphanError
 */
export async function recover(
  stack: string,
  root: string,
  where: "begun" | "declared",
  log: (line: string) => void,
): Promise<Recovery> {
  usableProjectFiles(root);
  await replayLeftJournal(stack, { cwd: root, env: process.env, log });
  const state = await stackState(stack, root);
  // Without a provider in the state there has been no update that could have left anything behind.
  if (!state.resources.some(({ type }) => type.startsWith("pulumi:providers:"))) return NOTHING;
  const config = await stackSettings(stack, root);
  await renewProviders(stack, root, state, config, log);
  const begun = state.pending.filter(({ operation }) => operation === "creating").map(({ resource }) => resource);
  const declared = where === "begun" ? begun : await declaredAnew(stack, root);
  const adopted = await adoptOrphans(stack, root, state, config, declared, log);
  await clearPending(stack, root, state, log);
  return { ...adopted, cleared: state.pending.length };
}

const NOTHING: Recovery = { adopted: 0, cleared: 0, force: false };

async function adoptOrphans(
  stack: string,
  root: string,
  state: StackState,
  config: ConfigValues,
  declared: readonly Declared[],
  log: (line: string) => void,
): Promise<Pick<Recovery, "adopted" | "force">> {
  if (declared.length === 0 && state.pending.length === 0) return NOTHING;
  const finders = makeFinders(parseStackSettings(config), config, state);
  const own: [Declared, Orphan][] = [];
  const refused: string[] = [];
  const known = new Set(state.resources.map(({ urn }) => urn));
  for (const resource of declared) {
    const orphan = takenInBy(resource.type) === "adoption" ? await finders.find(resource) : undefined;
    if (orphan === undefined) continue;
    const isKnown = [resource.parent, resource.provider].every((urn) => urn !== undefined && known.has(urn));
    if (orphan.proof !== undefined && isKnown) own.push([resource, orphan]);
    else refused.push(refusal(stack, resource, orphan, isKnown));
  }
  const applied = own.filter(([{ type }]) => isKubernetes(type));
  const imported = own.filter(([{ type }]) => !isKubernetes(type));
  if (imported.length > 0) await importAll(stack, root, imported);
  for (const [, { what, proof }] of imported)
    log(`Adopted ${what}: it existed but was not in the state, and ${proof ?? ""}.`);
  for (const [, { what, proof }] of applied)
    log(`Found ${what}, which the next update takes over: it was not in the state, and ${proof ?? ""}.`);
  for (const role of await finders.leaveRoles()) log(`Left role ${role}, which a killed update had joined.`);
  if (refused.length > 0) throw new OrphanError(`${refused.join("\n\n")}\nSee ${RUNBOOK}`);
  return { adopted: own.length, force: applied.length > 0 };
}

/** How adoption takes what a stack's program makes: by asking its server, or by the next update, which makes it again or sets it. */
const TAKEN_IN: readonly (readonly [types: RegExp, by: "adoption" | "the next update"])[] = [
  [new RegExp(`^(?:${[ROLE_TYPE, DATABASE_TYPE, ...KEYCLOAK_TYPES].join("|")})$`), "adoption"],
  [/^kubernetes:/, "adoption"],
  [new RegExp(`^(?:${SET_TYPES.join("|")})$`), "the next update"],
  // SQL that is applied again changes nothing; random values are in the state alone.
  [/^(?:odoosql|random):/, "the next update"],
  // Components and providers are in the state alone.
  [/^(?:odoo:saas|pulumi:providers):/, "the next update"],
];

/** What takes in an orphan of a type; undefined: nothing does, and its creation fails where there is one. */
export function takenInBy(type: string): "adoption" | "the next update" | undefined {
  return TAKEN_IN.find(([types]) => types.test(type))?.[1];
}

const isKubernetes = (type: string): boolean => type.startsWith("kubernetes:");

/** Asks the server that a resource would be on. */
function makeFinders(settings: StackSettings, config: ConfigValues, state: StackState) {
  const secret = (key: string) => config.get(`odoo-saas:${key}`)?.text ?? "";
  const ids = (type: string, provider = "") =>
    state.resources.flatMap((resource) =>
      resource.type === type && resource.id !== undefined && (resource.provider ?? "").includes(provider)
        ? [resource.id]
        : [],
    );
  const { tenantsDatabase, analyticsDatabase, keycloak } = settings;
  const servers = {
    "tenants-database": new PostgresOrphans(
      {
        ...tenantsDatabase,
        database: tenantsDatabase.maintenanceDatabase,
        password: secret("tenantsDatabasePassword"),
      },
      state.passwords,
      ids(ROLE_TYPE, "::tenants-database::"),
    ),
    "analytics-database": new PostgresOrphans(
      { ...analyticsDatabase, password: secret("analyticsDatabasePassword") },
      state.passwords,
      ids(ROLE_TYPE, "::analytics-database::"),
    ),
  };
  let realms: Promise<KeycloakOrphans> | undefined;
  const inKeycloak = async () => {
    const admin = await KeycloakAdmin.logIn({ ...keycloak, clientSecret: secret("keycloakClientSecret") });
    return new KeycloakOrphans(admin, keycloak.url, settings.environment, new Set(ids(REALM_TYPE)));
  };
  let cluster: KubernetesOrphans | undefined;
  const { context } = settings.kubernetes;
  return {
    async find(resource: Declared): Promise<Orphan | undefined> {
      const { type, provider = "" } = resource;
      if (KEYCLOAK_TYPES.includes(type)) return (await (realms ??= inKeycloak())).find(resource);
      if (isKubernetes(type)) {
        cluster ??= new KubernetesOrphans(config.get("odoo-saas:kubeconfig")?.text, context);
        return await cluster.find(resource);
      }
      const server = Object.entries(servers).find(([name]) => provider.endsWith(`::${name}`))?.[1];
      if (type === ROLE_TYPE) return await server?.role(resource);
      return type === DATABASE_TYPE ? await server?.database(resource) : undefined;
    },
    leaveRoles: () => servers["tenants-database"].leaveRoles(),
  };
}

function refusal(stack: string, resource: Declared, { id, what, doubt }: Orphan, isKnown: boolean): string {
  const { type, name, parent, provider } = resource;
  const places = [
    ...(parent === undefined ? [] : [`--parent 'parent=${parent}'`]),
    ...(provider === undefined ? [] : [`--provider 'provider=${provider}'`]),
  ];
  return [
    `${what.replace(/^./, (letter) => letter.toUpperCase())} exists and is not in the state of stack ${stack}.`,
    isKnown ? `It is not taken over: ${doubt ?? ""}.` : "The state does not have its parent: another stack may own it.",
    "Look at it first. To take it over:",
    `  pulumi import ${type} ${name} ${id} --stack ${stack} --protect=false --generate-code=false ${places.join(" ")}`,
  ].join("\n");
}

/** The next update changes what differs from what is declared, so everything is taken as it is. */
async function importAll(stack: string, root: string, own: readonly [Declared, Orphan][]): Promise<void> {
  const urns = [...new Set(own.flatMap(([{ parent, provider }]) => [parent, provider]))].filter(
    (urn) => urn !== undefined,
  );
  const key = (urn: string | undefined) => (urn === undefined ? undefined : `r${urns.indexOf(urn)}`);
  const folder = await mkdtemp(join(tmpdir(), "odoo-saas-adopt-"));
  try {
    const file = join(folder, "import.json");
    const content = {
      nameTable: Object.fromEntries(urns.map((urn, index) => [`r${index}`, urn])),
      resources: own.map(([{ type, name, parent, provider }, { id }]) => ({
        type,
        name,
        id,
        parent: key(parent),
        provider: key(provider),
      })),
    };
    await writeFile(file, JSON.stringify(content));
    const quietly = ["--yes", "--skip-preview", "--generate-code=false", "--protect=false"];
    await pulumi(["import", "--file", file, "--stack", stack, ...quietly], root);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * URNs of what was being changed or deleted, and must be read back from its server to know what became of it. SQL needs
 * none of it, since applying or dropping it again changes nothing, and has its own password in the state: reading it back
 * would fail when that was what the update was changing.
 */
export function toReadBack({ resources, pending }: Pick<StackState, "resources" | "pending">): string[] {
  const known = new Set(resources.map(({ urn }) => urn));
  const unsure = pending.filter(
    ({ operation, resource: { urn, type } }) =>
      operation !== "creating" && known.has(urn) && !type.startsWith("odoosql:"),
  );
  return [...new Set(unsure.map(({ resource }) => resource.urn))];
}

/** Reads back what must be, and drops what was being created: it was adopted, or else is made by the next update. */
async function clearPending(
  stack: string,
  root: string,
  { resources, pending }: StackState,
  log: (line: string) => void,
): Promise<void> {
  if (pending.length === 0) return;
  const unsure = toReadBack({ resources, pending });
  // Without a target, everything would be read back. The stack's own resource is nowhere but in the state.
  const targets =
    unsure.length > 0 ? unsure : resources.filter(({ type }) => type === "pulumi:pulumi:Stack").map(({ urn }) => urn);
  const targeted = targets.flatMap((urn) => ["--target", urn]);
  await pulumi(["refresh", "--stack", stack, "--yes", "--skip-preview", "--clear-pending-creates", ...targeted], root);
  for (const { operation, resource } of pending)
    log(`Cleared an operation that was interrupted while ${operation}: ${resource.name}.`);
}
