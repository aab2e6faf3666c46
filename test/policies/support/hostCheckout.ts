import { cpSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { STACK_FILE } from "../../../config/names.ts";
import { BASE_DOMAIN, TENANTS } from "./fixtures.ts";
import { writeInto } from "./releasedCheckout.ts";

const PROJECT = join(import.meta.dirname, "../../..");

/** Team that owns the tenants of the compliant stack. */
export const TEAM = "finance-ops";

/** Puts what the files of the compliant stack's tenants would say of hosts into a checkout. Returns the checkout. */
export function writeHostFiles(root: string, tenants: readonly string[] = TENANTS): string {
  for (const stack of ["staging", "prod", "staging-eu", "prod-eu"]) {
    writeInto(root, `Pulumi.${stack}.yaml`, stringify({ config: { "odoo-saas:baseDomain": BASE_DOMAIN } }));
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

/** Puts what the project's own files say of hosts into a checkout. Returns the checkout. */
export function copyHostFiles(root: string): string {
  for (const part of [...readdirSync(PROJECT).filter((name) => STACK_FILE.test(name)), "tenants", "zones.yaml"]) {
    if (part !== "Pulumi.sandbox.yaml") cpSync(join(PROJECT, part), join(root, part), { recursive: true });
  }
  return root;
}
