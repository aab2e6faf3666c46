import {
  COLLECTOR_SECRETS,
  CONSOLE,
  CONSOLE_ANALYTICS_ROLE,
  CONSOLE_DATABASE,
  CONSOLE_ROOT,
  consoleSources,
  STAFF_REALM,
  STAFF_ROLES,
} from "../../config/names.ts";
import { bucketEndpoint, githubPlace } from "../../config/urls.ts";
import { Accepted, ByKey, HARMLESS, judgedBy, only, Part, partsOf, type Shape } from "../lib/known.ts";
import { configured, type StackSettings, stackSettings } from "../lib/stackSettings.ts";
import { K8S, KEYCLOAK } from "../lib/types.ts";
import { CLIENT } from "./client.ts";
import { objectsOf, TEMPLATE_METADATA } from "./metadata.ts";
import { ANY_POD, CONTAINER } from "./pods.ts";
import { PEOPLE } from "./people.ts";
import { deploymentOf } from "./workloads.ts";

const FILE = "policies/known/console.ts";

/** Variables that hold a secret: each comes from the key of its own name in the console's one Secret. */
export const CONSOLE_SECRETS = [
  "CONSOLE_DATABASE_URL",
  "CONSOLE_ANALYTICS_URL",
  "CONSOLE_STAFF_CLIENT_SECRET",
  "CONSOLE_REQUESTS_SECRET",
  "CONSOLE_REQUESTS_KEY",
  ...COLLECTOR_SECRETS.projections,
  ...COLLECTOR_SECRETS.github,
  "CONSOLE_TENANTS_KEY",
] as const;

const PLAIN = [
  ...["CONSOLE_URL", "CONSOLE_PORT", "CONSOLE_STAFF_ISSUER", "CONSOLE_STAFF_CLIENT_ID"],
  ...["CONSOLE_REQUESTS_URL", "CONSOLE_REQUESTS_LOGIN", "CONSOLE_BRAND", "CONSOLE_REPOSITORY"],
  ...["CONSOLE_ENVIRONMENT", "CONSOLE_TRUSTED_PROXIES", "CONSOLE_ROOT", ...Object.keys(consoleSources(undefined))],
  ...["AWS_REGION", "AWS_ENDPOINT_URL_S3", "GITHUB_API_URL", "GITHUB_REPOSITORY"],
];

const ENVIRONMENT = new ByKey("name", {
  ...Object.fromEntries(PLAIN.map((name) => [name, { name: HARMLESS, value: judgedBy("pod-configuration") }])),
  ...Object.fromEntries(
    CONSOLE_SECRETS.map((name) => [
      name,
      { name: HARMLESS, valueFrom: { secretKeyRef: { name: only(CONSOLE), key: only(name) } } },
    ]),
  ),
});

/** One container without volumes: nothing is mounted, and nothing starts before it. */
const POD = new Part(FILE, {
  ...ANY_POD,
  containers: [{ ...CONTAINER, env: ENVIRONMENT, volumeMounts: new Accepted("none", () => false) }],
});

/** What the console's resources may be otherwise than a tenant's or the platform's, by type. */
export const CONSOLE_PROPERTIES: Readonly<Record<string, Part>> = {
  ...objectsOf(FILE, { [K8S.deployment]: { spec: deploymentOf({ metadata: TEMPLATE_METADATA, spec: POD }) } }),
  ...partsOf(FILE, {
    [KEYCLOAK.client]: {
      ...propertiesOf(CLIENT),
      clientId: only(CONSOLE),
    },
    // Roles of the realm: those of a client, such as realm-management, would make administrators of the staff.
    [KEYCLOAK.role]: { realmId: judgedBy("realm-per-tenant"), clientId: only(""), name: only(...STAFF_ROLES) },
    [KEYCLOAK.user]: { ...propertiesOf(PEOPLE[KEYCLOAK.user]) },
  }),
};

function propertiesOf(part: Part | undefined): Readonly<Record<string, Shape>> {
  const shape = part?.shape;
  const isPlain = typeof shape === "object" && Object.getPrototypeOf(shape) === Object.prototype;
  return isPlain ? Object.fromEntries(Object.entries(shape)) : {};
}

/** What the console's variables must say, by name. */
export function consoleVariables(stack: string): Readonly<Record<string, Accepted>> {
  const settings = stackSettings(stack);
  const { requests, projections, github, repository } = settings?.console ?? {};
  const place = github && repository !== undefined ? githubPlace(repository) : undefined;
  return {
    CONSOLE_URL: configured(stack, settings && urlOf(settings)),
    CONSOLE_STAFF_ISSUER: configured(stack, settings && `${settings.keycloak.url}/realms/${STAFF_REALM}`),
    CONSOLE_STAFF_CLIENT_ID: only(CONSOLE),
    CONSOLE_ENVIRONMENT: configured(stack, settings?.environment),
    // More would let anybody write the address that log-ins are limited by.
    CONSOLE_TRUSTED_PROXIES: only("1"),
    CONSOLE_ROOT: only(CONSOLE_ROOT),
    ...Object.fromEntries(
      Object.entries(consoleSources(projections?.address)).map(([name, address]) => [name, only(address)]),
    ),
    AWS_REGION: configured(stack, projections?.region),
    AWS_ENDPOINT_URL_S3: configured(stack, projections && bucketEndpoint(projections)),
    GITHUB_API_URL: configured(stack, place?.api),
    GITHUB_REPOSITORY: configured(stack, place?.repository),
    CONSOLE_REQUESTS_URL: configured(stack, requests?.url),
    CONSOLE_REQUESTS_LOGIN: configured(stack, requests?.login),
  };
}

function urlOf({ console, baseDomain }: StackSettings): string | undefined {
  return console && (console.url ?? `https://${console.host ?? `${CONSOLE}.${baseDomain}`}`);
}

/** What the addresses of databases must be, by the key of the Secret: the stack's servers, as the console's roles, with the stack's TLS. */
export function consoleAddresses(stack: string): Readonly<Record<string, Accepted>> {
  const { tenantsDatabase: tenants, analyticsDatabase: analytics } = stackSettings(stack) ?? {};
  return {
    CONSOLE_DATABASE_URL: addressOf(stack, tenants, CONSOLE_DATABASE, only(CONSOLE_DATABASE)),
    CONSOLE_ANALYTICS_URL: addressOf(stack, analytics, CONSOLE_ANALYTICS_ROLE, configured(stack, analytics?.database)),
  };
}

function addressOf(
  stack: string,
  server: StackSettings["tenantsDatabase" | "analyticsDatabase"] | undefined,
  role: string,
  database: Accepted,
): Accepted {
  const expected = [
    configured(stack, server?.clusterHost ?? server?.host),
    configured(stack, server && String(server.clusterPort ?? server.port)),
    configured(stack, server?.sslmode),
  ] as const;
  return new Accepted(`the address of the console's role ${role} on the stack's server`, (value) => {
    const url = typeof value === "string" ? URL.parse(value) : null;
    if (url === null || url.protocol !== "postgresql:") return false;
    const [host, port, sslmode] = expected;
    return (
      url.username === role &&
      database.accepts(url.pathname.slice(1)) &&
      [...url.searchParams.keys()].join() === "sslmode" &&
      sslmode.accepts(url.searchParams.get("sslmode")) &&
      host.accepts(url.hostname.replace(/^\[|\]$/g, "")) &&
      port.accepts(url.port)
    );
  });
}
