import { indexFiles } from "../../support/moduleIndex.ts";
import type { TestModule } from "../../support/moduleIndex.ts";
import { VALID_MODULES, VALID_PROJECT } from "../../support/projectFolder.ts";

/** Modules beside the valid project's: each has one thing that a case is about. */
const MORE: Readonly<Record<string, TestModule>> = {
  web: { origin: "ce", version: "18.0.1.0" },
  sale: { origin: "ce", version: "18.0.1.2", depends: ["web"] },
  sale_crm: { origin: "ce", version: "18.0.1.0", depends: ["crm", "sale"], autoInstall: true },
  sale_glue: { origin: "ce", version: "18.0.1.0", depends: ["crm", "sale", "web"], autoInstall: ["sale"] },
  account: {
    origin: "ce",
    version: "18.0.1.3",
    objects: { menus: ["menu_finance"], models: ["account.move"], reports: ["account_invoices"] },
  },
  paid: { repository: "OCA/paid", licence: "OPL-1" },
  enterprise: { repository: "OCA/paid", licence: "OEEL-1" },
  needs_paid: { repository: "OCA/paid", depends: ["paid"] },
  needs_needs_paid: { repository: "OCA/paid", depends: ["needs_paid"] },
  broken: { repository: "OCA/broken", installable: false },
  needs_broken: { repository: "OCA/broken", depends: ["broken"] },
  needs_gone: { repository: "OCA/gone", depends: ["gone_for_good"] },
  needs_old: { repository: "OCA/gone", depends: ["old_module"] },
  far_gone: { repository: "OCA/gone", depends: ["crm", "needs_gone"] },
  ring_a: { repository: "OCA/ring", depends: ["ring_b"] },
  ring_b: { repository: "OCA/ring", depends: ["ring_c"] },
  ring_c: { repository: "OCA/ring", depends: ["ring_a"] },
  to_ring: { repository: "OCA/ring", depends: ["ring_b"] },
  selfish: { repository: "OCA/ring", depends: ["selfish"] },
  redis_store: { origin: "third-party", repository: "maker/addons", commit: "a".repeat(40) },
  db_store: { repository: "OCA/server-tools" },
  needs_redis: { repository: "OCA/server-tools", depends: ["redis_store"] },
  needs_db: { repository: "OCA/server-tools", depends: ["db_store"] },
  ipai_one: { origin: "ipai", repository: "owner/odoo", commit: "b".repeat(40) },
  packaged: { repository: "OCA/pack", package: { name: "odoo-addon-packaged", version: "18.0.1.0.0.7" } },
  both_pins: {
    repository: "OCA/pack",
    package: { name: "odoo-addon-both-pins", version: "18.0.1.0.0" },
    commit: "d".repeat(40),
  },
  committed: { origin: "ce", version: "18.0.1.0", commit: "e".repeat(40) },
  seen: { repository: "OCA/seen", evidence: "branch", depends: ["web"] },
  unplaced: { evidence: "named", version: "18.0.1.0.0" },
  tower_a: { repository: "OCA/tower", depends: ["tower_b"] },
  tower_b: { repository: "OCA/tower", depends: ["tower_c"] },
  tower_c: { repository: "OCA/tower" },
};

/** An index that has them all, and some that were never read. */
export const INDEX = ((): Readonly<Record<string, string>> => {
  const files = indexFiles(
    { ...VALID_MODULES, ...MORE },
    { old_module: "16.0.1.2.0", stock_cycle_count: "17.0.1.0.1" },
  );
  const names = { branched: "branch", listed: "listed", vendored: "vendored", heard_of: "named" };
  const notRead = Object.entries(names).map(
    ([name, evidence]) =>
      `"${name}": {"origin":"oca","repository":"OCA/listed","version":"18.0.1.0.0","evidence":"${evidence}","dependsElsewhere":["crm"]},\n`,
  );
  const unread = `${notRead.join("")}"needs_listed": {"origin":"oca","repository":"OCA/listed","version":"18.0.1.0.0","evidence":"package","depends":["listed"]},\n`;
  return {
    ...files,
    "modules/index.json": (files["modules/index.json"] ?? "").replace(
      '  "needs_broken"',
      `  ${unread}  "needs_broken"`,
    ),
  };
})();

/**
 * A bundle of some modules, each in a line: `name` as the index has it, or `name: {…}`. Line 4 is the feature, the first module is
 * on line 6.
 */
export function bundle(modules: Readonly<Record<string, string>>, more = "", feature = "coverage: full"): string {
  const lines = Object.entries(modules).map(([name, rest]) => `  ${name}: { ${rest} }\n`);
  return `title: Case\nsummary: A case.\nfeatures:\n  - { name: F, ${feature}, modules: [${Object.keys(modules).join(", ")}] }\nmodules:\n${lines.join("")}${more}`;
}

/** How a module of the index is written in a bundle. */
export function entry(name: string, more = ""): string {
  const known = { ...VALID_MODULES, ...MORE }[name] ?? {};
  const { origin = "oca", repository = origin === "ce" ? "odoo/odoo" : "OCA/x", version = "18.0.1.0.0" } = known;
  const pin = origin === "ce" ? '"18.0"' : (known.package?.version ?? version);
  const commit = known.commit === undefined ? "" : `, commit: ${known.commit}`;
  return `origin: ${origin}, repository: ${repository}, version: ${pin}${commit}${more}`;
}

/** Some modules as the index has them. */
export function entries(...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, entry(name)]));
}

/** Some modules on request. */
export function onRequest(...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, entry(name, ", install: on-request")]));
}

/** The platform's bundle of the valid project with further lines. */
export function platformWith(more: string): string {
  return `${VALID_PROJECT["bundles/platform.yaml"] ?? ""}${more}`;
}
