import { VALID_PROJECT } from "../../support/projectFolder.ts";
import { bundle, entries, entry, onRequest, platformWith } from "./wrongModules.ts";

/** What is wrong, and the files that differ from the valid project's. What is said of it is in `moduleMessages.ts`. */
export type ModuleCase = readonly [what: string, files: Readonly<Record<string, string>>];

const X = "bundles/x.yaml";
const T = "tenants/beta.yaml";

/** A tenant of some bundles, whose modules are on line 4. */
function tenant(bundles: string, modules = "{}"): string {
  return `displayName: Beta\nowner: { team: a, email: a@x.example }\nbundles: [${bundles}]\nmodules: ${modules}\nenvironments: { staging: {} }\n`;
}

const alone = (name: string, text: string): string => bundle({ [name]: text });
const UNINSTALLABLE = ", install: on-request, uninstallable: it is broken";
const CONFLICT = "conflicts: [{ modules: [redis_store, db_store], reason: one store }]\n";

/** Wrong bundles and tenants, with what is said of them. */
export const CASES: readonly ModuleCase[] = [
  ["a bundle as the index has it", { [X]: bundle(entries("crm_lead_code", "packaged", "ipai_one", "redis_store")) }],
  ["an unknown module", { [X]: alone("zzz_quux_frobnicate", entry("")) }],
  ["a misspelt module", { [X]: alone("crm_led_code", entry("crm_lead_code")) }],
  ["a misspelt module of Odoo's own", { [X]: alone("acount", entry("account")) }],
  ["a module of another series", { [X]: alone("old_module", entry("")) }],
  ["a module of another series on request", { [X]: alone("stock_cycle_count", entry("", ", install: on-request")) }],
  ["Odoo's own as OCA's", { [X]: alone("account", "origin: oca, repository: OCA/account, version: 18.0.1.0.0") }],
  ["OCA's as Odoo's own", { [X]: alone("db_store", 'origin: ce, repository: odoo/odoo, version: "18.0"') }],
  [
    "a third party's as OCA's",
    {
      [X]: alone(
        "redis_store",
        `origin: oca, repository: maker/addons, version: 18.0.1.0.0, commit: ${"a".repeat(40)}`,
      ),
    },
  ],
  [
    "the owner's as a third party's",
    {
      [X]: alone(
        "ipai_one",
        `origin: third-party, repository: owner/odoo, version: 18.0.1.0.0, commit: ${"b".repeat(40)}`,
      ),
    },
  ],
  [
    "two bundles with two origins of one module",
    {
      [X]: alone("db_store", entry("db_store")),
      "bundles/ya.yaml": alone("db_store", "origin: third-party, repository: maker/addons, version: 18.0.1.0.0"),
    },
  ],
  [
    "another origin than that of a module whose repository the index does not know",
    { [X]: alone("unplaced", "origin: third-party, repository: a/b, version: 18.0.1.0.0, install: on-request") },
  ],
  [
    "another repository of the same origin",
    { [X]: alone("db_store", "origin: oca, repository: OCA/web, version: 18.0.1.0.0") },
  ],
  [
    "a repository where the index knows none",
    { [X]: alone("unplaced", "origin: oca, repository: OCA/maybe, version: 18.0.1.0.0, install: on-request") },
  ],
  ["an unproven module by default", { [X]: alone("seen", entry("seen")) }],
  ["an unproven module always", { [X]: alone("seen", entry("seen", ", install: always")) }],
  ["an unproven module on request is fine", { [X]: alone("seen", entry("seen", ", install: on-request")) }],
  [
    "a module that was never read",
    { [X]: alone("listed", "origin: oca, repository: OCA/listed, version: 18.0.1.0.0, install: on-request") },
  ],
  ...["branched", "vendored", "heard_of"].map((name): ModuleCase => [
    `a module that was never read: ${name}`,
    { [X]: alone(name, "origin: oca, repository: OCA/listed, version: 18.0.1.0.0, install: on-request") },
  ]),
  [
    "a module that was never read, by default",
    { [X]: alone("listed", "origin: oca, repository: OCA/listed, version: 18.0.1.0.0") },
  ],
  [
    "a module that needs one that was never read",
    { [X]: alone("needs_listed", "origin: oca, repository: OCA/listed, version: 18.0.1.0.0") },
  ],
  [
    "a pin that is not there",
    { [X]: alone("db_store", "origin: oca, repository: OCA/server-tools, version: 18.0.9.9.9") },
  ],
  [
    "the manifest's version where the package has another",
    { [X]: alone("packaged", "origin: oca, repository: OCA/pack, version: 18.0.1.0.0") },
  ],
  ["an older pin", { [X]: alone("packaged", "origin: oca, repository: OCA/pack, version: 18.0.1.0.0.6") }],
  ["a pin of Odoo's own module", { [X]: alone("account", "origin: ce, repository: odoo/odoo, version: 18.0.1.3") }],
  [
    "a pin of another series",
    { [X]: alone("db_store", "origin: oca, repository: OCA/server-tools, version: 17.0.1.0.0") },
  ],
  [
    "the series alone for OCA's",
    { [X]: alone("db_store", 'origin: oca, repository: OCA/server-tools, version: "18.0"') },
  ],
  ["a version that is no text", { [X]: alone("db_store", "origin: oca, repository: OCA/server-tools, version: 18.0") }],
  [
    "no commit where there is no package",
    { [X]: alone("ipai_one", "origin: ipai, repository: owner/odoo, version: 18.0.1.0.0") },
  ],
  [
    "no commit where there is a package is fine",
    { [X]: alone("both_pins", "origin: oca, repository: OCA/pack, version: 18.0.1.0.0") },
  ],
  [
    "no commit of Odoo's own is fine",
    { [X]: alone("committed", 'origin: ce, repository: odoo/odoo, version: "18.0"') },
  ],
  [
    "another commit",
    { [X]: alone("ipai_one", `origin: ipai, repository: owner/odoo, version: 18.0.1.0.0, commit: ${"c".repeat(40)}`) },
  ],
  [
    "a commit where the version is the pin",
    { [X]: alone("packaged", `origin: oca, repository: OCA/pack, version: 18.0.1.0.0.7, commit: ${"c".repeat(40)}`) },
  ],
  [
    "a short commit",
    { [X]: alone("ipai_one", "origin: ipai, repository: owner/odoo, version: 18.0.1.0.0, commit: bbbbbbb") },
  ],
  [
    "a commit that is a branch",
    { [X]: alone("ipai_one", 'origin: ipai, repository: owner/odoo, version: 18.0.1.0.0, commit: "18.0"') },
  ],
  ["a paid licence", { [X]: alone("paid", entry("paid")) }],
  ["Enterprise's licence", { [X]: alone("enterprise", entry("enterprise")) }],
  ["a paid licence on request", { [X]: alone("paid", entry("paid", ", install: on-request")) }],
  ["a module that needs a paid one", { [X]: alone("needs_paid", entry("needs_paid")) }],
  ["a module that needs a paid one two steps on", { [X]: alone("needs_needs_paid", entry("needs_needs_paid")) }],
  ["two ways to a paid one: each bundle module's own", { [X]: bundle(entries("needs_needs_paid", "needs_paid")) }],
  ["a module that cannot be installed", { [X]: alone("broken", entry("broken")) }],
  ["a module that needs one that cannot be installed", { [X]: alone("needs_broken", entry("needs_broken")) }],
  ["a dependency that is not there", { [X]: alone("needs_gone", entry("needs_gone")) }],
  ["a dependency of another series", { [X]: alone("needs_old", entry("needs_old")) }],
  ["a dependency that is not there two steps on", { [X]: alone("far_gone", entry("far_gone")) }],
  ["a cycle of three", { [X]: alone("ring_a", entry("ring_a")) }],
  ["a cycle that starts elsewhere", { [X]: alone("to_ring", entry("to_ring")) }],
  ["a module that needs itself", { [X]: alone("selfish", entry("selfish")) }],
  ["a cycle and a missing module at once", { [X]: bundle(entries("ring_a", "needs_gone")) }],
  [
    "a wrong thing of each kind at once",
    {
      [X]: bundle({
        ...entries("needs_gone", "paid"),
        db_store: "origin: oca, repository: OCA/server-tools, version: 18.0.9.9.9",
        nowhere_to_be_found_at_all: entry(""),
      }),
    },
  ],
  [
    "the same fault in two bundles",
    { [X]: alone("paid", entry("paid")), "bundles/ya.yaml": alone("paid", entry("paid")) },
  ],
  [
    "a fault of the platform's",
    {
      "bundles/platform.yaml": platformWith(
        "  paid: { origin: oca, repository: OCA/paid, version: 18.0.1.0.0 }\n",
      ).replace("[document_page]", "[document_page, paid]"),
    },
  ],
  [
    "a module that cannot be installed, beside one that can, is fine",
    { [X]: bundle({ tower_c: entry("tower_c"), db_store: entry("db_store", UNINSTALLABLE) }) },
  ],
  [
    "a module that cannot be installed, by default",
    { [X]: bundle({ tower_c: entry("tower_c"), db_store: entry("db_store", ", uninstallable: it is broken") }) },
  ],
  [
    "a module that needs one that is said not to install",
    { [X]: bundle({ ...entries("tower_a"), tower_c: entry("tower_c", UNINSTALLABLE) }) },
  ],
  [
    "a module that another bundle says cannot be installed",
    {
      [X]: bundle(onRequest("db_store")),
      "bundles/ya.yaml": bundle({ ...entries("tower_c"), db_store: entry("db_store", UNINSTALLABLE) }),
    },
  ],
  [
    "a feature that no module makes that can be installed",
    { [X]: alone("db_store", entry("db_store", UNINSTALLABLE)) },
  ],
  [
    "no coverage by modules that cannot be installed is fine",
    { [X]: bundle({ db_store: entry("db_store", UNINSTALLABLE) }, "", "coverage: none, note: Broken.") },
  ],
  [
    "a tenant that adds what cannot be installed",
    {
      [X]: bundle({ ...entries("tower_c"), db_store: entry("db_store", UNINSTALLABLE) }),
      [T]: tenant("x", "{ add: [db_store] }"),
    },
  ],
  ["two modules that exclude each other", { [X]: bundle(entries("redis_store", "db_store"), CONFLICT) }],
  ["two modules whose dependencies exclude each other", { [X]: bundle(entries("needs_redis", "needs_db"), CONFLICT) }],
  [
    "one of them on request is fine",
    { [X]: bundle({ ...entries("db_store"), ...onRequest("redis_store") }, CONFLICT) },
  ],
  [
    "a conflict with the platform's",
    {
      "bundles/platform.yaml": platformWith(`  db_store: { ${entry("db_store")} }\n${CONFLICT}`).replace(
        "[document_page]",
        "[document_page, db_store]",
      ),
      [X]: bundle(entries("needs_redis")),
    },
  ],
  [
    "a conflict with the platform's, named the other way about",
    {
      "bundles/platform.yaml": platformWith(`  redis_store: { ${entry("redis_store")} }\n${CONFLICT}`).replace(
        "[document_page]",
        "[document_page, redis_store]",
      ),
      [X]: bundle(entries("needs_db")),
    },
  ],
  [
    "a conflict within the platform's is told there alone",
    {
      "bundles/platform.yaml": platformWith(
        `  redis_store: { ${entry("redis_store")} }\n  db_store: { ${entry("db_store")} }\n${CONFLICT}`,
      ).replace("[document_page]", "[document_page, redis_store, db_store]"),
      [X]: bundle(entries("tower_c")),
    },
  ],
  [
    "a conflict that names what is nowhere",
    {
      [X]: bundle(entries("db_store"), "conflicts: [{ modules: [db_store, zzz_nowhere_at_all], reason: one store }]\n"),
    },
  ],
  [
    "a conflict that names an unknown module",
    { [X]: bundle(entries("db_store"), "conflicts: [{ modules: [db_store, redis_stor], reason: one store }]\n") },
  ],
  [
    "a conflict of one module",
    { [X]: bundle(entries("db_store"), "conflicts: [{ modules: [db_store], reason: one store }]\n") },
  ],
  [
    "a conflict without a reason",
    { [X]: bundle(entries("db_store"), "conflicts: [{ modules: [db_store, redis_store] }]\n") },
  ],
  [
    "a bundle that removes a module of the platform is fine",
    { [X]: bundle(entries("db_store"), "removes: [document_page]\n") },
  ],
  [
    "a bundle that removes what the platform cannot do without",
    { [X]: bundle(entries("db_store"), "removes: [auth_oidc]\n") },
  ],
  ["a bundle that removes what it has", { [X]: bundle(entries("db_store"), "removes: [db_store]\n") }],
  ["a bundle that removes what it needs", { [X]: bundle(entries("crm_lead_code"), "removes: [crm]\n") }],
  ["a bundle that removes what nobody has", { [X]: bundle(entries("db_store"), "removes: [document_pages]\n") }],
  ["a bundle that removes what is nowhere", { [X]: bundle(entries("db_store"), "removes: [zzz_nowhere_at_all]\n") }],
  ["a bundle that removes what is misspelt of its own", { [X]: bundle(entries("db_store"), "removes: [db_stor]\n") }],
  [
    "a bundle that removes what another cannot do without",
    {
      [X]: bundle(entries("db_store"), "removes: [tower_c]\n"),
      "bundles/ya.yaml": alone("tower_c", entry("tower_c", ", install: always")),
    },
  ],
  [
    "a bundle that removes what it needs on request alone is fine",
    { [X]: bundle({ ...entries("db_store"), ...onRequest("crm_lead_code") }, "removes: [crm]\n") },
  ],
  [
    "a bundle that needs what another removes",
    { [X]: bundle(entries("db_store"), "removes: [crm]\n"), [T]: tenant("sales, x") },
  ],
  [
    "a bundle that removes what another needs two steps on",
    {
      [X]: bundle(entries("tower_a")),
      "bundles/ya.yaml": bundle(entries("tower_c")),
      "bundles/z.yaml": bundle(entries("db_store"), "removes: [tower_c]\n"),
      [T]: tenant("x, ya, z"),
    },
  ],
  [
    "a bundle that removes what a tenant's other bundle has, and nothing needs",
    { [X]: bundle(entries("db_store"), "removes: [document_page]\n"), [T]: tenant("x") },
  ],
  [
    "a feature with a module that is not below",
    { [X]: bundle(entries("db_store")).replace("[db_store]", "[db_store, db_stor]") },
  ],
  [
    "a module that no feature has",
    { [X]: bundle(entries("db_store", "crm_lead_code")).replace("[db_store, crm_lead_code]", "[db_store]") },
  ],
  [
    "a module that only another's dependencies have is fine",
    { [X]: bundle(entries("tower_a", "tower_c")).replace("[tower_a, tower_c]", "[tower_a]") },
  ],
  ["none with modules", { [X]: bundle(entries("db_store"), "", "coverage: none, note: x") }],
  [
    "full without modules",
    { [X]: bundle(entries("db_store")).replace("features:", "features:\n  - { name: G, coverage: full }") },
  ],
  ["partial without a note", { [X]: bundle(entries("db_store"), "", "coverage: partial") }],
  [
    "none without a note",
    { [X]: bundle(entries("db_store")).replace("features:", "features:\n  - { name: G, coverage: none }") },
  ],
  [
    "none with a note is fine",
    { [X]: bundle(entries("db_store")).replace("features:", "features:\n  - { name: G, coverage: none, note: No. }") },
  ],
  ["a coverage there is not", { [X]: bundle(entries("db_store"), "", "coverage: mostly") }],
  [
    "an origin there is not",
    { [X]: alone("db_store", "origin: ee, repository: OCA/server-tools, version: 18.0.1.0.0") },
  ],
  ["dependencies, which the index has", { [X]: alone("db_store", entry("db_store", ", depends: [web]")) }],
  [
    "a smoke test as the index has it",
    {
      [X]: bundle(
        entries("account"),
        "smoke: { account: { menus: [menu_finance], models: [account.move], reports: [account_invoices] } }\n",
      ),
    },
  ],
  [
    "a smoke test of a misspelt menu",
    { [X]: bundle(entries("account"), "smoke: { account: { menus: [menu_finanse] } }\n") },
  ],
  [
    "a smoke test of a menu that is not there",
    { [X]: bundle(entries("account"), "smoke: { account: { menus: [something_else] } }\n") },
  ],
  [
    "a smoke test of a model that is not there",
    { [X]: bundle(entries("account"), "smoke: { account: { models: [account.moves] } }\n") },
  ],
  [
    "a smoke test of a report that is not there",
    { [X]: bundle(entries("account"), "smoke: { account: { reports: [invoice] } }\n") },
  ],
  [
    "a smoke test with a module's name in front",
    { [X]: bundle(entries("account"), "smoke: { account: { menus: [account.menu_finance] } }\n") },
  ],
  [
    "a smoke test of a module that is not there",
    { [X]: bundle(entries("db_store"), "smoke: { account: { menus: [menu_finance] } }\n") },
  ],
  [
    "a smoke test of a misspelt module",
    { [X]: bundle(entries("account"), "smoke: { acount: { menus: [menu_finance] } }\n") },
  ],
  [
    "a smoke test of the platform's",
    { [X]: bundle(entries("account"), "smoke: { auth_oidc: { menus: [menu_none] } }\n") },
  ],
  [
    "a smoke test of what is on request",
    { [X]: bundle(onRequest("account"), "smoke: { account: { menus: [menu_finance] } }\n") },
  ],
  [
    "a smoke test of a module that was never read",
    {
      [X]: bundle(
        { listed: "origin: oca, repository: OCA/listed, version: 18.0.1.0.0, install: on-request" },
        "smoke: { listed: { menus: [menu_finance] } }\n",
      ),
    },
  ],
  [
    "a smoke test beside a platform that is broken",
    {
      "bundles/platform.yaml": "",
      [X]: bundle(entries("account"), "smoke: { account: { menus: [menu_finance] } }\n"),
    },
  ],
  ["a smoke test of something else", { [X]: bundle(entries("account"), "smoke: { account: { views: [x] } }\n") }],
  ["a cost without its basis", { [X]: bundle(entries("db_store"), "cost: { databaseMiB: 5, workers: 2 }\n") }],
  [
    "a cost of nothing",
    { [X]: bundle(entries("db_store"), "cost: { databaseMiB: 0, workers: 2, basis: Guessed. }\n") },
  ],

  ["a tenant that adds what is on request", { [T]: tenant("sales", "{ add: [crm_phonecall] }") }],
  ["a tenant that adds what is in the index alone", { [T]: tenant("sales", "{ add: [sale] }") }],
  ["a tenant that adds what has no repository", { [T]: tenant("sales", "{ add: [unplaced] }") }],
  ["a tenant that adds what is of another series", { [T]: tenant("sales", "{ add: [old_module] }") }],
  ["a tenant that adds what is nowhere", { [T]: tenant("sales", "{ add: [zzz_nowhere_at_all] }") }],
  ["a tenant that adds what its bundle installs", { [T]: tenant("sales", "{ add: [crm_lead_code] }") }],
  [
    "a tenant that adds what two of its bundles install",
    {
      [X]: alone("db_store", entry("db_store")),
      "bundles/ya.yaml": alone("db_store", entry("db_store")),
      [T]: tenant("ya, x", "{ add: [db_store] }"),
    },
  ],
  [
    "a tenant that adds what its bundle removes is fine",
    { [X]: bundle(entries("db_store"), "removes: [document_page]\n"), [T]: tenant("x", "{ add: [document_page] }") },
  ],
  [
    "a tenant that adds what conflicts",
    {
      [X]: bundle({ ...entries("db_store"), ...onRequest("redis_store") }, CONFLICT),
      [T]: tenant("x", "{ add: [redis_store] }"),
    },
  ],
  [
    "a tenant that adds two things that conflict",
    {
      [X]: bundle(onRequest("db_store", "redis_store"), CONFLICT),
      [T]: tenant("x", "{ add: [db_store, redis_store] }"),
    },
  ],
  [
    "a tenant that adds what conflicts through its dependencies",
    {
      [X]: bundle({ ...entries("db_store"), ...onRequest("needs_redis", "redis_store") }, CONFLICT),
      [T]: tenant("x", "{ add: [needs_redis] }"),
    },
  ],
  [
    "a tenant that swaps what conflicts is fine",
    {
      [X]: bundle({ ...entries("db_store"), ...onRequest("redis_store") }, CONFLICT),
      [T]: tenant("x", "{ add: [redis_store], remove: [db_store] }"),
    },
  ],
  [
    "two bundles of a tenant that conflict",
    {
      [X]: bundle(entries("db_store"), CONFLICT),
      "bundles/ya.yaml": bundle(entries("redis_store")),
      [T]: tenant("x, ya"),
    },
  ],
  [
    "two tenants whose bundles conflict",
    {
      [X]: bundle(entries("db_store"), CONFLICT),
      "bundles/ya.yaml": bundle(entries("redis_store")),
      [T]: tenant("x, ya"),
      "tenants/gamma.yaml": tenant("x, ya"),
      "tenants/omega.yaml": tenant("x"),
    },
  ],
  [
    "tenants of the same bundles, each of which has modules of its own or none",
    {
      [T]: tenant("sales", "{ add: [zzz_nowhere_at_all] }"),
      "tenants/gamma.yaml": tenant("sales"),
      "tenants/omega.yaml": tenant("sales", "{ remove: [zzz_nowhere_at_all] }"),
    },
  ],
  [
    "a tenant of a bundle that conflicts by itself is told of the bundle",
    { [X]: bundle(entries("redis_store", "db_store"), CONFLICT), [T]: tenant("x") },
  ],
  [
    "a tenant that adds what conflicts, beside a bundle that conflicts by itself",
    {
      [X]: bundle(entries("redis_store", "db_store"), CONFLICT),
      "bundles/ya.yaml": bundle({ ...entries("db_store"), ...onRequest("redis_store") }, CONFLICT),
      [T]: tenant("ya", "{ add: [redis_store] }"),
    },
  ],
  [
    "a tenant of a bundle with a fault is told of the bundle",
    { [X]: alone("needs_gone", entry("needs_gone")), [T]: tenant("x") },
  ],
  ["a tenant that removes what another module needs", { [T]: tenant("sales", "{ remove: [crm] }") }],
  [
    "a tenant that removes what another needs two steps on",
    { [X]: bundle(entries("tower_a", "tower_c")), [T]: tenant("x", "{ remove: [tower_c] }") },
  ],
  [
    "a tenant that removes a dependency that no bundle names",
    { [X]: bundle(entries("tower_a")), [T]: tenant("x", "{ remove: [tower_c] }") },
  ],
  [
    "a tenant that removes what its other bundle needs",
    {
      [X]: bundle(entries("tower_c")),
      "bundles/ya.yaml": bundle(entries("tower_a")),
      [T]: tenant("x, ya", "{ remove: [tower_c] }"),
    },
  ],
  [
    "a tenant that removes what Odoo installs by itself",
    { [X]: bundle(entries("crm", "sale", "sale_crm")), [T]: tenant("x", "{ remove: [sale_crm] }") },
  ],
  [
    "a tenant that removes what one module triggers",
    { [X]: bundle(entries("crm", "sale", "sale_glue")), [T]: tenant("x", "{ remove: [sale_glue] }") },
  ],
  [
    "a tenant that removes that and its trigger is fine",
    { [X]: bundle(entries("crm", "sale", "sale_crm")), [T]: tenant("x", "{ remove: [sale_crm, sale] }") },
  ],
  ["a tenant that removes what is always there", { [T]: tenant("sales", "{ remove: [auth_oidc] }") }],
  ["a tenant that removes what is not there", { [T]: tenant("sales", "{ remove: [sale] }") }],
  ["a tenant that removes a misspelt module", { [T]: tenant("sales", "{ remove: [document_pag] }") }],
  [
    "a tenant that removes what its own bundle cannot do without",
    { [X]: alone("tower_c", entry("tower_c", ", install: always")), [T]: tenant("x", "{ remove: [tower_c] }") },
  ],
  ["a tenant that removes what is nowhere", { [T]: tenant("sales", "{ remove: [zzz_nowhere_at_all] }") }],
  [
    "a tenant of a bundle that is broken is not judged",
    { [X]: bundle(entries("db_store"), "colour: red\n"), [T]: tenant("x", "{ remove: [crm] }") },
  ],
  ["an index that is not there", { "modules/index.json": "" }],
  [
    "an index that is not there, and a feature's module that is not below",
    { "modules/index.json": "", [X]: bundle(entries("db_store")).replace("[db_store]", "[db_stor]") },
  ],
  [
    "an index of another series",
    { "modules/index.json": '{"series": "17.0", "date": "2026-01-01", "sources": {}, "modules": {}, "elsewhere": {}}' },
  ],
  [
    "an index with a wrong entry that is used",
    {
      "modules/index.json":
        '{"series": "18.0", "date": "2026-01-01", "sources": {}, "modules": {"crm": {"origin": "ce"}}, "elsewhere": {}}',
      "bundles/platform.yaml": (VALID_PROJECT["bundles/platform.yaml"] ?? "").replaceAll("auth_oauth", "crm"),
    },
  ],
];
