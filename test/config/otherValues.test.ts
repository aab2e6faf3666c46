import assert from "node:assert/strict";
import { alertsSchema } from "../../config/schemas/alerts.ts";
import { approversSchema } from "../../config/schemas/approvers.ts";
import { requestersSchema } from "../../config/schemas/requesters.ts";
import { catalogSchema } from "../../config/schemas/catalog.ts";
import { vulnerabilitiesSchema } from "../../config/schemas/vulnerabilities.ts";
import { checkValues } from "./support/values.ts";

const ALERTS = {
  runbooks: "https://git.example/docs/runbooks",
  webhookFile: "/run/secrets/webhook",
  platform: { channel: "platform" },
  teams: { "finance-ops": { channel: "finance" } },
};
const CHANNELS = {
  right: ["a", "0", "finance-ops_1", `a${"b".repeat(63)}`],
  wrong: ["", "Finance", "-a", "_a", "a b", "a.b", `a${"b".repeat(64)}`, " a", "a ", 7, undefined],
};

describe("where alerts are told", () => {
  checkValues("with every key", alertsSchema, ALERTS, [
    ["runbooks", ["https://a/b"], ["http://a/b", "", 7, undefined]],
    [
      "webhookFile",
      ["/a", "/etc/a-b_c/d.e", undefined],
      ["", "/", "a", "./a", "/a/", "/a//b", "/a b", "/a/b c", "//a", "/a ", " /a", 7],
    ],
    ["platform", [], [{}, "platform", undefined]],
    ["platform.channel", CHANNELS.right, CHANNELS.wrong],
    ["teams", [{}, { a: { channel: "b" } }, undefined], [{ A: { channel: "b" } }, { a: "b" }, ["a"], null]],
    ["teams.finance-ops.channel", CHANNELS.right, CHANNELS.wrong],
  ]);

  it("need not say where the webhook's address is, nor name teams", () => {
    const smallest = { runbooks: ALERTS.runbooks, platform: ALERTS.platform };
    assert.deepEqual(alertsSchema.parse(smallest), {
      ...smallest,
      webhookFile: "/etc/alertmanager/secrets/mattermost-webhook",
      teams: {},
    });
  });
});

describe("who approves requests", () => {
  checkValues("as the file says it", approversSchema, { approvers: ["jo-santos"] }, [
    [
      "approvers",
      [["a"], ["A1-b-2"], ["a", "b"], ["a".repeat(39)]],
      [
        ...[[], [""], ["-a"], ["a-"], ["a--b"], ["a_b"], ["a.b"], ["a b"], [" a"], ["a "], ["a".repeat(40)]],
        ...[["a", "a"], [7], "jo-santos", null, undefined],
      ],
    ],
    ["approvers", [], [[]], "is empty, expected at least one person: otherwise no request can be approved"],
  ]);
});

describe("who asks", () => {
  const key = `MCowBQYDK2VwAyEA${"a".repeat(42)}A=`;
  const other = key.replace("aaA=", "abA=");
  checkValues("as the file says it", requestersSchema, { requesters: { maria: [key] } }, [
    [
      "requesters",
      [{}, { "Maria-1": [key], jo: [other] }, { jo: [key, other] }],
      [{ "-a": [key] }, { "a b": [key] }, [key], key, null, undefined],
    ],
    ["requesters", [], [{ maria: [key], Maria: [other] }], "expected each person once"],
    [
      "requesters",
      [],
      [{ maria: [key], jo: [other, key] }],
      "is the key of maria too, expected a key of this person only",
    ],
    [
      "requesters.maria",
      [[other]],
      [
        ...[
          [],
          [key, key],
          [""],
          [`${key} `],
          [key.slice(1)],
          [key.replace("A=", "B=")],
          [key.replace("MCow", "MCox")],
        ],
        ...[key, null, [7]],
      ],
    ],
  ]);
});

const VULNERABILITY = {
  id: "GHSA-0000-0000-0000",
  aliases: ["CVE-2024-1234"],
  package: "python-jose",
  affected: ">=1.0,<1.5 || <0.9",
  fixed: "1.5",
  severity: "high",
  summary: "A flaw.",
  url: "https://github.com/advisories/GHSA-0000",
};
const KNOWN = { date: "2026-11-20", source: "The database.", vulnerabilities: [VULNERABILITY] };
const lines = (max: number) => ({ right: ["A", "a".repeat(max)], wrong: ["", "a".repeat(max + 1), 7, undefined] });
const V = "vulnerabilities.0";

describe("known vulnerabilities", () => {
  checkValues("with every key", vulnerabilitiesSchema, KNOWN, [
    ["date", ["2026-11-01"], ["2026-02-30", 7, undefined]],
    ["source", lines(300).right, lines(300).wrong],
    ["vulnerabilities", [[]], []],
    [`${V}.id`, lines(60).right, lines(60).wrong],
    [`${V}.aliases`, [[], undefined], []],
    [`${V}.package`, ["a", "0", "a1-b2-c3"], ["", "A", "a_b", "a.b", "-a", "a-", "a--b", " a", "a ", 7, undefined]],
    [
      `${V}.affected`,
      ["<1", "<=1", ">1", ">=1", "==1.0rc1", ">=1.0,<1.5", "<1 || >2,<3,<4", ">=1 || <2 || ==3", "<1!2.0+local_1"],
      [
        ...["", "1", "=1", "<", "<x", "~=1", "<1 ", " <1", "<1,", "<1||>2", "<1 || ", "<1, >2", "<1 >2", "<1-2"],
        ...["<1,>2,=3", "<1 || >2,=3", "<1 || =3", 7, undefined],
      ],
    ],
    [`${V}.fixed`, ["1.5", undefined], []],
    [`${V}.severity`, ["low", "medium", "high", "critical", undefined], ["grave", "", 7]],
    [`${V}.summary`, lines(300).right, lines(300).wrong],
    [`${V}.url`, ["https://a"], ["http://a", 7, undefined]],
  ]);
});

const CATALOG = {
  series: "18.0",
  indexDate: "2026-11-20",
  bundles: [
    {
      name: "sales",
      title: "Sales",
      summary: "Selling.",
      everyTenant: false,
      reporting: ["sales/v1"],
      features: [{ name: "Phone", enterprise: "voip", coverage: "partial", note: "A log only.", modules: ["crm"] }],
      outside: { crm: "the provider's gateway" },
      coverage: { partial: 1 },
      installed: ["crm"],
      automatic: ["sale_crm"],
      onRequest: ["crm_phonecall"],
      uninstallable: { old: "it needs 17.0" },
      licences: { "LGPL-3": 1 },
      python: ["requests"],
      programs: ["wkhtmltopdf"],
      cost: { databaseMiB: 10, workers: 2, basis: "An estimate." },
    },
  ],
  modules: [
    {
      name: "crm",
      title: "CRM",
      summary: "Leads.",
      origin: "ce",
      url: "https://github.com/odoo/odoo",
      version: "18.0",
      commit: "0a".repeat(20),
      latest: "18.0.1.1",
      licence: "LGPL-3",
      depends: ["mail"],
      released: "2026-11-01",
      evidence: "tree",
      bundles: { sales: "default" },
    },
  ],
};

describe("the catalog of modules", () => {
  checkValues("with every key", catalogSchema, CATALOG, [
    ["indexDate", ["2026-11-01"], ["2026-02-30", undefined]],
    ["bundles.0.features.0.coverage", ["full", "partial", "none", "custom"], ["most", "", undefined]],
    ["bundles.0.cost", [undefined], []],
    ["modules.0.origin", ["oca"], ["ee", undefined]],
    ["modules.0.evidence", ["package"], ["guessed", undefined]],
  ]);

  it("is of one series", () => {
    assert.equal(catalogSchema.safeParse({ ...CATALOG, series: "19.0" }).success, false);
  });
});
