import { isRecord } from "./state.ts";
import type { Item, Value } from "./state.ts";

/** The providers that OpenTofu has the same upstream code of. */
const PROVIDERS = {
  random: "hashicorp/random",
  postgresql: "cyrilgdn/postgresql",
  keycloak: "keycloak/keycloak",
} as const;

/** Inputs whose keys are the user's own, not attributes of the provider's. */
const MAPS = new Set(["keepers", "attributes", "extraConfig"]);

/** `realmId` → `realm_id`; `quickLoginCheckMilliSeconds` → `quick_login_check_milli_seconds`. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** `keycloak:openid/client:Client` → `keycloak_openid_client`; undefined when OpenTofu has no part in it. */
export function tofuType(type: string): string | undefined {
  const [, provider = "", module = "", name = ""] = /^(\w+):([\w-]+)\/\w+:(\w+)$/.exec(type) ?? [];
  if (!(provider in PROVIDERS)) return undefined;
  const word = snakeCase(name.replace(/^[A-Z]/, (letter) => letter.toLowerCase()));
  // The random provider's names say it themselves: `random:index/randomPassword:RandomPassword`.
  return provider === "random" ? word : [provider, ...(module === "index" ? [] : [module]), word].join("_");
}

/**
 * Configuration (JSON syntax) of the PostgreSQL, Keycloak and random part of a stack. References between its resources are
 * references; values that come from elsewhere are plain.
 */
export function tofuConfiguration(items: readonly Item[]): object {
  const used = items.filter((item) => tofuType(item.type) !== undefined);
  const connections = items.filter(
    (item) => item.isProvider && item.type.replace("pulumi:providers:", "") in PROVIDERS,
  );
  const addresses = new Map(used.map((item) => [item.key, `${tofuType(item.type) ?? ""}.${label(item)}`]));
  const resource: Record<string, Record<string, object>> = {};
  for (const item of used) {
    const provider = connections.find(({ key }) => key === item.provider);
    (resource[tofuType(item.type) ?? ""] ??= {})[label(item)] = {
      ...attributes(item, addresses),
      ...(provider && { provider: `${packageOf(provider)}.${label(provider)}` }),
      // All properties, since OpenTofu names some differently. It still reads the resource.
      ...(item.ignoresChanges && { lifecycle: { ignore_changes: "all" } }),
      depends_on: item.dependsOn.flatMap((key) => addresses.get(key) ?? []),
    };
  }
  const provider = Map.groupBy(connections, packageOf);
  return {
    terraform: {
      required_providers: Object.fromEntries(Object.entries(PROVIDERS).map(([name, source]) => [name, { source }])),
    },
    provider: Object.fromEntries(
      [...provider].map(([name, all]) => [
        name,
        all.map((item) => ({ alias: label(item), ...attributes(item, addresses) })),
      ]),
    ),
    resource,
  };
}

/** OpenTofu's own settings: the providers' programs in a folder instead of a registry. */
export function tofuSettings(folder: string): string {
  const overrides = Object.values(PROVIDERS).map(
    (source) => `    ${JSON.stringify(source)} = ${JSON.stringify(folder)}\n`,
  );
  return `provider_installation {\n  dev_overrides {\n${overrides.join("")}  }\n  direct {}\n}\n`;
}

function packageOf({ type }: Item): string {
  return type.replace("pulumi:providers:", "");
}

/** A name that OpenTofu takes; the items' own are unique and use these characters already, but for dots of domains. */
function label({ name }: Item): string {
  return name.replace(/[^\w-]/g, "_");
}

function attributes({ inputs }: Item, addresses: ReadonlyMap<string, string>): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [snakeCase(name), attribute(name, value, addresses)]),
  );
}

function text(value: Value | undefined): string {
  return typeof value === "string" ? value : "";
}

function attribute(name: string, value: Value, addresses: ReadonlyMap<string, string>): Value {
  if (typeof value === "string") return value.replaceAll(/[$%](?=\{)/g, (sign) => sign + sign);
  if (Array.isArray(value)) return value.map((inner) => attribute(name, inner, addresses));
  if (!isRecord(value)) return value;
  if (value["$secret"] !== undefined) return attribute(name, value["$secret"], addresses);
  const reference = value["$ref"];
  if (typeof reference === "string")
    return `\${${addresses.get(reference) ?? ""}.${snakeCase(text(value["$attribute"]))}}`;
  return Object.fromEntries(
    Object.entries(value).map(([inner, content]) => [
      MAPS.has(name) ? inner : snakeCase(inner),
      attribute(MAPS.has(name) ? "" : inner, content, addresses),
    ]),
  );
}
