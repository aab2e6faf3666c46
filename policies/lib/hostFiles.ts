import { readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { namesIn, PlatformNames, type Zones, ZONES_FILE } from "../../config/hosts.ts";
import { CONFIG_NAMESPACE, isTenantId, STACK_FILE } from "../../config/names.ts";
import { serverNamesIn, ServerNames } from "../../config/serverNames.ts";
import { checkout } from "./checkout.ts";
import { readYaml } from "./yamlFile.ts";

const BASE_DOMAIN = `${CONFIG_NAMESPACE}:baseDomain`;

const stackSchema = z.object({
  config: z.looseObject({ [BASE_DOMAIN]: z.string().optional().catch(undefined) }).default({}),
});
const zonesSchema = z.object({ zones: z.record(z.string(), z.array(z.string())) });
const overlay = z.object({ domains: z.array(z.string()).default([]) }).optional();
const tenantSchema = z.object({
  owner: z.object({ team: z.string() }),
  environments: z.object({ staging: overlay, prod: overlay }),
});

/** What a tenant's file says of its hosts. */
export type TenantHosts = z.output<typeof tenantSchema>;

/** What the checkout's files say of hosts, whatever a program makes of them. */
export interface HostFiles {
  /** Names in the settings of all stacks. */
  readonly names: PlatformNames;
  /** Roles, databases, realms and namespaces in the settings of all stacks. */
  readonly servers: ServerNames;
  /** Base domains by name of their stack. */
  readonly baseDomains: ReadonlyMap<string, string>;
  /** Settings that cannot be read: what they name is not known. */
  readonly unreadable: readonly string[];
  readonly zones: Zones;
  /** A tenant's file; undefined: there is none, or it is not one. */
  tenant(id: string): TenantHosts | undefined;
}

let known: { readonly root: string; readonly files: HostFiles } | undefined;

/** Reads what the checkout's files say of hosts. Once a process: the pack is started for each operation of the engine. */
export function hostFiles(): HostFiles {
  const { root } = checkout;
  if (known?.root !== root) known = { root, files: read(root) };
  return known.files;
}

function read(root: string): HostFiles {
  const stacks = readdirSync(root)
    .filter((file) => STACK_FILE.test(file))
    .map((file) => ({ file, content: readYaml(join(root, file), stackSchema) }));
  const zones = readYaml(join(root, ZONES_FILE), zonesSchema);
  const tenants = new Map<string, TenantHosts | undefined>();
  return {
    names: new PlatformNames(stacks.flatMap(({ file, content }) => namesIn(file, content?.config))),
    servers: new ServerNames(stacks.flatMap(({ file, content }) => serverNamesIn(file, settingsIn(content?.config)))),
    baseDomains: new Map(
      stacks.flatMap(({ file, content }) => {
        const domain = content?.config[BASE_DOMAIN];
        return domain === undefined ? [] : [[file.slice("Pulumi.".length, -".yaml".length), domain] as const];
      }),
    ),
    unreadable: stacks.flatMap(({ file, content }) => (content === undefined ? [file] : [])),
    zones: new Map(Object.entries(zones?.zones ?? {})),
    tenant(id) {
      if (!tenants.has(id) && isTenantId(id)) {
        tenants.set(id, readYaml(join(root, "tenants", `${id}.yaml`), tenantSchema));
      }
      return tenants.get(id);
    },
  };
}

/** A stack's settings by key, without the namespace. */
function settingsIn(config: Readonly<Record<string, unknown>> = {}): Map<string, unknown> {
  const prefix = `${CONFIG_NAMESPACE}:`;
  return new Map(
    Object.entries(config).flatMap(([key, value]) =>
      key.startsWith(prefix) ? [[key.slice(prefix.length), value]] : [],
    ),
  );
}
