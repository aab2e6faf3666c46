import { join } from "node:path";
import { z } from "zod";
import { CONFIG_NAMESPACE, PLATFORM_NAMESPACE } from "../../config/names.ts";
import { ACTIONS_APP } from "../../config/githubRepository.ts";
import { checkout } from "./checkout.ts";
import { Accepted, HARMLESS, only } from "./known.ts";
import { mayRelax } from "./urn.ts";
import { readYaml } from "./yamlFile.ts";

const text = z.string();
const port = z.number();
const cidrs = z.array(text).default([]);
const peer = z.object({ namespace: text.optional(), networks: cidrs });

const schema = z.object({
  environment: text,
  baseDomain: text,
  tenantsDatabase: z.object({
    host: text,
    port: port.default(5432),
    user: text.default("postgres"),
    maintenanceDatabase: text.default("postgres"),
    clusterHost: text.optional(),
    clusterPort: port.optional(),
    sslmode: text.default("verify-full"),
    cidrs,
  }),
  analyticsDatabase: z
    .object({
      host: text.optional(),
      port: port.default(5432),
      user: text.default("postgres"),
      database: text.default("postgres"),
      clusterHost: text.optional(),
      clusterPort: port.optional(),
      cidrs,
      tenantsHost: text.optional(),
      tenantsPort: port.optional(),
      sslmode: text.default("verify-full"),
    })
    .prefault({}),
  watchdog: z.object({ user: text.default("odoo_watchdog") }).prefault({}),
  keycloak: z.object({ url: text, adminRealm: text.default("master"), clientId: text.optional(), cidrs }),
  tls: z.object({ clusterIssuer: text }),
  mail: z.object({ host: text, port: port.default(587), cidrs }).optional(),
  objectStore: z.object({ endpoint: text.optional(), bucket: text.optional(), cidrs }).prefault({}),
  kubernetes: z.object({
    context: text.optional(),
    clusterIdentifier: text.optional(),
    gatewayClassName: text.optional(),
    dns: z
      .array(peer.extend({ port: port.default(53) }))
      .default([{ namespace: "kube-system", networks: [], port: 53 }]),
    gateway: z
      .array(peer.extend({ labels: z.record(text, text).optional() }))
      .default([{ namespace: PLATFORM_NAMESPACE, networks: [] }]),
  }),
  monitoring: z.object({ namespace: text.default("monitoring") }).prefault({}),
  console: z
    .object({
      host: text.optional(),
      url: text.optional(),
      image: z.object({ repository: text, digest: text }).optional(),
      requests: z.object({ url: text, login: text.default("odoo-saas-console"), cidrs }),
      repository: text.optional(),
      github: z.object({ cidrs }).optional(),
      projections: z.object({ address: text, region: text, endpoint: text.optional(), cidrs }).optional(),
    })
    .optional(),
  github: z
    .object({
      owner: text,
      apiUrl: text.optional(),
      requiredChecks: z.array(text).default([]),
      actionsApp: z.number().default(ACTIONS_APP),
      checksApp: z.number().optional(),
      variables: z.record(text, text).default({}),
    })
    .optional(),
});

/** What policies need of a stack's file, whatever a program makes of it. */
export type StackSettings = z.output<typeof schema>;

const fileSchema = z.object({
  config: z.record(text, z.unknown()).transform((config, context): StackSettings => {
    const prefix = `${CONFIG_NAMESPACE}:`;
    const own = Object.entries(config).filter(([key]) => key.startsWith(prefix));
    const parsed = schema.safeParse(Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value])));
    if (parsed.success) return parsed.data;
    context.addIssue("belongs to no stack");
    return z.NEVER;
  }),
});

const known = new Map<string, StackSettings | undefined>();

/** Name of a stack's file, from the project's root. */
export function settingsFile(stack: string): string {
  return `Pulumi.${stack}.yaml`;
}

/** A stack's settings; undefined: there is no such file, or it is not one. Read once a process. */
export function stackSettings(stack: string): StackSettings | undefined {
  const path = join(checkout.root, settingsFile(stack));
  if (!known.has(path)) known.set(path, readYaml(path, fileSchema)?.config);
  return known.get(path);
}

/**
 * Accepts what a stack's file says. Without it nothing is accepted, except in a sandbox, which may be configured from elsewhere.
 */
export function configured(stack: string, value: string | number | undefined): Accepted {
  if (value !== undefined) return only(value);
  const isFree = mayRelax(stack) && stackSettings(stack) === undefined;
  return isFree ? HARMLESS : new Accepted(`what ${settingsFile(stack)} says, which says nothing`, () => false);
}

/** As {@link configured}, of a setting that may be left out: then nothing stands there. */
export function optional(stack: string, value: string | undefined): Accepted {
  if (value === undefined && mayRelax(stack) && stackSettings(stack) === undefined) return HARMLESS_OR_NONE;
  const said = value === undefined ? "nothing" : JSON.stringify(value);
  return new Accepted(`${said}, as ${settingsFile(stack)} says`, (given) => given === value);
}

const HARMLESS_OR_NONE = new Accepted(HARMLESS.expected, (value) => value === undefined || HARMLESS.accepts(value));
