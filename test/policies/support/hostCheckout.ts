import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { STACK_FILE } from "../../../config/names.ts";
import { COMPANY } from "../../support/company.ts";
import { BASE_DOMAIN, TENANTS } from "./fixtures.ts";
import { writeInto } from "./releasedCheckout.ts";

/** Team that owns the tenants of the compliant stack. */
export const TEAM = "finance-ops";

/** What the file of the compliant stack would say, as far as policies read it. */
const SETTINGS = {
  baseDomain: BASE_DOMAIN,
  tenantsDatabase: {
    host: "outside.example.com",
    user: "platform_admin",
    maintenanceDatabase: "odoo_saas",
    clusterHost: "db.example.com",
    cidrs: ["10.50.16.0/28"],
  },
  analyticsDatabase: { host: "analytics.example.com", user: "analytics_admin", cidrs: ["10.50.20.0/28"] },
  keycloak: { url: "https://login.example.com", clientId: "odoo-saas", cidrs: ["10.50.17.0/28"] },
  tls: { clusterIssuer: "letsencrypt" },
  mail: { host: "mail.example", cidrs: ["10.50.18.1/32"] },
  objectStore: { endpoint: "https://s3.example.com", bucket: "backups", cidrs: ["10.50.19.0/28"] },
  kubernetes: { gatewayClassName: "envoy" },
  github: { owner: "acme", checksApp: 7, requiredChecks: ["validate", "lint"], variables: { REGION: "eu" } },
};

/**
 * Puts what the files of the compliant stack and its tenants would say into a checkout. Returns the checkout.
 *
 * @param changes settings that every stack has otherwise
 * @param stacks names of the stacks. Default: those of the compliant stack
 */
export function writeHostFiles(
  root: string,
  tenants: readonly string[] = TENANTS,
  changes: Readonly<Record<string, unknown>> = {},
  stacks: readonly string[] = ["staging", "prod", "staging-eu", "prod-eu"],
): string {
  for (const stack of stacks) {
    const settings = Object.entries({ ...SETTINGS, ...changes, environment: stack.split("-", 1)[0] });
    const config = Object.fromEntries(settings.map(([key, value]) => [`odoo-saas:${key}`, value]));
    writeInto(root, `Pulumi.${stack}.yaml`, stringify({ config }));
  }
  for (const id of tenants) {
    const domains = [`erp.${id}.example`];
    const text = stringify({ owner: { team: TEAM }, environments: { staging: { domains }, prod: { domains } } });
    writeInto(root, `tenants/${id}.yaml`, text);
  }
  const zones = Object.fromEntries(tenants.map((id) => [`${id}.example`, [TEAM]]));
  writeInto(root, "zones.yaml", stringify({ zones }));
  return root;
}

/** What staging's file does not say, because the repository is prod's to keep. */
const STAGINGS_GITHUB = { "odoo-saas:github": SETTINGS.github };

/**
 * Puts a company's files into a checkout, and a repository of staging's.
 *
 * @param files the folder that they are in. Default: the fixture company's
 * @returns the checkout
 */
export function copyHostFiles(root: string, files = COMPANY): string {
  for (const part of [...readdirSync(files).filter((name) => STACK_FILE.test(name)), "tenants", "zones.yaml"]) {
    if (part !== "Pulumi.sandbox.yaml") cpSync(join(files, part), join(root, part), { recursive: true });
  }
  const staging = z
    .object({ config: z.record(z.string(), z.unknown()) })
    .parse(parse(readFileSync(join(root, "Pulumi.staging.yaml"), "utf8")));
  // Another stack, whose names are no tenant's in any.
  writeInto(root, "Pulumi.prod-eu.yaml", stringify({ config: { "odoo-saas:watchdog": { user: "backup" } } }));
  writeInto(root, "Pulumi.staging.yaml", stringify({ config: { ...staging.config, ...STAGINGS_GITHUB } }));
  return root;
}
