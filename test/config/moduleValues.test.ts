import assert from "node:assert/strict";
import { bundleSchema } from "../../config/schemas/bundle.ts";
import { moduleIndexSchema, moduleObjectsSchema } from "../../config/schemas/moduleIndex.ts";
import { COMMITS, hex, line, REPOSITORIES, VERSIONS } from "./support/pins.ts";
import { checkValues } from "./support/values.ts";

const ORIGINS = { right: ["ce", "oca", "third-party", "ipai"], wrong: ["ee", "", 7, undefined] };
const DAYS = { right: ["2026-11-01"], wrong: ["2026-02-30", "today", 7] };
/** Lists of any texts. */
const TEXTS = { right: [[], ["a", "A b"]], wrong: [] };
const names = (count: number) => Array.from({ length: count }, (_, index) => `m${index}`);
const MODULES = { right: [[], names(100), undefined], wrong: [["Crm"], ["crm", "crm"], names(101), "crm", null] };
const MODELS = {
  right: [[], names(20).map((name) => `${name}/v1`), undefined],
  wrong: [["core"], ["core/v1", "core/v1"], names(21).map((name) => `${name}/v1`), "core/v1", null],
};

/** External ids and models of a module, as the bundles and the index have them. */
const OBJECTS = { menus: ["menu_finance"], models: ["account.move"], reports: ["report_invoice"] };
const IDS = {
  right: [["a", "A-b_1"], names(1000), undefined],
  wrong: [["a.b"], ["a b"], [""], [" a"], ["a "], ["a", "a"], names(1001), "a", null],
};
const objectRows = (path: string) =>
  [
    [`${path}.menus`, IDS.right, IDS.wrong],
    [`${path}.reports`, IDS.right, IDS.wrong],
    [
      `${path}.models`,
      [["a", "a1", "account.move.line_2"], names(1000), undefined],
      [["A"], ["a.B"], ["a..b"], [".a"], ["a."], ["a-b"], [" a"], ["a "], [""], ["a", "a"], names(1001), "a", null],
    ],
  ] as const;

const BUNDLE = {
  title: "Sales",
  summary: "Selling.",
  reporting: ["sales/v1"],
  features: [
    { name: "Phone", enterprise: "voip", coverage: "partial", note: "A log only.", modules: ["crm_phonecall"] },
  ],
  modules: {
    crm_phonecall: {
      origin: "oca",
      repository: "OCA/crm",
      version: "18.0.1.1.0",
      commit: hex(40),
      install: "on-request",
    },
  },
  removes: ["voip"],
  conflicts: [{ modules: ["redis_store", "db_store"], reason: "One store." }],
  cost: { databaseMiB: 10, workers: 2, basis: "An estimate." },
  smoke: { crm_phonecall: OBJECTS },
};

describe("a bundle", () => {
  checkValues("with every key", bundleSchema, BUNDLE, [
    ["title", line(60).right, [...line(60).wrong, undefined]],
    ["summary", line(300).right, [...line(300).wrong, undefined]],
    ["reporting", MODELS.right, MODELS.wrong],
    ["features", [[]], [[{}], ["Phone"], {}, undefined]],
    ["features.0.name", line(120).right, [...line(120).wrong, undefined]],
    ["features.0.enterprise", [...line(80).right, undefined], line(80).wrong],
    ["features.0.coverage", ["full", "partial", "none", "custom"], ["most", "", 7, undefined]],
    ["features.0.note", [...line(400).right, undefined], line(400).wrong],
    ["features.0.modules", MODULES.right, MODULES.wrong],
    ["modules", [{}], [{ Crm: BUNDLE.modules.crm_phonecall }, ["crm"], undefined]],
    ["modules.crm_phonecall", [], [{}, "18.0", null]],
    ["modules.crm_phonecall.origin", ORIGINS.right, ORIGINS.wrong],
    ["modules.crm_phonecall.repository", REPOSITORIES.right, [...REPOSITORIES.wrong, undefined]],
    ["modules.crm_phonecall.version", ["18.0", ...VERSIONS.right], [...VERSIONS.wrong, undefined]],
    ["modules.crm_phonecall.commit", [...COMMITS.right, undefined], COMMITS.wrong],
    ["modules.crm_phonecall.install", ["always", "default", "on-request", undefined], ["never", "", null]],
    ["modules.crm_phonecall.uninstallable", [...line(200).right, undefined], line(200).wrong],
    ["removes", MODULES.right, MODULES.wrong],
    ["conflicts", [[], undefined], [[{}], {}, null]],
    ["conflicts.0.modules", [names(2), names(100)], [[], ["crm"], ["Crm", "crm"], names(101), "crm", undefined]],
    ["conflicts.0.modules", [], [["crm"]], "expected at least two modules"],
    ["conflicts.0.reason", line(200).right, [...line(200).wrong, undefined]],
    ["cost", [undefined], [{}, 10, null]],
    ["cost.databaseMiB", [1, 100_000], [0, 100_001, "10", undefined]],
    ["cost.databaseMiB", [], [0], "is 0, expected a whole number of MiB from 1 to 100000"],
    ["cost.workers", [1, 64], [0, 65, "2", undefined]],
    ["cost.basis", line(400).right, [...line(400).wrong, undefined]],
    ["smoke", [{}, { crm: {} }, undefined], [{ Crm: {} }, ["crm"], null]],
    ...objectRows("smoke.crm_phonecall"),
  ]);

  it("has this repository's modules without a repository", () => {
    const own = { origin: "platform", version: "18.0.1.0.0" };
    const parse = (module: object) => bundleSchema.shape.modules.safeParse({ own: module });
    assert.equal(parse(own).success, true);
    const { error } = parse({ ...own, repository: "OCA/crm" });
    assert.equal(
      error?.issues[0]?.message,
      'is "OCA/crm", expected none: origin platform is this repository\'s addons/',
    );
  });

  it("need not say what has a default", () => {
    const crm = { origin: "oca", repository: "OCA/crm", version: "18.0.1.1.0" };
    const feature = { name: "Phone", coverage: "full" };
    const smallest = { title: "Sales", summary: "Selling.", features: [feature], modules: { crm }, smoke: { crm: {} } };
    assert.deepEqual(bundleSchema.parse(smallest), {
      ...smallest,
      reporting: [],
      features: [{ ...feature, modules: [] }],
      modules: { crm: { ...crm, install: "default" } },
      removes: [],
      conflicts: [],
      outside: {},
      smoke: { crm: { menus: [], models: [], reports: [] } },
    });
    assert.deepEqual(bundleSchema.parse({ ...smallest, smoke: undefined }).smoke, {});
  });
});

const MODULE = {
  origin: "oca",
  title: "Phone calls",
  summary: "A log.",
  repository: "OCA/crm",
  commit: hex(40),
  version: "18.0.1.1.0",
  package: { name: "odoo-addon-crm-phonecall", version: "18.0.1.1.0.3" },
  latest: "18.0.1.2.0",
  depends: ["crm"],
  dependsElsewhere: ["crm"],
  autoInstall: ["crm", "phone"],
  countries: ["de"],
  python: ["requests"],
  requirements: ["requests>=2"],
  bin: ["wkhtmltopdf"],
  licence: "AGPL-3",
  installable: false,
  released: "2026-11-01",
  evidence: "package",
};
const INDEX = {
  series: "18.0",
  date: "2026-11-20",
  sources: { oca: { what: "The registry.", date: "2026-11-20", repository: "OCA/OCB", commit: hex(40) } },
  modules: { crm_phonecall: MODULE },
  elsewhere: { stock_cycle_count: "17.0.1.0.1" },
};
const FOLDERS = { right: ["a", "Account2_X", "a".repeat(80)], wrong: ["", "1a", "_a", "a-b", " a", "a ", "a.b"] };
const of = (keys: readonly string[], value: unknown) => keys.map((key) => ({ [key]: value }));
const M = "modules.crm_phonecall";

describe("the module index", () => {
  checkValues("with every key", moduleIndexSchema, INDEX, [
    ["series", ["18.0"], ["19.0", "", 18, undefined]],
    ["date", DAYS.right, [...DAYS.wrong, undefined]],
    ["sources.oca.what", line(300).right, [...line(300).wrong, undefined]],
    ["sources.oca.date", DAYS.right, [...DAYS.wrong, undefined]],
    ["sources.oca.repository", [...REPOSITORIES.right, undefined], REPOSITORIES.wrong],
    ["sources.oca.commit", [...COMMITS.right, undefined], COMMITS.wrong],
    ["modules", [{}, ...of(FOLDERS.right, MODULE)], of(FOLDERS.wrong, MODULE)],
    [`${M}.origin`, [...ORIGINS.right, "platform"], ORIGINS.wrong],
    [`${M}.title`, ["", undefined], []],
    [`${M}.summary`, ["", undefined], []],
    [`${M}.repository`, [...REPOSITORIES.right, undefined], REPOSITORIES.wrong],
    [`${M}.commit`, [...COMMITS.right, undefined], COMMITS.wrong],
    [`${M}.version`, VERSIONS.right, ["18.0", ...VERSIONS.wrong, undefined]],
    [`${M}.package`, [undefined], ["odoo-addon-crm", null]],
    [`${M}.package.version`, VERSIONS.right, ["18.0", ...VERSIONS.wrong, undefined]],
    [`${M}.latest`, [...VERSIONS.right, undefined], ["18.0", ...VERSIONS.wrong]],
    ...["depends", "dependsElsewhere", "countries", "python", "requirements", "bin"].map(
      (key) => [`${M}.${key}`, [...TEXTS.right, undefined], TEXTS.wrong] as const,
    ),
    [`${M}.autoInstall`, [true, [], ["crm"], undefined], []],
    [`${M}.licence`, ["LGPL-3", undefined], []],
    [`${M}.installable`, [false, undefined], []],
    [`${M}.released`, [...DAYS.right, undefined], DAYS.wrong],
    [`${M}.evidence`, ["package", "tree", "branch", "listed", "vendored", "named"], ["guessed", "", 7, undefined]],
    ["elsewhere", [{}, ...of(FOLDERS.right, "17.0")], of(FOLDERS.wrong, "17.0")],
  ]);

  it("says of autoInstall and installable only what manifests say beside the default", () => {
    const isRight = (changes: object) =>
      moduleIndexSchema.safeParse({ ...INDEX, modules: { crm: { ...MODULE, ...changes } } }).success;
    assert.ok(isRight({}));
    for (const changes of [{ autoInstall: false }, { autoInstall: "crm" }, { installable: true }]) {
      assert.ok(!isRight(changes), JSON.stringify(changes));
    }
  });
});

describe("what modules define", () => {
  checkValues(
    "with every key",
    moduleObjectsSchema,
    { series: "18.0", date: "2026-11-20", modules: { crm: OBJECTS } },
    [
      ["series", ["18.0"], ["19.0", "", 18, undefined]],
      ["date", DAYS.right, [...DAYS.wrong, undefined]],
      ["modules", [{}, ...of(FOLDERS.right, {})], of(FOLDERS.wrong, {})],
      ...objectRows("modules.crm"),
    ],
  );
});
