import { hostFiles } from "../lib/hostFiles.ts";
import { Accepted, ByKey, HARMLESS, only, Part, whole } from "../lib/known.ts";
import { configured, stackSettings } from "../lib/stackSettings.ts";
import type { PodFile } from "./podFiles.ts";

const FILE = "policies/known/watchdogFiles.ts";
const FOLDER = "/etc/watchdog";
const REPORTER = /_reporter$/;

/** Bounds as of the stack's settings: without them the watchdog would let pass what it is for. */
const LIMITS = {
  sessionLocks: whole(2000, 1_000_000),
  roleLocks: whole(2000, 10_000_000),
  idleSeconds: whole(60, 604_800),
  transactionSeconds: whole(600, 604_800),
};

const NO_TENANT = new Accepted(
  "a role that is not a tenant's",
  (role) => typeof role === "string" && hostFiles().tenant(role.replace(REPORTER, "")) === undefined,
);
const NO_READER = new Accepted(
  "a role that is not a tenant's",
  (role) => typeof role === "string" && !role.startsWith("tenant_"),
);

/** The files of the watchdog's pods: its servers are the stack's, and no tenant's role is left alone. */
export function watchdogFiles(stack: string): Readonly<Record<string, PodFile>> {
  const settings = stackSettings(stack);
  const server = (name: string, host: string | undefined, sslmode: string | undefined, trusted: Accepted) => ({
    name: HARMLESS,
    host: configured(stack, host),
    port: HARMLESS,
    database: HARMLESS,
    user: configured(stack, settings?.watchdog.user),
    passwordFile: only(`${FOLDER}/${name}`),
    sslmode: configured(stack, sslmode),
    sslrootcert: only("system", ""),
    trustedRoles: [trusted] as const,
    limits: LIMITS,
  });
  const { tenantsDatabase, analyticsDatabase } = settings ?? {};
  const shape = new Part(FILE, {
    seconds: whole(1, 30),
    port: HARMLESS,
    servers: new ByKey("name", {
      tenants: server(
        "tenants",
        tenantsDatabase?.clusterHost ?? tenantsDatabase?.host,
        tenantsDatabase?.sslmode,
        NO_TENANT,
      ),
      analytics: server(
        "analytics",
        analyticsDatabase?.clusterHost ?? analyticsDatabase?.host,
        analyticsDatabase?.sslmode,
        NO_READER,
      ),
    }),
  });
  const password: PodFile = { format: "text", shape: new Part(FILE, {}), required: [] };
  return {
    "settings.json": {
      format: "json",
      shape,
      required: ["seconds", "servers"],
      whole: { list: "servers", key: "name", values: ["tenants", "analytics"] },
    },
    tenants: password,
    analytics: password,
  };
}
