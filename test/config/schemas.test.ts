import assert from "node:assert/strict";
import { tenantSchema } from "../../config/schemas/tenant.ts";
import { problemsIn, VALID_PROJECT, withProject } from "../support/projectFolder.ts";

const TENANT = "tenants/acme.yaml";
const PLANS = "plans.yaml";
const RELEASE = "releases/18.0-2026.11.yaml";
const BUNDLE = "bundles/sales.yaml";

/** The valid file with one text replaced, or with a line at its end. */
function changed(file: string, from: string, to: string): string {
  const text = VALID_PROJECT[file] ?? "";
  assert.ok(from === "" || text.includes(from), `${file} does not hold ${from}`);
  return from === "" ? `${text}${to}\n` : text.replace(from, to);
}

type Case = readonly [from: string, to: string, ...expected: string[]];

function check(file: string, cases: readonly Case[]): void {
  for (const [from, to, ...expected] of cases) {
    it(to === "" ? `without ${from.trim()}` : to, () => {
      const problems = withProject({ [file]: changed(file, from, to) }, problemsIn);
      assert.deepEqual(
        problems,
        expected.map((line) => `${file}:${line}`),
      );
    });
  }
}

/** Keys that a tenant's file may have beside those of the valid one. */
const OTHER_KEYS = Object.keys(tenantSchema.shape)
  .filter((key) => !new RegExp(`^${key}:`, "m").test(VALID_PROJECT[TENANT] ?? ""))
  .join(", ");

const ENVIRONMENTS = "environments:\n  staging: {}\n";

describe("a tenant's values", () => {
  check(TENANT, [
    [
      "displayName: Acme\n",
      "",
      "1:1: displayName: is missing, expected the company's or department's name (one line, at most 100 characters)",
    ],
    [
      "displayName: Acme",
      "displayName: 7",
      '1:14: displayName: is 7, which YAML reads as a number, expected quotes: "7"',
    ],
    [
      "displayName: Acme",
      'displayName: " Acme"',
      '1:14: displayName: is " Acme", which begins or ends with a space, expected "Acme"',
    ],
    [
      "displayName: Acme",
      'displayName: "A\\nB"',
      '1:14: displayName: is "A\\nB", whose character 2 is the blank U+000A, expected a space in its place',
    ],
    [
      "displayName: Acme",
      `displayName: ${"a".repeat(101)}`,
      `1:14: displayName: is "${"a".repeat(56)}..., expected the company's or department's name (one line, at most 100 characters)`,
    ],
    ["displayName: Acme", "displayname: Acme", "1:1: displayname: is not a known key, expected displayName"],
    ["", "enviroments: {}", "6:1: enviroments: is not a known key, expected environments"],
    ["", "xyzzy: 1", `6:1: xyzzy: is not a known key, expected one of ${OTHER_KEYS}`],
    ["", "__proto__: {}", `6:1: __proto__: is not a known key, expected one of ${OTHER_KEYS}`],
    ["", "<<: {}", `6:1: <<: is not a known key, expected one of ${OTHER_KEYS}`],
    ["owner: { team: ops, email: ops@acme.example }\n", "", "1:1: owner: is missing, expected a mapping"],
    [
      "owner: { team: ops,",
      "owner: {",
      '2:1: owner.team: is missing, expected lower-case letters, digits and hyphens such as "finance-ops"',
    ],
    [
      "team: ops",
      "team: Fin Ops",
      '2:16: owner.team: is "Fin Ops", expected lower-case letters, digits and hyphens such as "finance-ops"',
    ],
    ["team: ops", "teem: ops", "2:10: owner.teem: is not a known key, expected team"],
    ["ops@acme.example", "ops", '2:28: owner.email: is "ops", expected a mail address such as "team@example.com"'],
    [
      "ops@acme.example",
      "ops@localhost",
      '2:28: owner.email: is "ops@localhost", expected a mail address such as "team@example.com"',
    ],
    ["owner: { team: ops, email: ops@acme.example }", "owner: ops", '2:8: owner: is "ops", expected a mapping'],
    ["owner: { team: ops, email: ops@acme.example }", "owner:", "2:7: owner: is empty, expected a mapping"],
    ["", "lifecycle: pause", '6:12: lifecycle: is "pause", expected paused'],
    ["", 'lifecycle: "off"', '6:12: lifecycle: is "off", expected one of active, paused, decommissioning'],
    ["", "lifecycle: off", '6:12: lifecycle: is off, which YAML 1.1 and 1.2 read differently, expected quotes: "off"'],
    [
      "",
      "lifecycle: decommissioning",
      '6:12: lifecycle: is "decommissioning", expected a key decommission beside it, such as { holdUntil: 2027-02-28 }',
    ],
    ["", "lifecycle: decommissioning\ndecommission: { holdUntil: 2027-02-28 }"],
    [
      "",
      "lifecycle: paused\ndecommission: { holdUntil: 2027-02-28 }",
      "7:15: decommission: is set with lifecycle paused, expected it only with lifecycle: decommissioning",
    ],
    [
      "",
      "decommission: { holdUntil: 2027-02-28 }",
      "6:15: decommission: is set with lifecycle active, expected it only with lifecycle: decommissioning",
    ],
    [
      "",
      "lifecycle: decommissioning\ndecommission: { holdUntil: 2027-02-29, release: 'yes', until: 1 }",
      '7:28: decommission.holdUntil: is "2027-02-29", expected a calendar day (UTC) such as "2027-02-28"',
      '7:49: decommission.release: is "yes", expected true or false',
      "7:56: decommission.until: is not a known key, expected only holdUntil, release",
    ],
    [
      "",
      "lifecycle: decommissioning\ndecommission: {}",
      '7:1: decommission.holdUntil: is missing, expected a calendar day (UTC) such as "2027-02-28"',
    ],
    [
      "",
      "lifecycle: decommissioning\ndecommission: { holdUntil: 2026-11-01, release: true }",
      "7:49: decommission.release: is true without archive/acme.yaml, expected a verified last backup on record (npx odoo-saas tenant decommission acme --backup-report FILE): see docs/runbooks/lifecycle.md#release",
    ],
    ["", "lifecycle: 1", "6:12: lifecycle: is 1, expected one of active, paused, decommissioning"],
    ["", "cell: Main", '6:7: cell: is "Main", expected lower-case words joined by hyphens such as "main"'],
    ["bundles: [sales]\n", "", "1:1: bundles: is missing, expected a list of bundles"],
    ["bundles: [sales]", "bundles: []", "3:10: bundles: is empty, expected at least one bundle of bundles/"],
    ["bundles: [sales]", "bundles: sales", '3:10: bundles: is "sales", expected a list of bundles'],
    [
      "bundles: [sales]",
      "bundles: [sales, sales]",
      '3:18: bundles[1]: is "sales" a second time, expected each value once',
    ],
    ["bundles: [sales]", "bundles: [Sales]", '3:11: bundles[0]: is "Sales", expected a bundle such as "finance-ppm"'],
    [
      ENVIRONMENTS,
      "environments: {}\n",
      "4:15: environments: names no environment, expected at least one of staging, prod",
    ],
    [
      ENVIRONMENTS,
      "environments: { prod: }\n",
      "4:23: environments.prod: is empty, expected a mapping ({} takes the defaults)",
    ],
    [
      ENVIRONMENTS,
      "environments: { production: {} }\n",
      "4:15: environments: names no environment, expected at least one of staging, prod",
      "4:17: environments.production: is not a known key, expected one of staging, prod",
    ],
    [
      "staging: {}",
      "staging: { domains: [erp_x.example] }",
      '5:24: environments.staging.domains[0]: is "erp_x.example", expected a lower-case host name such as "erp.example.com"',
    ],
    [
      "staging: {}",
      "staging: { domains: [erp] }",
      '5:24: environments.staging.domains[0]: is "erp", expected a lower-case host name such as "erp.example.com"',
    ],
    [
      "staging: {}",
      "staging: { domains: [10.0.0.1] }",
      '5:24: environments.staging.domains[0]: is "10.0.0.1", expected a lower-case host name such as "erp.example.com"',
    ],
    [
      "staging: {}",
      'staging: { domains: ["*.acme.example"] }',
      '5:24: environments.staging.domains[0]: is "*.acme.example", expected a lower-case host name such as "erp.example.com"',
    ],
    [
      "staging: {}",
      "staging: { domains: [erp.acme.example.] }",
      '5:24: environments.staging.domains[0]: is "erp.acme.example.", expected a lower-case host name such as "erp.example.com"',
    ],
    [
      "staging: {}",
      `staging: { domains: [${"a".repeat(64)}.example] }`,
      `5:24: environments.staging.domains[0]: is "${"a".repeat(56)}..., expected a lower-case host name such as "erp.example.com"`,
    ],
    [
      "staging: {}",
      "staging: { release: '18.0' }",
      '5:23: environments.staging.release: is "18.0", expected a release such as "18.0-2026.11"',
    ],
    [
      "",
      "modules: { add: [Crm] }",
      '6:18: modules.add[0]: is "Crm", expected an Odoo module name such as "account_financial_report"',
    ],
    ["", "modules: [crm]", '6:10: modules: is ["crm"], expected a mapping'],
    [
      "",
      "analytics: { models: [core] }",
      '6:23: analytics.models[0]: is "core", expected a model and version such as "finance_ppm/v1"',
    ],
    [
      "",
      "backup: { schedule: daily }",
      '6:21: backup.schedule: is "daily", which has 1 field, expected five fields (minute, hour, day of the month, month, day of the week) such as "0 2 * * *"',
    ],
    [
      "",
      "backup: { keep: { daily: 0, weekly: 0, monthly: 0 } }",
      "6:17: backup.keep: keeps no backup, expected at least one of daily, weekly, monthly above 0",
    ],
    ["", "backup: { keep: { daily: 1.5 } }", "6:26: backup.keep.daily: is 1.5, expected a whole number from 0 to 366"],
    ["", "backup: { keep: { daily: -1 } }", "6:26: backup.keep.daily: is -1, expected a whole number from 0 to 366"],
    ["", "sso: { template: fancy }", '6:18: sso.template: is "fancy", expected one of standard'],
    [
      "",
      "sso: { identityProvider: { alias: entra, displayName: Entra, issuer: 'http://x.example', authorizationUrl: 'https://x.example/a', tokenUrl: 'https://x.example/t', jwksUrl: 'https://x.example/k', clientId: odoo } }",
      '6:70: sso.identityProvider.issuer: is "http://x.example", expected an https address on the internet, at port 443, such as "https://login.example.com/realms/acme"',
    ],
    ["", "credentials: { database: 0 }", "6:26: credentials.database: is 0, expected a whole number from 1 to 9999"],
    ["", "credentials: { databse: 2 }", "6:16: credentials.databse: is not a known key, expected database"],
  ]);
});

describe("a plan's values", () => {
  check(PLANS, [
    ["workers: 2", "workers: 1", "3:12: standard.workers: is 1, expected a whole number from 2 to 64"],
    ["workers: 2", "wrokers: 2", "3:3: standard.wrokers: is not a known key, expected workers"],
    [
      "request: 250m",
      "request: lots",
      '6:19: standard.cpu.request: is "lots", expected an amount of CPU such as "500m" or "2"',
    ],
    [
      "request: 250m",
      'request: "2"',
      "6:8: standard.cpu: has a request above its limit, expected a request of at most the limit",
    ],
    [
      "request: 1Gi",
      "request: 5Gi",
      "7:11: standard.memory: has a request above its limit, expected a request of at most the limit",
    ],
    [
      "request: 1Gi",
      "request: 1G",
      '7:22: standard.memory.request: is "1G", expected an amount such as "512Mi" or "2Gi"',
    ],
    ["storage: 10Gi", "storage: 10", '8:12: standard.storage: is 10, expected a size such as "20Gi"'],
    ["standard:", "Standard:", '1:1: Standard: is "Standard", expected a plan such as "standard"'],
    [
      "databaseConnections: 56",
      "databaseConnections: 55",
      "9:24: standard.databaseConnections: is 55, expected at least 56 for its workers, websockets, cron threads, one more pod during updates, and a reserve",
    ],
    [
      "workers: 2",
      "workers: 4",
      "3:12: standard.workers: is 4, expected at most 3: twice the CPU limit plus one",
      "9:24: standard.databaseConnections: is 56, expected at least 64 for its workers, websockets, cron threads, one more pod during updates, and a reserve",
    ],
  ]);
});

describe("a release's values", () => {
  check(RELEASE, [
    ['odoo: "18.0"', 'odoo: "19.0"', '1:7: odoo: is "19.0", expected 18.0'],
    ['odoo: "18.0"', "odoo: 18.0", '1:7: odoo: is 18.0, which YAML reads as a number, expected quotes: "18.0"'],
    [
      "docker.io/library/odoo",
      "docker.io/library/odoo:18.0",
      '3:15: image.repository: is "docker.io/library/odoo:18.0", expected a registry and repository without a tag such as "docker.io/library/odoo"',
    ],
    [
      `sha256:${"0".repeat(64)}`,
      "latest",
      '4:11: image.digest: is "latest", expected sha256: and 64 hexadecimal digits',
    ],
    ["chartVersion: 0.1.0", "chartVersion: 0.1", '5:15: chartVersion: is 0.1, expected a version such as "0.1.0"'],
    [
      "",
      "oca: [{ repository: OCA/web, commit: '18.0' }]",
      '7:38: oca[0].commit: is "18.0", expected a commit of 40 hexadecimal digits',
    ],
    [
      "",
      "attestations: [{ platform: amd64, digest: x }]",
      '7:28: attestations[0].platform: is "amd64", expected a platform such as "linux/amd64"',
      '7:43: attestations[0].digest: is "x", expected sha256: and 64 hexadecimal digits',
    ],
  ]);
});

describe("a bundle's values", () => {
  check(BUNDLE, [
    [
      "version: 18.0.1.0.0",
      "version: 17.0.1.0.0",
      '8:63: modules.crm_lead_code.version: is "17.0.1.0.0", expected a version of series 18.0 such as "18.0.1.1.0"',
    ],
    ["origin: ce", "origin: ee", '7:18: modules.crm.origin: is "ee", expected ce'],
    [
      "coverage: full",
      "coverage: most",
      '4:33: features[0].coverage: is "most", expected one of full, partial, none, custom',
    ],
    [
      "  crm_lead_code:",
      "  CrmLeadCode:",
      '8:3: modules.CrmLeadCode: is "CrmLeadCode", expected an Odoo module name such as "account_financial_report"',
    ],
    [
      "repository: OCA/crm,",
      "repository: crm,",
      '8:45: modules.crm_lead_code.repository: is "crm", expected a GitHub repository such as "OCA/server-auth"',
    ],
  ]);
});

describe("several files at once", () => {
  it("are sorted by file and position, and nothing is left out", () => {
    const problems = withProject(
      {
        "tenants/acme.yaml": "lifecycle: gone\nplan: 3\n",
        "tenants/beta.yaml": "bundles: [saels]\n",
        "plans.yaml": "standard: {}\n",
        "bundles/sales.yaml": "title: [\n",
      },
      problemsIn,
    );
    assert.deepEqual(
      problems.map((line) => line.split(": ").slice(0, 2).join(": ")),
      [
        "bundles/sales.yaml:2:1: is not indented like its neighbours or not closed, expected as many spaces as they have, or a bracket",
        "plans.yaml:1:1: standard.cpu",
        "plans.yaml:1:1: standard.cronWorkers",
        "plans.yaml:1:1: standard.databaseConnections",
        "plans.yaml:1:1: standard.displayName",
        "plans.yaml:1:1: standard.memory",
        "plans.yaml:1:1: standard.replicas",
        "plans.yaml:1:1: standard.storage",
        "plans.yaml:1:1: standard.workers",
        "tenants/acme.yaml:1:1: bundles",
        "tenants/acme.yaml:1:1: displayName",
        "tenants/acme.yaml:1:1: environments",
        "tenants/acme.yaml:1:1: owner",
        "tenants/acme.yaml:1:12: lifecycle",
        "tenants/acme.yaml:2:7: plan",
        "tenants/beta.yaml:1:1: displayName",
        "tenants/beta.yaml:1:1: environments",
        "tenants/beta.yaml:1:1: owner",
      ],
    );
  });
});

describe("an archive record", () => {
  const RECORD = `displayName: Beta
owner: { team: ops, email: ops@beta.example }
environments: [staging]
decommissioned: 2026-10-01
holdUntil: 2026-11-01
lastBackup:
  id: 0123abcd
  taken: 2026-10-01T02:00:00Z
  verified: 2026-10-01T03:00:00Z
  checksum: ${"ab".repeat(32)}
  rows: { res_partner: 3 }
`;
  for (const [from, to, ...expected] of [
    ["", ""],
    ["holdUntil: 2026-11-01\n", "", '1:1: holdUntil: is missing, expected a calendar day (UTC) such as "2027-02-28"'],
    ["[staging]", "[]", "3:15: environments: is empty, expected at least one of staging, prod"],
    [
      "id: 0123abcd",
      "id: latest",
      '7:7: lastBackup.id: is "latest", expected 8 to 64 hexadecimal digits: a restic snapshot id or a SHA-256',
    ],
    [
      "T03:00:00Z",
      "T01:00:00Z",
      '9:13: lastBackup.verified: is "2026-10-01T01:00:00Z", before it was taken, expected a time after "2026-10-01T02:00:00Z"',
    ],
    [
      "T02:00:00Z",
      "",
      '8:10: lastBackup.taken: is "2026-10-01", expected a time in UTC such as "2026-11-22T02:00:00Z"',
    ],
    [
      "{ res_partner: 3 }",
      "{}",
      "11:9: lastBackup.rows: has no table, expected at least one: a backup of nothing proves nothing",
    ],
    ["holdUntil", "until", "5:1: until: is not a known key, expected holdUntil"],
  ] as const) {
    it(to === "" && from === "" ? "is fine" : `${from.trim()} → ${to}`, () => {
      const record = RECORD.replace(from, to);
      assert.deepEqual(
        withProject({ "archive/beta.yaml": record }, problemsIn),
        expected.map((line) => `archive/beta.yaml:${line}`),
      );
    });
  }

  it("is not of a tenant that runs, and is named after its tenant", () => {
    assert.deepEqual(withProject({ "archive/acme.yaml": RECORD, "archive/Beta.yaml": RECORD }, problemsIn), [
      'archive/Beta.yaml:1:1: is named "Beta", expected a tenant id: lower-case words joined by hyphens, 2 to 30 characters, such as "acme-finance"',
      'tenants/acme.yaml:1:1: lifecycle: is "active", but archive/acme.yaml says that the tenant ended, expected another id for a new tenant: see docs/runbooks/lifecycle.md#an-id-that-was-used',
    ]);
  });
});
