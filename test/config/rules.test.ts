import assert from "node:assert/strict";
import { join } from "node:path";
import { MAX_TENANTS_PER_CELL, leastConnections } from "../../config/rules/sizes.ts";
import { connectionBudget } from "../../components/odooSizing.ts";
import { indexFiles } from "../support/moduleIndex.ts";
import { projectFilesWith, problemsIn, VALID_MODULES, VALID_PROJECT, withProject } from "../support/projectFolder.ts";
import { generatedZones, tenantText, writeTenants } from "../support/generateTenants.ts";

/** A valid tenant file with lines of its own. */
function tenant(...lines: string[]): string {
  const keys = new Set(lines.map((line) => line.split(":")[0]));
  const defaults = [
    "displayName: X",
    "owner: { team: ops, email: ops@x.example }",
    "bundles: [sales]",
    "environments: { staging: {} }",
  ];
  return [...lines, ...defaults.filter((line) => !keys.has(line.split(":")[0]))].join("\n");
}

/** What a tenant whose host is the platform's is told. */
const NO_PLATFORM_NAME = "expected a host that is not a platform name, and is neither above nor below one";

const BUNDLE = VALID_PROJECT["bundles/sales.yaml"] ?? "";

/** The valid project's plan with other numbers. */
function planWith(workers: string, cpu: string, databaseConnections: string): string {
  return (VALID_PROJECT["plans.yaml"] ?? "")
    .replace("workers: 2", `workers: ${workers}`)
    .replace('limit: "1"', `limit: "${cpu}"`)
    .replace("databaseConnections: 56", `databaseConnections: ${databaseConnections}`);
}

/** A bundle that has accounting by way of a module that needs it. */
const ACCOUNTING: Readonly<Record<string, string>> = {
  "bundles/books.yaml": `title: Books
summary: Keeping books.
features:
  - { name: Books, coverage: full, modules: [account_more] }
modules:
  account_more: { origin: oca, repository: OCA/account, version: 18.0.1.0.0 }
`,
  ...indexFiles({
    ...VALID_MODULES,
    account: { origin: "ce", version: "18.0.1.3" },
    account_more: { repository: "OCA/account", depends: ["account"] },
  }),
};

type Rule = readonly [what: string, files: Readonly<Record<string, string>>, ...expected: string[]];

const rules: readonly Rule[] = [
  [
    "an unknown bundle with a near name",
    { "tenants/beta.yaml": tenant("bundles: [saels]") },
    'tenants/beta.yaml:1:11: bundles[0]: is "saels", which is not in bundles/, expected sales',
  ],
  [
    "an unknown bundle",
    { "tenants/beta.yaml": tenant("bundles: [sales, warehouse]") },
    'tenants/beta.yaml:1:18: bundles[1]: is "warehouse", which is not in bundles/, expected one of sales',
  ],
  [
    "the platform's bundle by name",
    { "tenants/beta.yaml": tenant("bundles: [platform]") },
    'tenants/beta.yaml:1:11: bundles[0]: is "platform", expected only other bundles: every tenant has this one',
  ],
  [
    "a way out for a module that the tenant does not have",
    {
      "tenants/beta.yaml": tenant(
        "environments: { prod: { egress: [{ for: crm_phonecal, networks: [203.0.113.7/32] }] } }",
      ),
      "tenants/gamma.yaml": tenant(
        "environments: { staging: { egress: [{ for: crm_phonecall, networks: [203.0.113.7/32] }] } }",
      ),
      "tenants/delta.yaml": tenant(
        "environments: { staging: { egress: [{ for: crm, networks: [203.0.113.7/32] }] } }",
        "modules: { remove: [crm, crm_lead_code] }",
      ),
    },
    'tenants/beta.yaml:1:41: environments.prod.egress[0].for: is "crm_phonecal", which the tenant does not have, expected a module that it has',
    'tenants/delta.yaml:1:44: environments.staging.egress[0].for: is "crm", which the tenant does not have, expected a module that it has',
    'tenants/gamma.yaml:1:44: environments.staging.egress[0].for: is "crm_phonecall", which the tenant does not have, expected a module that it has',
  ],
  [
    "what reaches the internet and is no module of the bundle",
    { "bundles/sales.yaml": `${BUNDLE}outside: { crm: a price list, crn_lead: a list of companies }\n` },
    "bundles/sales.yaml:11:31: outside.crn_lead: is not below modules, expected a module of the bundle",
  ],
  [
    "a chart of accounts of another country",
    {
      "tenants/beta.yaml": tenant("company: { country: PH, chartOfAccounts: be_comp }"),
      "tenants/gamma.yaml": tenant("company: { country: GB, chartOfAccounts: ph }"),
      "tenants/delta.yaml": tenant("company: { country: BJ, chartOfAccounts: bf }"),
      "tenants/epsilon.yaml": tenant("company: { country: ES, chartOfAccounts: mc }"),
    },
    'tenants/beta.yaml:1:42: company.chartOfAccounts: is "be_comp", which is made for BE and not for company.country PH, expected ph or generic_coa',
    'tenants/delta.yaml:1:42: company.chartOfAccounts: is "bf", which is made for BF and not for company.country BJ, expected one of bj, bj_syscebnl, generic_coa',
    'tenants/epsilon.yaml:1:42: company.chartOfAccounts: is "mc", which is made for MC and not for company.country ES, expected one of es_pymes, es_assec, es_canary_assoc, es_canary_full, es_canary_pymes, es_coop_full, es_coop_pymes, es_full, generic_coa',
    'tenants/gamma.yaml:1:42: company.chartOfAccounts: is "ph", which is made for PH and not for company.country GB, expected uk or generic_coa',
  ],
  [
    "a country's own chart, the one for no country, and any where Odoo has none for the country, are fine",
    {
      "tenants/beta.yaml": tenant("company: { country: GB, chartOfAccounts: uk }"),
      "tenants/gamma.yaml": tenant("company: { country: PH, chartOfAccounts: generic_coa }"),
      "tenants/delta.yaml": tenant("company: { country: LI, chartOfAccounts: ch }"),
      "tenants/epsilon.yaml": tenant("company: { chartOfAccounts: ch }"),
    },
  ],
  [
    "accounting without a country",
    {
      ...ACCOUNTING,
      "tenants/beta.yaml": tenant("bundles: [books]"),
      "tenants/gamma.yaml": tenant("modules: { add: [account_more] }", "company: { chartOfAccounts: be_comp }"),
      "tenants/delta.yaml": tenant("bundles: [books]", "company: { country: US }"),
      "tenants/epsilon.yaml": tenant("bundles: [books]", "modules: { remove: [account_more] }"),
    },
    "tenants/beta.yaml:1:1: company.country: is missing, and the tenant has accounting (module account), expected its company's country, such as company: { country: PH }",
    "tenants/gamma.yaml:2:1: company.country: is missing, and the tenant has accounting (module account), expected its company's country, such as company: { country: BE }",
  ],
  [
    "an unknown plan",
    { "tenants/beta.yaml": tenant("plan: standart") },
    'tenants/beta.yaml:1:7: plan: is "standart", which is not in plans.yaml, expected standard',
  ],
  [
    "an unknown plan by default",
    { "plans.yaml": (VALID_PROJECT["plans.yaml"] ?? "").replace("standard:", "small:") },
    'tenants/acme.yaml:1:1: plan: is "standard", which is not in plans.yaml, expected one of small',
  ],
  [
    "an unknown plan of an environment",
    { "tenants/beta.yaml": tenant("environments: { prod: { plan: huge } }") },
    'tenants/beta.yaml:1:31: environments.prod.plan: is "huge", which is not in plans.yaml, expected one of standard',
  ],
  [
    "an unknown release",
    { "tenants/beta.yaml": tenant("environments: { prod: { release: 18.0-2026.12 } }") },
    'tenants/beta.yaml:1:34: environments.prod.release: is "18.0-2026.12", which is not in releases/, expected 18.0-2026.11',
  ],
  [
    "an unknown reporting model of a tenant",
    { "tenants/beta.yaml": tenant("analytics: { models: [core/v1, core/v2] }") },
    'tenants/beta.yaml:1:32: analytics.models[1]: is "core/v2", which is not in sql/tenant/, expected core/v1',
  ],
  [
    "a reporting model that another bundle brings",
    {
      "tenants/beta.yaml": tenant("analytics: { models: [core/v1, ledger/v1] }"),
      "bundles/ledger.yaml": `reporting: [ledger/v1]\n${BUNDLE}`,
      "sql/tenant/ledger/v1/001.sql": "",
    },
    'tenants/beta.yaml:1:32: analytics.models[1]: is "ledger/v1", which needs tables that none of the tenant\'s bundles creates, expected bundle ledger in addition',
  ],
  [
    "a reporting model that several bundles bring",
    {
      "tenants/beta.yaml": tenant("analytics: { models: [ledger/v1] }"),
      "bundles/books.yaml": `reporting: [ledger/v1]\n${BUNDLE}`,
      "bundles/ledger.yaml": `reporting: [ledger/v1]\n${BUNDLE}`,
      "sql/tenant/ledger/v1/001.sql": "",
    },
    'tenants/beta.yaml:1:23: analytics.models[0]: is "ledger/v1", which needs tables that none of the tenant\'s bundles creates, expected bundle books or ledger in addition',
  ],
  [
    "a reporting model that no bundle brings",
    { "tenants/beta.yaml": tenant("analytics: { models: [ledger/v1] }"), "sql/tenant/ledger/v1/001.sql": "" },
    'tenants/beta.yaml:1:23: analytics.models[0]: is "ledger/v1", which needs tables that none of the tenant\'s bundles creates, expected a bundle that includes it',
  ],
  [
    "a reporting model that the tenant's bundle brings is fine",
    {
      "tenants/beta.yaml": tenant("bundles: [sales, ledger]", "analytics: { models: [ledger/v1] }"),
      "bundles/ledger.yaml": `reporting: [ledger/v1]\n${BUNDLE}`,
      "sql/tenant/ledger/v1/001.sql": "",
    },
  ],
  [
    "a reporting model that everyone has is fine, also where the platform does not say so",
    {
      "tenants/beta.yaml": tenant("analytics: { models: [core/v1] }"),
      "bundles/platform.yaml": (VALID_PROJECT["bundles/platform.yaml"] ?? "").replace("reporting: [core/v1]\n", ""),
    },
  ],
  [
    "reporting models beside an unknown bundle are not guessed at",
    {
      "tenants/beta.yaml": tenant("bundles: [saels]", "analytics: { models: [ledger/v1] }"),
      "sql/tenant/ledger/v1/001.sql": "",
    },
    'tenants/beta.yaml:1:11: bundles[0]: is "saels", which is not in bundles/, expected sales',
  ],
  [
    "an unknown reporting model of a bundle",
    { "bundles/sales.yaml": `reporting: [sales/v1]\n${BUNDLE}` },
    'bundles/sales.yaml:1:13: reporting[0]: is "sales/v1", which is not in sql/tenant/, expected one of core/v1',
  ],

  [
    "a host of two tenants",
    {
      "tenants/beta.yaml": tenant("environments: { prod: { domains: [a.example.com] } }"),
      "tenants/gamma.yaml": tenant("environments: { staging: { domains: [b.example.com, a.example.com] } }"),
    },
    'tenants/gamma.yaml:1:53: environments.staging.domains[1]: is "a.example.com", which tenants/beta.yaml (prod) has, expected a host of its own',
  ],
  [
    "a host of two environments",
    {
      "tenants/beta.yaml": tenant(
        "environments: { prod: { domains: [a.example.com] }, staging: { domains: [a.example.com] } }",
      ),
    },
    'tenants/beta.yaml:1:35: environments.prod.domains[0]: is "a.example.com", which tenants/beta.yaml (staging) has, expected a host of its own',
  ],
  [
    "a host below the platform's domain",
    {
      "Pulumi.prod.yaml": "config:\n  odoo-saas:baseDomain: odoo.example\n",
      "tenants/beta.yaml": tenant("environments: { prod: { domains: [erp.odoo.example] } }"),
    },
    `tenants/beta.yaml:1:35: environments.prod.domains[0]: is "erp.odoo.example", below the platform's odoo.example (Pulumi.prod.yaml), ${NO_PLATFORM_NAME}`,
  ],
  [
    "the platform's domain itself",
    {
      "Pulumi.prod.yaml": "config:\n  odoo-saas:baseDomain: odoo.example\n",
      "tenants/beta.yaml": tenant("environments: { prod: { domains: [odoo.example] } }"),
    },
    `tenants/beta.yaml:1:35: environments.prod.domains[0]: is "odoo.example", which is the platform's own (Pulumi.prod.yaml), ${NO_PLATFORM_NAME}`,
  ],
  [
    "a host beside the platform's domain is fine",
    {
      "Pulumi.prod.yaml": "config:\n  odoo-saas:baseDomain: odoo.example\n",
      "tenants/beta.yaml": tenant("environments: { prod: { domains: [erp.notodoo.example] } }"),
    },
  ],

  [
    "a private schema of another tenant",
    { "tenants/acme-data.yaml": tenant() },
    'tenants/acme-data.yaml:1:1: is named "acme-data", which makes the analytics schema tenant_acme_data that tenant acme has, expected another name',
  ],
  [
    "a foreign schema of another tenant",
    { "tenants/acme-fdw.yaml": tenant() },
    'tenants/acme-fdw.yaml:1:1: is named "acme-fdw", which makes the analytics schema tenant_acme_fdw that tenant acme has, expected another name',
  ],
  [
    "both private schemas of another tenant",
    { "tenants/acme-data.yaml": tenant(), "tenants/acme-fdw.yaml": tenant() },
    'tenants/acme-data.yaml:1:1: is named "acme-data", which makes the analytics schema tenant_acme_data that tenant acme has, expected another name',
    'tenants/acme-fdw.yaml:1:1: is named "acme-fdw", which makes the analytics schema tenant_acme_fdw that tenant acme has, expected another name',
  ],
  ["a suffix without that other tenant is fine", { "tenants/beta-data.yaml": tenant() }],
  ["another suffix than a private schema's is fine", { "tenants/acme-eu.yaml": tenant() }],

  ["workers that the CPU limit serves are fine", { "plans.yaml": planWith("3", "1", "60") }],
  [
    "workers that part of a CPU would be needed for",
    { "plans.yaml": planWith("3", "750m", "60") },
    "plans.yaml:3:12: standard.workers: is 3, expected at most 2: twice the CPU limit plus one",
  ],

  [
    "an added module that no bundle has",
    { "tenants/beta.yaml": tenant("modules: { add: [stock_cycle_count] }") },
    'tenants/beta.yaml:1:18: modules.add[0]: is "stock_cycle_count", which is not known to exist for 18.0 (seen as 17.0.1.0.1), expected a module that exists for 18.0 (docs/runbooks/modules.md)',
  ],
  [
    "an added module with a near name",
    { "tenants/beta.yaml": tenant("modules: { add: [crm_phone_call] }") },
    'tenants/beta.yaml:1:18: modules.add[0]: is "crm_phone_call", which no bundle describes, expected crm_phonecall',
  ],
  [
    "an added module that is there",
    { "tenants/beta.yaml": tenant("modules: { add: [crm] }") },
    'tenants/beta.yaml:1:18: modules.add[0]: is "crm", which bundle sales installs, expected only others',
  ],
  [
    "a module both added and removed",
    { "tenants/beta.yaml": tenant("modules: { add: [crm_phonecall], remove: [crm_phonecall] }") },
    'tenants/beta.yaml:1:18: modules.add[0]: is "crm_phonecall", which is also removed, expected one or the other',
  ],
  [
    "a module added twice",
    { "tenants/beta.yaml": tenant("modules: { add: [crm_phonecall, crm_phonecall] }") },
    'tenants/beta.yaml:1:33: modules.add[1]: is "crm_phonecall" a second time, expected each value once',
  ],
  [
    "a removed module that is not there",
    { "tenants/beta.yaml": tenant("modules: { remove: [hr_holidays] }") },
    'tenants/beta.yaml:1:21: modules.remove[0]: is "hr_holidays", which the tenant\'s bundles do not install, expected a module that they install',
  ],
  [
    "a removed module that another needs",
    { "tenants/beta.yaml": tenant("modules: { remove: [crm] }") },
    'tenants/beta.yaml:1:21: modules.remove[0]: is "crm", which crm_lead_code needs, expected crm_lead_code to be removed too',
  ],
  [
    "a removed module that the platform cannot do without",
    { "tenants/beta.yaml": tenant("modules: { remove: [auth_oidc] }") },
    'tenants/beta.yaml:1:21: modules.remove[0]: is "auth_oidc", which bundle platform requires, expected another module',
  ],
  [
    "a removed module with all that need it is fine",
    { "tenants/beta.yaml": tenant("modules: { remove: [crm, crm_lead_code] }") },
  ],
  [
    "modules of an unknown bundle are not guessed at",
    { "tenants/beta.yaml": tenant("bundles: [saels]", "modules: { remove: [crm] }") },
    'tenants/beta.yaml:1:11: bundles[0]: is "saels", which is not in bundles/, expected sales',
  ],

  [
    "a feature's module that is not described",
    { "bundles/sales.yaml": BUNDLE.replace("[crm_phonecall],", "[crm_phone_call],") },
    'bundles/sales.yaml:5:67: features[1].modules[0]: is "crm_phone_call", which is not below modules, expected crm_phonecall',
    "bundles/sales.yaml:9:3: modules.crm_phonecall: is a module that no feature lists and no module depends on, expected it to be used",
    "bundles/sales.yaml:10:3: modules.base_phone: is a module that no feature lists and no module depends on, expected it to be used",
  ],
  [
    "a feature that is covered by nothing",
    {
      "bundles/sales.yaml": BUNDLE.replace("coverage: partial, modules: [crm_phonecall]", "coverage: partial").replace(
        / {2}(crm_phonecall|base_phone):.*\n/g,
        "",
      ),
    },
    'bundles/sales.yaml:5:48: features[1].coverage: is "partial" with 0 modules, expected "none" if and only if there is no module',
  ],
  [
    "a module with two versions",
    {
      "bundles/sales.yaml":
        `${BUNDLE}  document_page: { origin: oca, repository: OCA/knowledge, version: 18.0.2.0.0 }\n`.replace(
          "[crm, crm_lead_code]",
          "[crm, crm_lead_code, document_page]",
        ),
    },
    'bundles/sales.yaml:11:69: modules.document_page.version: is "18.0.2.0.0", a pin that the index does not have, expected 18.0.1.0.0, or the index refreshed with this pin: npx odoo-saas module refresh',
  ],
];

describe("rules across files", () => {
  for (const [what, files, ...expected] of rules) {
    it(what, () => assert.deepEqual(withProject(files, problemsIn), expected));
  }

  it("a broken bundle, plan or release is not held against the tenants that name it", () => {
    const problems = withProject(
      { "bundles/sales.yaml": "", "plans.yaml": "", "releases/18.0-2026.11.yaml": "" },
      problemsIn,
    );
    assert.deepEqual(problems, [
      "bundles/sales.yaml:1:1: is empty, expected a mapping",
      "plans.yaml:1:1: is empty, expected a mapping",
      "releases/18.0-2026.11.yaml:1:1: is empty, expected a mapping",
    ]);
  });

  it("a cell that is full", () => {
    const count = MAX_TENANTS_PER_CELL + 2;
    const files = Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`tenants/t${String(1000 + index)}.yaml`, tenant("cell: west")]),
    );
    assert.deepEqual(withProject(files, problemsIn), [
      `tenants/t${1000 + MAX_TENANTS_PER_CELL}.yaml:1:7: cell: is "west", which has 200 tenants in staging before this one, expected another cell`,
    ]);
  });
});

describe("leastConnections", () => {
  it("is what the release's budget asks for", () => {
    const plan = { ...(projectFilesWith().plans.get("standard") ?? assert.fail()) };
    for (const [workers, replicas, cronWorkers] of [
      [2, 1, 1],
      [5, 1, 1],
      [9, 2, 2],
      [64, 20, 8],
    ] as const) {
      const size = { ...plan, workers, replicas, cronWorkers };
      const databaseConnections = leastConnections(size);
      assert.doesNotThrow(() => connectionBudget({ ...size, databaseConnections }));
      assert.throws(() => connectionBudget({ ...size, databaseConnections: databaseConnections - 1 }));
    }
  });
});

describe("generated tenants", () => {
  it("are valid, also when they are more than a cell holds", () => {
    const files = Object.fromEntries(
      ["finance-ppm", "crm-sales", "hr-timesheets", "retail-scout"].map((name) => [`bundles/${name}.yaml`, BUNDLE]),
    );
    const plan = VALID_PROJECT["plans.yaml"] ?? "";
    const plans = ["small", "standard", "large"].map((name) => plan.replace("standard:", `${name}:`)).join("");
    const models = { "sql/tenant/finance_ppm/v1/001.sql": "" };
    withProject({ ...files, ...models, "plans.yaml": plans, "zones.yaml": generatedZones(450) }, (root) => {
      assert.equal(writeTenants(join(root, "tenants"), 450).length, 450);
      assert.deepEqual(problemsIn(root), []);
    });
  });

  it("differ from one another", () => {
    assert.notEqual(tenantText(0), tenantText(1));
  });
});
