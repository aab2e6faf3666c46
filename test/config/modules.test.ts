import assert from "node:assert/strict";
import { imageModules, moduleResolver, modulesAlong, uninstallableModules } from "../../config/modules.ts";
import { indexed } from "../support/moduleIndex.ts";
import { projectFilesWith, problemsIn, withProject } from "../support/projectFolder.ts";
import { CASES } from "./support/moduleCases.ts";
import { MESSAGES } from "./support/moduleMessages.ts";
import { INDEX } from "./support/wrongModules.ts";

describe("modules of bundles and tenants", () => {
  for (const [what, files] of CASES) {
    it(what, () => {
      assert.deepEqual(withProject({ ...INDEX, ...files }, problemsIn), MESSAGES[what] ?? []);
    });
  }

  it("has a case for each message, and no case twice", () => {
    const names = CASES.map(([what]) => what);
    assert.equal(new Set(names).size, names.length);
    assert.deepEqual(
      Object.keys(MESSAGES).filter((what) => !names.includes(what)),
      [],
    );
  });

  it("has at least sixty that are wrong, and each message is one line that says what was expected", () => {
    const wrong = Object.values(MESSAGES);
    assert.ok(wrong.length >= 60, String(wrong.length));
    for (const line of wrong.flat()) assert.match(line, /^[\w./-]+:\d+:\d+: .+, expected .+$/);
  });
});

const bundleModule = (name: string) => ({
  origin: "oca" as const,
  repository: `OCA/${name}`,
  version: "18.0.1.0.0",
  install: "default" as const,
});

describe("the modules of an image", () => {
  it("are those of the bundles and what they need, without Odoo's own, sorted", () => {
    const { bundles } = projectFilesWith();
    const source = new Map([
      ["crm_lead_code", indexed({ depends: ["zebra", "crm", "apple"] })],
      ["zebra", indexed()],
      ["apple", indexed()],
      ["crm", indexed({ origin: "ce", depends: ["mail"] })],
      ["mail", indexed({ origin: "ce" })],
      ["auth_oauth", indexed({ origin: "ce" })],
    ]);
    // What the index does not have is told by the index's rules: the image does not leave it out.
    const others = ["auth_oidc", "base_phone", "crm_phonecall", "document_page"];
    assert.deepEqual(imageModules(bundles, source), ["apple", ...others, "crm_lead_code", "zebra"].sort());
  });
});

describe("the modules that cannot be installed", () => {
  const broken = { ...bundleModule("ipai_one"), install: "on-request" as const, uninstallable: "it is broken" };
  const bundles = new Map([
    ["a", { modules: { packaged: bundleModule("packaged"), ipai_one: broken } }],
    ["b", { modules: { db_store: bundleModule("db_store") } }],
  ]);

  it("are known with the reason, and the image leaves them out", () => {
    assert.deepEqual([...uninstallableModules(bundles)], [["ipai_one", "it is broken"]]);
    assert.deepEqual(imageModules(bundles, new Map()), ["db_store", "packaged"]);
  });
});

describe("what comes along with modules", () => {
  it("is of Odoo's own and of the image, and not of what nobody describes", () => {
    const modules = new Map([
      ["crm", indexed({ origin: "ce" })],
      ["crm_sms", indexed({ origin: "ce", depends: ["crm"], autoInstall: true })],
      ["db_store", indexed({ depends: ["crm"], autoInstall: true })],
      ["stranger", indexed({ depends: ["crm"], autoInstall: true })],
    ]);
    const bundles = new Map([["b", { modules: { db_store: bundleModule("db_store") } }]]);
    const source = { names: [...modules.keys()], get: (name: string) => modules.get(name) };
    assert.deepEqual(modulesAlong(bundles, { modules: source })(["crm"]), ["crm_sms", "db_store"]);
    assert.deepEqual(modulesAlong(bundles, { modules: source })(["mail"]), []);
  });
});

describe("the modules of tenants", () => {
  it("are each one's own, also where what they add and remove reads alike", () => {
    const { bundles, tables } = projectFilesWith();
    const modulesOf = moduleResolver(bundles, tables.modules);
    const plain = ["auth_oauth", "auth_oidc", "auth_signup", "crm", "crm_lead_code", "document_page"];
    const without = (...names: readonly string[]) => plain.filter((name) => !names.includes(name));
    const of = (names: readonly string[], add: readonly string[], remove: readonly string[]) =>
      modulesOf({ bundles: [...names], modules: { add: [...add], remove: [...remove] } });
    for (let asked = 0; asked < 2; asked += 1) {
      assert.deepEqual(of(["sales"], [], []), plain);
      assert.deepEqual(of([], [], []), without("crm", "crm_lead_code"));
      assert.deepEqual(of(["sales"], ["document_page"], []), plain);
      assert.deepEqual(of(["sales"], [], ["document_page"]), without("document_page"));
      assert.deepEqual(of([], ["sales"], []), [...without("crm", "crm_lead_code"), "sales"]);
    }
  });
});
