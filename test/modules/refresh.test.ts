import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RefreshError } from "../../features/modules/moduleIndex/refreshError.ts";
import { readModules } from "../../features/modules/moduleIndex/facts.ts";
import { moduleLines } from "../../features/modules/moduleIndex/file.ts";
import { withPins } from "../../features/modules/moduleIndex/pins.ts";
import { refreshPackages, refreshTree } from "../../features/modules/moduleIndex/refresh.ts";
import type { IndexFiles, Refreshed } from "../../features/modules/moduleIndex/refresh.ts";
import { moduleIndexSchema, moduleObjectsSchema } from "../../config/schemas/moduleIndex.ts";
import { compareVersions } from "../../config/versions.ts";
import { indexed } from "../support/moduleIndex.ts";
import { buildPackages, pipEnv, servePackages } from "./support/packageIndex.ts";
import type { PackageIndex } from "./support/packageIndex.ts";

const PACKAGES = [
  {
    module: "sale_more",
    version: "18.0.1.0.0.3",
    manifest: `{"name": "More", "version": "18.0.1.0.0", "license": "AGPL-3", "depends": ["sale", "base_more"],
      "website": "https://github.com/OCA/sale-workflow", "data": ["views/menu.xml"], "auto_install": ["sale"],
      "external_dependencies": {"python": ["jose"], "bin": ["xmlsec1"]}}`,
    requires: ["odoo-addon-base_more==18.0.*", "python-jose>=3"],
    files: {
      "models/more.py":
        'from odoo import models\nclass More(models.Model):\n    _name = "sale.more"\nclass Order(models.Model):\n    _inherit = "sale.order"\nclass Wizard(models.TransientModel):\n    _name = "sale.wizard"\n',
      "views/menu.xml":
        '<odoo><menuitem id="menu_more"/><menuitem id="sale.menu_theirs"/><record id="action_more" model="ir.actions.report"/><delete model="ir.ui.menu" id="menu_gone"/></odoo>',
    },
  },
  {
    module: "sale_more",
    version: "18.0.1.0.1",
    manifest: '{"name": "More", "version": "18.0.1.0.1", "license": "AGPL-3", "depends": ["sale"]}',
  },
  { module: "sale_more", version: "19.0.1.0.0", manifest: '{"name": "More", "version": "19.0.1.0.0", "depends": []}' },
  {
    module: "base_more",
    version: "18.0.2.0.0",
    manifest:
      '{"name": "Base", "version": "18.0.2.0.0", "license": "LGPL-3", "depends": ["base"], "website": "https://github.com/maker/addons"}',
  },
  { module: "only_newer", version: "19.0.1.0.0", manifest: '{"name": "Newer", "version": "19.0.1.0.0"}' },
  { module: "ipai_own", version: "18.0.9.0.0", manifest: '{"name": "Not theirs", "version": "18.0.9.0.0"}' },
];

const START: IndexFiles = {
  index: moduleIndexSchema.parse({
    series: "18.0",
    date: "2026-01-01",
    sources: {},
    modules: {
      sale: indexed({ origin: "ce", version: "18.0.1.2" }),
      sale_more: { origin: "oca", version: "18.0.1.0.0", evidence: "named" },
    },
    elsewhere: { base_more: "17.0.1.0.0", only_newer: "16.0.1.0.0" },
  }),
  objects: moduleObjectsSchema.parse({ series: "18.0", date: "2026-01-01", modules: { dropped: {} } }),
};

describe("a refresh of the index", function () {
  this.timeout(120_000);
  let folder: string;
  let registry: PackageIndex;
  const said: string[] = [];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "odoo-saas-refresh-"));
    buildPackages(join(folder, "packages"), PACKAGES);
    registry = await servePackages(join(folder, "packages"));
  });
  after(async () => {
    await registry.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const refresh = (
    pins: Readonly<Record<string, string>>,
    more: { from?: IndexFiles; upgrade?: boolean; env?: NodeJS.ProcessEnv; cache?: string } = {},
  ): Promise<Refreshed> =>
    refreshPackages({
      ...(more.from ?? START),
      pins: new Map(Object.entries(pins)),
      upgrade: () => more.upgrade === true,
      today: "2026-11-22",
      download: { cache: join(folder, more.cache ?? "cache"), env: more.env ?? registry.env },
      log: (line) => said.push(line),
    });

  it("reads pinned packages and all that they need, and notes what is newer of the series", async () => {
    const { index, objects, missing } = await refresh({ sale_more: "18.0.1.0.0.3" });
    assert.deepEqual(index.modules["sale_more"], {
      origin: "oca",
      title: "More",
      repository: "OCA/sale-workflow",
      version: "18.0.1.0.0",
      package: { name: "odoo-addon-sale-more", version: "18.0.1.0.0.3" },
      latest: "18.0.1.0.1",
      depends: ["base_more", "sale"],
      autoInstall: ["sale"],
      python: ["jose"],
      requirements: ["python-jose>=3"],
      bin: ["xmlsec1"],
      licence: "AGPL-3",
      released: "2026-09-08",
      evidence: "package",
    });
    assert.equal(index.modules["base_more"]?.origin, "third-party");
    assert.deepEqual(index.elsewhere, { only_newer: "16.0.1.0.0" });
    assert.deepEqual(objects.modules, {
      base_more: { menus: [], models: [], reports: [] },
      sale_more: { menus: ["menu_more"], models: ["sale.more"], reports: ["action_more"] },
    });
    assert.deepEqual([index.date, missing], ["2026-11-22", []]);
    assert.ok(said.includes("newest packages: 1 of 1") && said.includes("reading 1 packages"));
    moduleIndexSchema.parse(JSON.parse(moduleLines(index)));
  });

  it("stays at the index's version, and says the same a second time without getting anything again", async () => {
    const first = await refresh({ sale_more: "18.0.1.0.0.3" });
    registry.asked.length = 0;
    const second = await refresh({ sale_more: "18.0.1.0.0.3" }, { from: first });
    assert.deepEqual(second, first);
    assert.deepEqual(
      registry.asked.filter((path) => path.startsWith("/files/")),
      [],
    );
  });

  it("takes the newest of the series when it is to upgrade", async () => {
    const { index, objects } = await refresh({ sale_more: "18.0.1.0.0.3" }, { upgrade: true });
    assert.equal(index.modules["sale_more"]?.package?.version, "18.0.1.0.1");
    assert.equal(index.modules["sale_more"].latest, undefined);
    assert.deepEqual(Object.keys(objects.modules), ["sale_more"]);
  });

  it("tells what is not published for the series, and leaves the rest as it was found", async () => {
    const { index, missing } = await refresh({
      only_newer: "18.0.1.0.0",
      nowhere: "18.0.1.0.0",
      sale_more: "18.0.1.0.0.3",
    });
    assert.deepEqual(missing, ["nowhere", "only_newer"]);
    assert.equal(index.modules["only_newer"], undefined);
    assert.equal(index.modules["sale_more"]?.evidence, "package");
  });

  it("refuses a pin that is not published, with the newest that is", async () => {
    await assert.rejects(refresh({ sale_more: "18.0.7.7.7" }), (error: unknown) => {
      assert.ok(error instanceof RefreshError);
      assert.match(
        error.message,
        /not published, expected a version that is:\n {2}sale_more 18\.0\.7\.7\.7 \(newest: 18\.0\.1\.0\.1\)/,
      );
      return true;
    });
  });

  it("never asks for the owner's own modules", async () => {
    registry.asked.length = 0;
    const { index, missing } = await refresh({ ipai_own: "18.0.1.0.0" });
    assert.equal(index.modules["ipai_own"], undefined);
    assert.deepEqual([missing, registry.asked], [["ipai_own"], []]);
  });

  it("says what to do when the registry cannot be reached", async () => {
    await assert.rejects(
      refresh({ sale_more: "18.0.1.0.0.3" }, { env: pipEnv("http://127.0.0.1:9/simple/"), cache: "empty" }),
      (error: unknown) => {
        assert.ok(error instanceof RefreshError);
        assert.match(error.message, /^The package registry did not answer \(pip: .+docs\/runbooks\/modules\.md\.$/s);
        return true;
      },
    );
  });

  it("reads a source tree, and names the module that cannot be read", async () => {
    const tree = join(folder, "tree");
    mkdirSync(join(tree, "ipai_own"), { recursive: true });
    writeFileSync(
      join(tree, "ipai_own/__manifest__.py"),
      '{"name": "Own", "version": "1.2", "depends": ["base", "sale"], "installable": False}',
    );
    const commit = "d".repeat(40);
    const known = { origin: "ipai", repository: "owner/odoo", commit, released: "2026-01-22" } as const;
    const source = [
      "owner/odoo",
      { what: "The owner's", date: "2026-01-22", repository: "owner/odoo", commit },
    ] as const;
    const { index, objects } = refreshTree(
      { ...START, pins: new Map([["ipai_own", "x"]]), today: "2026-11-22" },
      await readModules([tree]),
      known,
      source,
    );
    assert.deepEqual(index.modules["ipai_own"], {
      origin: "ipai",
      title: "Own",
      repository: "owner/odoo",
      commit,
      version: "18.0.1.2",
      depends: ["sale"],
      licence: "LGPL-3",
      installable: false,
      released: "2026-01-22",
      evidence: "tree",
    });
    assert.deepEqual(index.sources["owner/odoo"], source[1]);
    assert.deepEqual(Object.keys(objects.modules), ["ipai_own"]);
    writeFileSync(join(tree, "ipai_own/__manifest__.py"), "import os; os.system('true')");
    await assert.rejects(readModules([tree]), /Modules could not be read:\n.*tree: SyntaxError/);
  });

  it("changes pins in a bundle's text, and nothing else", () => {
    const text =
      "# A comment\nmodules:\n  a: { origin: oca, version: 18.0.1.0.0 } # why\n  b:\n    version: 18.0.1.0.0\n";
    assert.equal(
      withPins(
        text,
        new Map([
          ["b", "18.0.2.0.0"],
          ["none", "1"],
        ]),
      ),
      text.replace(/18\.0\.1\.0\.0\n$/, "18.0.2.0.0\n"),
    );
    assert.equal(withPins(text, new Map([["a", "18.0.1.0.0.10"]])), text.replace("18.0.1.0.0 }", "18.0.1.0.0.10 }"));
  });

  it("orders versions by number", () => {
    const sorted = ["18.0.1.0.0", "18.0.1.0.0.1", "18.0.1.0.0.10", "18.0.1.0.9", "18.0.1.0.10", "18.0.2"];
    assert.deepEqual(sorted.toReversed().sort(compareVersions), sorted);
  });
});
