import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { STAFF_REALM, STAFF_ROLES } from "../../config/names.ts";
import { VARIABLES } from "../../features/analytics/index.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { logFile, SandboxError, writeSecretFile } from "../instance.ts";
import type { Instance } from "../instance.ts";
import { runningProcess, startCurrent, stopProcess, waitUntilAnswering } from "../processes.ts";
import type { Program } from "../processes.ts";
import type { Log } from "../toolchain/cache.ts";
import { ensureTools } from "../toolchain/ensure.ts";
import { run } from "../toolchain/process.ts";
import { SUPERSET_PYTHON } from "../toolchain/superset.ts";
import { consoleUrl } from "./console.ts";
import { prepareSupersetDatabase, SUPERSET_DATABASE } from "./databases.ts";
import { administrate, keycloakUrl } from "./keycloak.ts";

/** Name of the service. */
export const SUPERSET = "superset";
/** Client of the staff's realm that Superset is. */
const CLIENT = "analytics";

/** Folder of Superset's configuration and set-up. */
const SERVER = join(PROJECT_ROOT, "analytics", "server");
const CONFIGURATION = join(SERVER, "superset_config.py");
const SETUP = join(SERVER, "setup.py");

/** What Superset has to know: the variables of `superset_config.py`, which docs/analytics.md describes. */
export interface SupersetSettings {
  /** Address that browsers reach it by, without a slash at its end. */
  readonly url: string;
  readonly consoleUrl: string;
  /** Of its own database. */
  readonly database: {
    readonly host: string;
    readonly port: number;
    readonly name: string;
    readonly role: string;
    readonly password: string;
  };
  readonly staff: { readonly issuer: string; readonly clientId: string; readonly clientSecret: string };
  readonly secretKey: string;
  /** Signs guest tokens. */
  readonly guestSecret: string;
}

/** Variables that both the set-up and the server read. */
export function supersetEnvironmentVariables({
  database,
  staff,
  ...settings
}: SupersetSettings): Readonly<Record<string, string>> {
  const { role, password, host, port, name } = database;
  return {
    SUPERSET_CONFIG_PATH: CONFIGURATION,
    ANALYTICS_SECRET_KEY: settings.secretKey,
    ANALYTICS_GUEST_SECRET: settings.guestSecret,
    ANALYTICS_DATABASE_URL: `postgresql+psycopg2://${role}:${encodeURIComponent(password)}@${host}:${port}/${name}?sslmode=disable`,
    ANALYTICS_URL: settings.url,
    ANALYTICS_CONSOLE_URL: settings.consoleUrl,
    ANALYTICS_STAFF_ISSUER: staff.issuer,
    ANALYTICS_STAFF_CLIENT_ID: staff.clientId,
    ANALYTICS_STAFF_CLIENT_SECRET: staff.clientSecret,
    // A folder of the toolchain is not written to.
    PYTHONDONTWRITEBYTECODE: "1",
  };
}

/** Arguments of Superset's Python that prepare its database. It also reads ANALYTICS_SYNC_PASSWORD. */
export const SETUP_ARGUMENTS: readonly string[] = [SETUP];

/** Arguments of Superset's Python that serve it on a port of this machine: one process, since each takes half a gigabyte. */
export function serverArguments(port: number): readonly string[] {
  const workers = ["--workers", "1", "--worker-class", "gthread", "--threads", "8", "--timeout", "120"];
  return ["-m", "gunicorn", ...workers, "--bind", `127.0.0.1:${port}`, "superset.app:create_app()"];
}

/** Where browsers reach it. "localhost", as Keycloak: it keeps its cookies apart from the console's. */
export function supersetUrl({ ports }: Pick<Instance, "ports">): string {
  return `http://localhost:${ports.superset}`;
}

/** What `analytics sync` and `analytics check` read, where Superset runs. */
export function supersetVariables(instance: Instance): Readonly<Record<string, string>> {
  if (runningProcess(instance, SUPERSET) === undefined) return {};
  return {
    [VARIABLES.url]: supersetUrl(instance),
    [VARIABLES.consoleUrl]: consoleUrl(instance),
    [VARIABLES.password]: instance.secrets.supersetSync,
  };
}

/**
 * Starts Superset with a database of its own and the staff's log-in, or starts it again where its settings or code have changed.
 *
 * @throws SandboxError when it does not start
 */
export async function startSuperset(instance: Instance, log: Log): Promise<void> {
  const begin = Date.now();
  const [tools] = await Promise.all([
    ensureTools(["image", "analytics"], { log }),
    prepareSupersetDatabase(instance),
    prepareClient(instance),
  ]);
  const python = tools[SUPERSET_PYTHON];
  if (python === undefined) throw new SandboxError(`The toolchain has no ${SUPERSET_PYTHON}.`);
  const env = supersetEnvironmentVariables(settingsOf(instance));
  await setUp(instance, python, env, log);
  const program: Program = {
    name: SUPERSET,
    command: python,
    args: serverArguments(instance.ports.superset),
    env,
    reads: [CONFIGURATION],
  };
  const isNew = await startCurrent(instance, program, "superset");
  await waitUntilAnswering(instance, SUPERSET, `http://127.0.0.1:${instance.ports.superset}/health`);
  if (isNew) log(`superset is ready (${((Date.now() - begin) / 1000).toFixed(1)} s)`);
}

/** Stops it. @returns whether it ran */
export function stopSuperset(instance: Instance): Promise<boolean> {
  return stopProcess(instance, SUPERSET);
}

/** Whether it runs, and where. */
export function supersetStatus(instance: Instance): { name: string; pid: number; port: number; log: string }[] {
  const pid = runningProcess(instance, SUPERSET);
  return pid === undefined
    ? []
    : [{ name: SUPERSET, pid, port: instance.ports.superset, log: logFile(instance, SUPERSET) }];
}

function settingsOf(instance: Instance): SupersetSettings {
  const { secrets, ports } = instance;
  return {
    url: supersetUrl(instance),
    consoleUrl: consoleUrl(instance),
    database: {
      host: "127.0.0.1",
      port: ports.analyticsDatabase,
      name: SUPERSET_DATABASE,
      role: SUPERSET_DATABASE,
      password: secrets.supersetDatabase,
    },
    staff: {
      issuer: `${keycloakUrl(instance)}/realms/${STAFF_REALM}`,
      clientId: CLIENT,
      clientSecret: secrets.supersetClient,
    },
    secretKey: secrets.supersetKey,
    guestSecret: secrets.supersetGuests,
  };
}

/** Makes its tables, roles and account, unless that was done by the same code with the same password. */
async function setUp(
  instance: Instance,
  python: string,
  env: Readonly<Record<string, string>>,
  log: Log,
): Promise<void> {
  const record = join(instance.home, "data", "superset-setup");
  const hash = createHash("sha256").update(JSON.stringify([python, env, instance.secrets.supersetSync]));
  for (const file of [CONFIGURATION, SETUP]) hash.update("\0").update(readFileSync(file));
  const done = hash.digest("hex");
  if (existsSync(record) && readFileSync(record, "utf8") === done) return;
  log("superset: making its tables …");
  await run(python, [...SETUP_ARGUMENTS], {
    env: {
      PATH: process.env["PATH"],
      HOME: instance.home,
      ...env,
      [VARIABLES.password]: instance.secrets.supersetSync,
    },
  });
  writeSecretFile(record, done);
}

/**
 * Makes Superset's client in the staff's realm: the code flow with PKCE alone, one exact address, and the person's roles in the ID token.
 */
async function prepareClient(instance: Instance): Promise<void> {
  const api = await administrate(instance, STAFF_REALM);
  const client = {
    clientId: CLIENT,
    name: "Analytics",
    secret: instance.secrets.supersetClient,
    publicClient: false,
    standardFlowEnabled: true,
    implicitFlowEnabled: false,
    directAccessGrantsEnabled: false,
    serviceAccountsEnabled: false,
    fullScopeAllowed: false,
    redirectUris: [`${supersetUrl(instance)}/oauth-authorized/keycloak`],
    webOrigins: [],
    attributes: { "pkce.code.challenge.method": "S256" },
    // Said, because naming the optional ones leaves none of the realm's.
    defaultClientScopes: ["basic", "profile", "email"],
    optionalClientScopes: [],
    protocolMappers: [
      {
        name: "roles",
        protocol: "openid-connect",
        protocolMapper: "oidc-usermodel-realm-role-mapper",
        config: {
          "claim.name": "roles",
          "jsonType.label": "String",
          multivalued: "true",
          "id.token.claim": "true",
          "access.token.claim": "false",
          "userinfo.token.claim": "true",
        },
      },
    ],
  };
  const find = async () => (await api<{ id: string }[]>("GET", `/clients?clientId=${CLIENT}`))[0]?.id;
  const existing = await find();
  if (existing === undefined) await api("POST", "/clients", client);
  // Its mapper stays as it is: an update with one would ask for its id.
  else await api("PUT", `/clients/${existing}`, { ...client, protocolMappers: undefined, id: existing });
  const id = existing ?? (await find()) ?? "";
  const roles = await Promise.all(
    STAFF_ROLES.map((role) => api<{ id: string; name: string }>("GET", `/roles/${role}`)),
  );
  await api("POST", `/clients/${id}/scope-mappings/realm`, roles);
}
