import assert from "node:assert/strict";
import { bundleSchema } from "../../config/schemas/bundle.ts";
import { smokeOf } from "../../config/smoke.ts";

/** A bundle that promises something. */
function promising(name: string, smoke: Readonly<Record<string, unknown>>) {
  return [
    name,
    { ...bundleSchema.parse({ title: "T", summary: "S.", features: [], modules: {}, smoke }), name },
  ] as const;
}

const BUNDLES = new Map([
  promising("platform", { mail: { models: ["mail.message"] }, base: { models: ["res.partner"] } }),
  promising("sales", {
    crm: { menus: ["menu_pipeline", "menu_leads"], models: ["crm.lead", "mail.message"], reports: ["quotation"] },
    sale: { menus: ["menu_orders"] },
  }),
  promising("books", { crm: { menus: ["menu_leads"] }, account: { reports: ["invoice"], models: ["account.move"] } }),
]);

/** What a tenant's database is looked through for: kind, name, bundles. */
function looked(bundles: readonly string[], ...modules: readonly string[]): string[] {
  return smokeOf({ bundles, modules }, BUNDLES).map(
    ({ kind, name, bundles: from }) => `${kind} ${name}: ${from.join()}`,
  );
}

describe("smokeOf", () => {
  it("looks for what the platform and the tenant's bundles promise, by kind and name, once each", () => {
    assert.deepEqual(looked(["books", "sales"], "base", "mail", "crm", "sale", "account"), [
      "menu crm.menu_leads: books,sales",
      "menu crm.menu_pipeline: sales",
      "menu sale.menu_orders: sales",
      "model account.move: books",
      "model crm.lead: sales",
      "model mail.message: platform,sales",
      "model res.partner: platform",
      "report account.invoice: books",
      "report crm.quotation: sales",
    ]);
  });

  it("passes over modules that the tenant does not have", () => {
    assert.deepEqual(looked(["sales"], "base", "sale"), [
      "menu sale.menu_orders: sales",
      "model res.partner: platform",
    ]);
  });

  it("passes over bundles that the tenant does not have, and those that promise nothing", () => {
    assert.deepEqual(looked(["gone"], "crm", "account", "mail"), ["model mail.message: platform"]);
  });

  it("names a bundle once, however many of its modules define the same", () => {
    const twice = new Map([promising("twice", { a_one: { models: ["x.y"] }, a_two: { models: ["x.y"] } })]);
    assert.deepEqual(smokeOf({ bundles: ["twice"], modules: ["a_one", "a_two"] }, twice), [
      { kind: "model", name: "x.y", bundles: ["twice"] },
    ]);
  });
});
