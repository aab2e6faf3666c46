import { createHmac } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { formatDiagnostics, loadProjectFiles } from "../config/index.ts";
import type { ProjectFiles } from "../config/index.ts";
import { SandboxError } from "./instance.ts";
import type { Instance } from "./instance.ts";
import { ownOdooOf } from "./pods/ownOdoo.ts";
import { ANALYTICS_DATABASE, PROGRAM_DATABASE } from "./services/databases.ts";
import { KEYCLOAK_CLIENT, keycloakUrl } from "./services/keycloak.ts";
import { consoleKeyOf } from "./consoleKey.ts";
import { CONSOLE_LOGIN, PEOPLE } from "./people.ts";
import { consoleUrl, hasConsole } from "./services/console.ts";
import { forgeUrl } from "./services/forge.ts";
import { PLATFORM_ADMIN } from "./services/preparePostgres.ts";

/** Domain of the tenants' hosts; `.test` is never anybody's (RFC 6761). */
export const BASE_DOMAIN = "sandbox.odoo.test";

/** All that the pods of a real cluster would reach over a network is on this machine. */
const HERE = "127.0.0.1";
const HERE_CIDRS = [`${HERE}/32`];

/** How long init Jobs may take, in seconds, where the user's own Odoo runs them; a busy machine installs slowly. */
const REAL_INIT_SECONDS = 3600;

/** Configuration of stack `sandbox`, without the namespace. */
export interface StackSettingsOfSandbox {
  readonly plain: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, string>>;
}

/**
 * What the program needs to know of this instance.
 *
 * @param kubeconfig the program's, as text
 * @throws SandboxError with all that is wrong in the tenants' and the other files, as `npx odoo-saas tenant validate` reports it.
 */
export function sandboxSettings(instance: Instance, kubeconfig: string): StackSettingsOfSandbox {
  const brokered = [...checkFiles(instance.checkout).tenants.values()].filter(
    ({ sso }) => sso.identityProvider !== undefined,
  );
  return {
    plain: plainSettings(instance),
    secrets: {
      tenantsDatabasePassword: instance.secrets.tenantsAdmin,
      analyticsDatabasePassword: instance.secrets.analyticsAdmin,
      keycloakClientSecret: instance.secrets.keycloakClient,
      tenantsWatchdogPassword: instance.secrets.tenantsWatchdog,
      analyticsWatchdogPassword: instance.secrets.analyticsWatchdog,
      kubeconfig,
      ...(hasConsole() && {
        consoleRequestsSecret: instance.secrets.requestsSecret,
        consoleRequestsKey: consoleKeyOf(instance).privateKey,
      }),
      // Stands for what the companies' own identity providers would have given.
      ...(brokered.length === 0 ? {} : { brokerSecrets: JSON.stringify(brokerSecrets(instance, brokered)) }),
    },
  };
}

/** Configuration of stack `sandbox` that is not secret, without the namespace. */
export function plainSettings(instance: Instance): Readonly<Record<string, unknown>> {
  return {
    environment: "sandbox",
    baseDomain: BASE_DOMAIN,
    release: newestRelease(instance.checkout),
    tenantsDatabase: {
      host: HERE,
      port: instance.through.tenantsDatabase,
      user: PLATFORM_ADMIN,
      sslmode: "disable",
      maintenanceDatabase: PROGRAM_DATABASE,
      cidrs: HERE_CIDRS,
    },
    analyticsDatabase: {
      host: HERE,
      port: instance.through.analyticsDatabase,
      database: ANALYTICS_DATABASE,
      user: PLATFORM_ADMIN,
      sslmode: "disable",
      cidrs: HERE_CIDRS,
    },
    keycloak: { url: keycloakUrl(instance, instance.through), clientId: KEYCLOAK_CLIENT, cidrs: HERE_CIDRS },
    // The identifier keeps the cluster the same one for Pulumi when its certificate is renewed.
    kubernetes: {
      clusterIdentifier: "odoo-saas-sandbox",
      gatewayClassName: "sandbox",
      storageClassName: "sandbox",
      ...(ownOdooOf(process.env) === undefined ? {} : { initSeconds: REAL_INIT_SECONDS }),
    },
    tls: { clusterIssuer: "sandbox" },
    ...(hasConsole() && { console: consoleSettings(instance) }),
    // No mail: none leaves the sandbox.
  };
}

/** The console is a process on this machine, since simulated nodes run no pods. */
function consoleSettings(instance: Instance) {
  return {
    url: consoleUrl(instance),
    staff: Object.fromEntries(PEOPLE.map(({ login, name, email, roles }) => [login, { name, email, roles }])),
    requests: { url: forgeUrl(instance), login: CONSOLE_LOGIN },
  };
}

/**
 * Reads the tenants' and the other files of a checkout.
 *
 * @throws SandboxError with all that is wrong in them, as `npx odoo-saas tenant validate` reports it.
 */
export function checkFiles(checkout: string): ProjectFiles {
  const result = loadProjectFiles(checkout);
  if (result.ok) return result.projectFiles;
  throw new SandboxError(formatDiagnostics(result.diagnostics));
}

function brokerSecrets(instance: Instance, tenants: readonly { readonly id: string }[]): Record<string, string> {
  return Object.fromEntries(
    tenants.map(({ id }) => [
      id,
      createHmac("sha256", instance.secrets.pulumiPassphrase).update(`broker ${id}`).digest("base64url"),
    ]),
  );
}

/** Names of releases begin with their version and month, so that the last one is the newest. */
function newestRelease(checkout: string): string {
  const names = readdirSync(join(checkout, "releases")).filter((name) => name.endsWith(".yaml"));
  return names.sort().at(-1)?.slice(0, -".yaml".length) ?? "";
}
