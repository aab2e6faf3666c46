import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { formatDiagnostics, loadProjectFiles } from "../../config/index.ts";
import type { ProjectFiles } from "../../config/index.ts";
import { indexFiles } from "./moduleIndex.ts";
import type { TestModule } from "./moduleIndex.ts";

/** The modules of the index of {@link VALID_PROJECT}. */
export const VALID_MODULES: Readonly<Record<string, TestModule>> = {
  auth_oauth: { origin: "ce", version: "18.0.1.0", depends: ["auth_signup"] },
  auth_signup: { origin: "ce", version: "18.0.1.0" },
  auth_oidc: { repository: "OCA/server-auth", version: "18.0.1.1.0", depends: ["auth_oauth"] },
  document_page: { repository: "OCA/knowledge" },
  crm: { origin: "ce", version: "18.0.1.8" },
  crm_lead_code: { repository: "OCA/crm", depends: ["crm"] },
  crm_phonecall: { repository: "OCA/crm", version: "18.0.1.1.0", depends: ["base_phone", "crm"] },
  base_phone: { repository: "OCA/connector-telephony" },
};

/** A small project whose files are all valid, by path. Tests change one thing. */
export const VALID_PROJECT: Readonly<Record<string, string>> = {
  "tenants/acme.yaml": `displayName: Acme
owner: { team: ops, email: ops@acme.example }
bundles: [sales]
environments:
  staging: {}
`,
  "bundles/platform.yaml": `title: Platform
summary: What everyone has.
reporting: [core/v1]
features:
  - { name: Sign-on, coverage: full, modules: [auth_oidc] }
  - { name: Wiki, enterprise: knowledge, coverage: partial, modules: [document_page], note: No editor. }
modules:
  auth_oauth: { origin: ce, repository: odoo/odoo, version: "18.0" }
  auth_oidc: { origin: oca, repository: OCA/server-auth, version: 18.0.1.1.0, install: always }
  document_page: { origin: oca, repository: OCA/knowledge, version: 18.0.1.0.0 }
`,
  "bundles/sales.yaml": `title: Sales
summary: Selling.
features:
  - { name: Pipeline, coverage: full, modules: [crm, crm_lead_code] }
  - { name: Phone, enterprise: voip, coverage: partial, modules: [crm_phonecall], note: A log only. }
modules:
  crm: { origin: ce, repository: odoo/odoo, version: "18.0" }
  crm_lead_code: { origin: oca, repository: OCA/crm, version: 18.0.1.0.0 }
  crm_phonecall: { origin: oca, repository: OCA/crm, version: 18.0.1.1.0, install: on-request }
  base_phone: { origin: oca, repository: OCA/connector-telephony, version: 18.0.1.0.0, install: on-request }
`,
  "plans.yaml": `standard:
  displayName: Standard
  workers: 2
  replicas: 1
  cronWorkers: 1
  cpu: { request: 250m, limit: "1" }
  memory: { request: 1Gi, limit: 4Gi }
  storage: 10Gi
  databaseConnections: 56
`,
  "companies.yaml": `supplier:
  legalName: Platform Ltd.
  taxId: IE1234567AB
  address: { street: 1 Main Street, city: Dublin, postalCode: D01, country: IE }
  contact: { name: Billing, email: billing@platform.example }
  currency: EUR
  timezone: Europe/Dublin
companies: {}
`,
  "prices/EUR.yaml": `prices:
  - validFrom: 2026-01-01
    tax: { category: S, percent: "25" }
    plans: { standard: { month: "1.50", paused: "0.50" } }
`,
  "zones.yaml": `zones:
  beta.example: [ops]
  example.com: [ops]
  globex.example: [ops]
  notodoo.example: [ops]
`,
  // The zones' team, whatever tests do to the tenants.
  "alerts/settings.yaml": `runbooks: https://git.example/runbooks
platform: { channel: platform }
teams: { ops: { channel: ops } }
`,
  "releases/18.0-2026.11.yaml": `odoo: "18.0"
image:
  repository: docker.io/library/odoo
  digest: sha256:${"0".repeat(64)}
chartVersion: 0.1.0
backup: { image: { repository: docker.io/restic/restic, digest: "sha256:${"5".repeat(64)}" } }
`,
  "sql/tenant/core/v1/001.sql": "",
  ...indexFiles(VALID_MODULES, { stock_cycle_count: "17.0.1.0.1" }),
};

/** Runs a function with a new folder that holds the given files, and removes the folder. Undefined leaves a file out. */
export function withProject<Result>(
  changes: Readonly<Record<string, string | Buffer | undefined>>,
  use: (root: string) => Result,
): Result {
  const root = mkdtempSync(join(tmpdir(), "odoo-saas-config-"));
  try {
    for (const [file, content] of Object.entries({ ...VALID_PROJECT, ...changes })) {
      if (content === undefined) continue;
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), content);
    }
    return use(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** The lines that a project's problems make; none when it is fine. */
export function problemsIn(root: string): string[] {
  const result = loadProjectFiles(root);
  return result.ok ? [] : formatDiagnostics(result.diagnostics).split("\n");
}

/** The catalogue of the valid project with changes. Throws its problems when it is not valid. */
export function projectFilesWith(changes: Readonly<Record<string, string>> = {}): ProjectFiles {
  return withProject(changes, (root) => {
    const result = loadProjectFiles(root);
    if (!result.ok) throw new Error(formatDiagnostics(result.diagnostics));
    return result.projectFiles;
  });
}
