import assert from "node:assert/strict";
import { tenantSchema } from "../../config/schemas/tenant.ts";
import { editor } from "./support/editor.ts";
import { checkValues, type Row } from "./support/values.ts";

const SMALLEST = {
  displayName: "Acme",
  owner: { team: "ops", email: "ops@acme.example" },
  bundles: ["sales"],
  environments: { staging: {} },
};

/** A tenant with every key that there is, but the end of it. */
const TENANT = {
  ...SMALLEST,
  company: {
    name: "Acme Inc.",
    country: "PH",
    currency: "PHP",
    chartOfAccounts: "ph",
    language: "en_US",
    timezone: "Asia/Manila",
  },
  billing: { company: "acme", costCentre: "finance" },
  lifecycle: "active",
  plan: "large",
  storage: "50Gi",
  cell: "eu-1",
  modules: { add: ["crm"], remove: ["stock"] },
  environments: {
    staging: {
      domains: ["staging.acme.example"],
      plan: "small",
      release: "18.0-2026.11",
      canary: true,
      egress: [{ for: "currency_rate_update", networks: ["203.0.113.0/24", "2606:4700::/64"] }],
    },
    prod: {},
  },
  analytics: { models: ["finance_ppm/v1"] },
  backup: { schedule: "0 2 * * *", keep: { daily: 1, weekly: 2, monthly: 4 } },
  sso: {
    template: "standard",
    identityProvider: {
      alias: "entra",
      displayName: "Sign in with Acme",
      issuer: "https://login.acme.example/v2",
      authorizationUrl: "https://login.acme.example/authorize",
      tokenUrl: "https://login.acme.example/token",
      jwksUrl: "https://login.acme.example/keys",
      clientId: "odoo",
    },
  },
  credentials: { database: 2, realm: 3, analytics: 4 },
};

const ENDING = { ...SMALLEST, lifecycle: "decommissioning", decommission: { holdUntil: "2027-02-28", release: true } };

const ADDRESS: Pick<Row, 1 | 2> = {
  1: ["https://x.example/a"],
  2: ["http://x.example/a", "https://u:p@x.example/", 7, undefined],
};
const names = (count: number) => Array.from({ length: count }, (_, index) => `a${index}`);
const networks = (count: number) => Array.from({ length: count }, (_, index) => `203.0.${index}.0/24`);
const ways = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ for: `a${index}`, networks: ["1.1.1.1/32"] }));
const DAYS = { right: ["2027-02-28", "2028-02-29"], wrong: ["2027-02-29", "28.02.2027", "2027-2-28", 7, undefined] };

describe("a tenant's file", () => {
  it("has values for each key of the schema", () => {
    const tested = { ...TENANT, ...ENDING };
    for (const key of Object.keys(tenantSchema.shape))
      assert.ok(
        key in tested,
        `add ${key} to TENANT of test/config/tenantValues.test.ts, with accepted and refused values`,
      );
  });

  checkValues("with every key", tenantSchema, TENANT, [
    ["displayName", ["A", "a".repeat(100)], ["", " A", "a".repeat(101), 7, undefined]],
    ["owner.team", ["ops", "7"], ["Ops", "fin ops", 7, undefined]],
    ["owner.email", ["a@b.cd"], ["ops", 7, undefined]],
    ["owner", [], [{}, "ops", null, undefined]],
    ["company", [{}, undefined], [{ nation: "PH" }, "Acme", null]],
    ["company.name", ["A", "a".repeat(100), undefined], ["", " A", "a".repeat(101), 7, null]],
    ["company.country", ["PH", "XK", "NO", "US", undefined], ["ph", "PHL", "ZZ", "EU", "Philippines", "", 7, null]],
    ["company.country", [], ["Philippines", "ph", "philipines"], "expected an ISO 3166 country code: PH"],
    ["company.country", [], ["ZZ"], 'expected an ISO 3166 country code such as "PH"'],
    ["company.currency", ["PHP", "EUR", undefined], ["php", "PH", "XXX", "", 7, null]],
    ["company.currency", [], ["php", "Philippine Peso"], "expected an ISO 4217 currency code: PHP"],
    [
      "company.chartOfAccounts",
      ["ph", "be_comp", "se_K2", "generic_coa", undefined],
      ["", "PH", "xx", "qqqqqq", 7, null],
    ],
    [
      "company.chartOfAccounts",
      [],
      ["", "xx", "qqqqqq", 7],
      'expected the code of a chart of accounts in Odoo such as "ph"',
    ],
    ["company.chartOfAccounts", [], ["PH", "phh", "Philippines"], "expected a chart of accounts of Odoo: ph"],
    ["company.chartOfAccounts", [], ["be-comp", "be_cmp"], "expected a chart of accounts of Odoo: be_comp"],
    ["company.chartOfAccounts", [], ["de_skr05"], "expected a chart of accounts of Odoo: de_skr03 or de_skr04"],
    ["company.chartOfAccounts", [], ["BE", "belgium"], "expected a chart of accounts of Odoo: be_comp or be_asso"],
    ["company.chartOfAccounts", [], ["be"], 'is "be", which Odoo only builds others on, expected be_comp or be_asso'],
    ["company.chartOfAccounts", [], ["syscohada"], "which Odoo only builds others on, expected one such as bf, bj, cd"],
    ["billing", [undefined], [{}, { company: "acme" }, { costCentre: "finance" }, "acme", null]],
    ["billing.company", ["a", "acme-2"], ["", "Acme", "acme_2", "-acme", 7, undefined]],
    ["billing.costCentre", ["it", "client-services"], ["", "IT", 7, undefined]],
    ["company.language", ["en_US", "sr@latin", "es_419", "sw", undefined], ["en", "xx_XX", "", 7, null]],
    ["company.language", [], ["en-us", "EN_US"], "expected a language of Odoo: en_US"],
    [
      "company.timezone",
      // The image's pytz has the last three, and ICU calls two of them something else or has none of them.
      ["UTC", "Asia/Manila", "America/Argentina/Buenos_Aires", "Asia/Kolkata", "Etc/GMT+8", "CET", undefined],
      ["asia/manila", "Manila", "Asia/", "Asia/Nowhere", "UTC+8", "", 7, null],
    ],
    [
      "company.timezone",
      [],
      ["Asia/Manilla", "asia/manila", "Asia/MAnila", "Manila"],
      "expected a time zone: Asia/Manila",
    ],
    // ICU has these, and the image does not.
    ["company.timezone", [], ["Asia/Calcutta"], "expected a time zone: Asia/Kolkata"],
    ["company.timezone", [], ["US/Pacific", "us/pacific"], "expected a time zone: America/Los_Angeles"],
    ["company.timezone", [], ["Qqqqqqqqqqqq/Q"], 'expected a time zone such as "Asia/Manila"'],
    ["lifecycle", ["active", "paused", undefined], ["decommissioning", "ended", "", null]],
    ["plan", ["standard", undefined], ["Large", "", null]],
    ["storage", ["1Gi", "20Gi", "2Ti", undefined], ["0Gi", "20", "20Mi", "20GiB", "1.5Gi", "x20Gi", "20G", 20, null]],
    ["cell", ["main", undefined], ["Main", "", null]],
    ["cell", [], ["a".repeat(21)], "expected at most 20 characters"],
    ["bundles", [["a"], names(20)], [[], names(21), ["a", "a"], ["A"], "a", null, undefined]],
    ["bundles", [], [[]], "is empty, expected at least one bundle of bundles/"],
    ["modules", [{}, undefined], [{ ad: [] }, ["crm"], null]],
    ["modules.add", [[], names(100).map((name) => `m${name}`), undefined], [["Crm"], ["crm", "crm"], "crm", null]],
    ["modules.remove", [[], undefined], [["Crm"], ["crm", "crm"], "crm", null]],
    ["environments", [{ staging: {} }, { prod: {} }], [{}, { production: {} }, [], null, undefined]],
    ["environments", [], [{}], "names no environment, expected at least one of staging, prod"],
    ["environments.prod", [{}, undefined], [null, "yes", { domain: [] }]],
    [
      "environments.staging.domains",
      [[], names(20).map((name) => `${name}.example`), undefined],
      [["erp"], ["a.example", "a.example"], names(21).map((name) => `${name}.example`), "a.example", null],
    ],
    ["environments.staging.plan", ["standard", undefined], ["", "Large", null]],
    ["environments.staging.release", ["18.0-2026.12", undefined], ["18.0", 18, null]],
    ["environments.staging.canary", [true, false, undefined], ["true", 1, null]],
    ["environments.staging.egress", [[], ways(20), undefined], [ways(21), ["ecb"], {}, null]],
    ["environments.staging.egress.0", [], [{ for: "crm" }, { networks: ["203.0.113.0/24"] }, "crm", null]],
    ["environments.staging.egress.0.for", ["crm"], ["Crm", "", "a bank", 7, undefined]],
    ["environments.staging.egress.0.port", [undefined], [443]],
    [
      "environments.staging.egress.0.networks",
      [["203.0.113.0/24"], ["1.1.1.1/32"], ["2606:4700::1/128"], networks(20)],
      [
        ...[[], networks(21), ["203.0.113.0/24", "203.0.113.0/24"], "203.0.113.0/24", null, undefined],
        ...["203.0.112.0/23", "0.0.0.0/0", "203.0.113.1", "www.ecb.europa.eu", "10.20.30.0/24", "192.168.1.1/32"].map(
          (one) => [one],
        ),
        // Reads like one address, and opens 256.
        ...["8.8.8.8/24", "2606:4700::1/64", "08.8.8.0/24", "8.8.8.8", "2606:4700::1"].map((one) => [one]),
        ...["172.16.0.0/24", "100.64.0.0/24", "127.0.0.1/32", "169.254.169.254/32", "168.63.129.16/32"].map((one) => [
          one,
        ]),
        ...["2606:4700::/63", "fd00::/64", "fe80::1/128", "::ffff:1.1.1.1/128", "64:ff9b::1.1.1.1/128"].map((one) => [
          one,
        ]),
      ],
    ],
    [
      "environments.staging.egress",
      [],
      [
        [
          { for: "crm", networks: ["1.1.1.1/32"] },
          { for: "crm", networks: ["8.8.8.8/32"] },
        ],
      ],
      'is "crm" a second time, expected one entry per module',
    ],
    ["analytics", [{}, undefined], [[], null]],
    [
      "analytics.models",
      [[], names(20).map((name) => `${name}/v1`), undefined],
      [["core"], names(21).map((name) => `${name}/v1`), "core/v1", null],
    ],
    ["backup", [{}, undefined], ["daily", null]],
    [
      "backup.schedule",
      ["15 1-23/6 * * 1-5", undefined],
      ["daily", "0 2 * *", "60 2 * * *", "* * * * *", "0 2 1 1 *", 2, null],
    ],
    ["backup.keep", [{}, undefined], [7, null, { daily: 0, weekly: 0, monthly: 0 }]],
    [
      "backup.keep",
      [],
      [{ daily: 0, weekly: 0, monthly: 0 }],
      "keeps no backup, expected at least one of daily, weekly, monthly above 0",
    ],
    ["backup.keep.daily", [0, 366, undefined], [-1, 367, "7"]],
    ["backup.keep.weekly", [0, 520, undefined], [-1, 521, "7"]],
    ["backup.keep.monthly", [0, 120, undefined], [-1, 121, "7"]],
    ["sso", [{}, undefined], ["standard", null]],
    ["sso.template", ["standard", undefined], ["fancy", "", null]],
    ["sso.identityProvider", [undefined], [{}, null]],
    [
      "sso.identityProvider.alias",
      ["ab", "a-1", `a${"b".repeat(29)}`],
      ["", "a", "1a", "A1", "a_b", `a${"b".repeat(30)}`, " ab", "ab ", 7, undefined],
    ],
    ["sso.identityProvider.displayName", ["A", "a".repeat(60)], ["", "a".repeat(61), 7, undefined]],
    ["sso.identityProvider.issuer", ADDRESS[1], ADDRESS[2]],
    ["sso.identityProvider.authorizationUrl", ADDRESS[1], ADDRESS[2]],
    ["sso.identityProvider.tokenUrl", ADDRESS[1], ADDRESS[2]],
    ["sso.identityProvider.jwksUrl", ADDRESS[1], ADDRESS[2]],
    [
      "sso.identityProvider.clientId",
      ["a", "0d00-{a}.b", "!~", "a".repeat(255)],
      ["", "a b", " a", "a ", "ä", "a".repeat(256), 7, undefined],
    ],
    ["credentials", [{}, undefined], [2, null]],
    ["credentials.database", [1, 9999, undefined], [0, 10_000, "2", null]],
    ["credentials.realm", [1, 9999, undefined], [0, 10_000, "2", null]],
    ["credentials.analytics", [1, 9999, undefined], [0, 10_000, "2", null]],
  ]);

  checkValues("that tells how the tenant ends", tenantSchema, ENDING, [
    ["decommission.holdUntil", DAYS.right, DAYS.wrong],
    ["decommission.release", [true, false, undefined], ["yes", 1, null]],
  ]);

  checkValues("that does not yet", tenantSchema, SMALLEST, [
    ["lifecycle", ["active", "paused"], ["decommissioning"]],
    ["decommission", [], [{ holdUntil: "2027-02-28" }]],
  ]);

  it("needs no more than a name, an owner, a bundle and an environment", () => {
    const defaults = {
      ...SMALLEST,
      company: { language: "en_US" },
      lifecycle: "active",
      plan: "standard",
      cell: "main",
      modules: { add: [], remove: [] },
      environments: { staging: { domains: [] } },
      analytics: { models: [] },
      backup: { schedule: "0 2 * * *", keep: { daily: 7, weekly: 4, monthly: 3 } },
      sso: { template: "standard" },
      credentials: { database: 1, realm: 1, analytics: 1 },
    };
    for (const key of Object.keys(tenantSchema.parse(SMALLEST)))
      assert.ok(key in defaults, `add the default of ${key} to this test: test/config/tenantValues.test.ts`);
    assert.deepEqual(tenantSchema.parse(SMALLEST), defaults);
    const { decommission } = tenantSchema.parse({ ...ENDING, decommission: { holdUntil: "2027-02-28" } });
    assert.deepEqual(decommission, { holdUntil: "2027-02-28", release: false }, "data is held until it is released");
  });

  it("keeps at least one backup, whichever", () => {
    for (const kept of ["daily", "weekly", "monthly"]) {
      const keep = { daily: 0, weekly: 0, monthly: 0, [kept]: 1 };
      assert.ok(tenantSchema.safeParse({ ...SMALLEST, backup: { keep } }).success, kept);
    }
  });

  it("is told once of a time zone in other letters", () => {
    const { error } = tenantSchema.safeParse({ ...SMALLEST, company: { timezone: "Asia/manila" } });
    assert.deepEqual(
      error?.issues.map(({ message }) => message),
      ['is "Asia/manila", expected a time zone: Asia/Manila'],
    );
  });

  it("is taken with every key", () => assert.deepEqual(tenantSchema.parse(TENANT).credentials, TENANT.credentials));
});

describe("an editor", () => {
  it("knows that a tenant ends with decommission and lifecycle: decommissioning, and with both of them", () => {
    const takes = editor(tenantSchema);
    const { decommission } = ENDING;
    for (const [file, expected] of [
      [SMALLEST, true],
      [{ ...SMALLEST, lifecycle: "active" }, true],
      [ENDING, true],
      [{ ...SMALLEST, lifecycle: "decommissioning" }, false],
      [{ ...SMALLEST, lifecycle: "paused", decommission }, false],
      [{ ...SMALLEST, decommission }, false],
    ] as const) {
      assert.equal(takes(file), expected, JSON.stringify(file));
    }
  });
});
