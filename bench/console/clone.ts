import { appendFileSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { git } from "../../lib/git.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { generatedId, generatedZones, tenantText } from "../../test/support/generateTenants.ts";
import { DAY, DAYS } from "./size.ts";
import type { ConsoleSize } from "./size.ts";

/** What the collector and the server read of this project beside tenants and zones. */
const FILES = [
  "bundles",
  "releases",
  "modules",
  "sql",
  "plans.yaml",
  "companies.yaml",
  "prices",
  "approvers.yaml",
  "requesters.yaml",
  "Pulumi.yaml",
  "Pulumi.staging.yaml",
  "Pulumi.prod.yaml",
];

/** A commit is slow to make where a folder has so many files. */
const CHANGES_PER_COMMIT = 10;

/** Makes a clone with generated tenants, and a history in which each commit changes some of them. */
export function writeClone(root: string, { tenants, changes }: ConsoleSize): void {
  mkdirSync(root, { recursive: true });
  for (const name of FILES) cpSync(join(PROJECT_ROOT, name), join(root, name), { recursive: true });
  writeFileSync(join(root, "zones.yaml"), generatedZones(tenants));
  git(root, ["init", "--quiet", "--initial-branch=main"]);
  const begin = Date.now() - DAYS * DAY;
  const commands: string[] = [];
  const commit = (time: number, message: string): void => {
    const person = `Engineer <engineer@generated.example> ${Math.round(time / 1000)} +0000`;
    commands.push(`commit refs/heads/main\nauthor ${person}\ncommitter ${person}\n${data(message)}`);
  };
  const write = (index: number, text: string): void => {
    commands.push(`M 100644 inline tenants/${generatedId(index)}.yaml\n${data(text)}`);
  };
  commit(begin, "Add the tenants");
  for (let index = 0; index < tenants; index++) write(index, tenantText(index));
  for (let index = 0; index < changes; index++) {
    const tenant = index % tenants;
    if (index % CHANGES_PER_COMMIT === 0) commit(begin + ((index + 1) * DAYS * DAY) / (changes + 1), "Change tenants");
    write(tenant, `${tenantText(tenant)}# Change ${index}\n`);
  }
  git(root, ["fast-import", "--quiet"], commands.join(""));
  git(root, ["reset", "--quiet"]);
  git(root, ["checkout", "--quiet", "--", "tenants"]);
  commitAll(root, "Add what tenants need");
}

/** Changes some tenants' files in one commit. */
export function changeTenants(root: string, from: number, count: number): void {
  for (let index = from; index < from + count; index++) {
    appendFileSync(join(root, "tenants", `${generatedId(index)}.yaml`), "# Changed again\n");
  }
  commitAll(root, `Change ${count} tenants`);
}

function commitAll(root: string, message: string): void {
  git(root, ["add", "--all"]);
  const person = ["-c", "user.name=Engineer", "-c", "user.email=engineer@generated.example"];
  git(root, [...person, "commit", "--quiet", "-m", message]);
}

/** A text as `git fast-import` reads it. */
function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}
