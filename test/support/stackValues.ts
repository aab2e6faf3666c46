import * as pulumi from "@pulumi/pulumi";
import { stringify } from "yaml";
import type { ConfigSource } from "../../config/index.ts";

/** Values of a stack's configuration that is valid, as `Pulumi.<stack>.yaml` has them, without the namespace. */
export function validStack(): Record<string, unknown> {
  return {
    environment: "prod",
    baseDomain: "odoo.example",
    release: "18.0-2026.11",
    tenantsDatabase: { host: "db.example", cidrs: ["10.0.1.0/24"] },
    analyticsDatabase: { host: "analytics.example", cidrs: ["10.0.4.0/24"] },
    keycloak: { url: "https://login.example", clientId: "odoo-saas", cidrs: ["10.0.2.0/24"] },
    kubernetes: { gatewayClassName: "envoy", storageClassName: "files" },
    tls: { clusterIssuer: "letsencrypt" },
    mail: { host: "mail.example", cidrs: ["10.0.3.10/32"] },
  };
}

/** A stack's configuration as its settings file has it. @param above what the file has beside it */
export function stackFile(values: Readonly<Record<string, unknown>>, above: object = {}): string {
  const config = Object.fromEntries(Object.entries(values).map(([key, value]) => [`odoo-saas:${key}`, value]));
  return stringify({ ...above, config }, { compat: "yaml-1.1" });
}

/** A stack's configuration as `pulumi config --json` prints it. */
export function configJson(values: Readonly<Record<string, unknown>>): string {
  const config = Object.entries(values).map(([key, value]): [string, object] => [
    `odoo-saas:${key}`,
    typeof value === "string" ? { value } : { value: JSON.stringify(value), objectValue: value },
  ]);
  return JSON.stringify(Object.fromEntries(config));
}

/** The secrets of a valid stack. */
export const VALID_SECRETS: Readonly<Record<string, string>> = {
  tenantsDatabasePassword: "one",
  analyticsDatabasePassword: "two",
  keycloakClientSecret: "three",
  tenantsWatchdogPassword: "four",
  analyticsWatchdogPassword: "five",
};

/** A stack's configuration as Pulumi hands it to the program: everything is text, objects are JSON. */
export function configSource(
  values: Readonly<Record<string, unknown>>,
  secrets: Readonly<Record<string, string>> = VALID_SECRETS,
): ConfigSource {
  const textOf = (key: string): string | undefined => {
    const value = values[key];
    return value === undefined ? undefined : typeof value === "string" ? value : JSON.stringify(value);
  };
  const secretOf = (key: string) => (secrets[key] === undefined ? undefined : pulumi.secret(secrets[key]));
  return {
    get: textOf,
    getObject: (key): unknown => {
      const text = textOf(key);
      return text === undefined ? undefined : JSON.parse(text);
    },
    getSecret: secretOf,
    getSecretObject: (key) => secretOf(key)?.apply((text): unknown => JSON.parse(text)),
  };
}

/** The least that `odoo-saas:github` must say. */
export const GITHUB = {
  owner: "acme",
  repository: "odoo",
  platformTeam: "platform",
  checksApp: 99,
  reviewers: { prod: { platform: 7 } },
};
