import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { catalogFiles } from "../../features/modules/catalog/writeCatalog.ts";
import { readModules } from "../../features/modules/moduleIndex/facts.ts";
import { moduleLines } from "../../features/modules/moduleIndex/file.ts";
import { formatDiagnostics, loadProjectFiles, selectTenants, smokeOf } from "../../config/index.ts";
import type { SmokeKind } from "../../config/index.ts";
import { readModuleIndex } from "../../config/moduleIndex.ts";
import { bundledModules, conflictsOf, imageModules } from "../../config/modules.ts";
import { catalogSchema } from "../../config/schemas/catalog.ts";
import { isRefusedLicence, solve } from "../../config/solver.ts";

const ROOT = join(import.meta.dirname, "../..");
const loaded = loadProjectFiles(ROOT);
const projectFiles = loaded.ok ? loaded.projectFiles : assert.fail(formatDiagnostics(loaded.diagnostics));
const { bundles, tables } = projectFiles;
const read = readModuleIndex(ROOT);
const { index, objects } = "index" in read ? read : assert.fail(formatDiagnostics(read.diagnostics));
const textOf = (file: string): string => readFileSync(join(ROOT, file), "utf8");

describe("the index of modules", () => {
  it("is as its schema says, every entry, and as the refresh writes it", () => {
    assert.equal(moduleLines(index), textOf("modules/index.json"));
    assert.equal(moduleLines(objects), textOf("modules/objects.json"));
  });

  it("has Odoo Community's modules and a source for each that was read", () => {
    const modules = Object.values(index.modules);
    assert.ok(modules.filter(({ origin }) => origin === "ce").length > 600);
    for (const [name, module] of Object.entries(index.modules)) {
      if (module.evidence !== "package" && module.evidence !== "tree") continue;
      assert.ok(module.depends !== undefined && module.licence !== undefined, name);
      assert.equal(module.evidence === "package", module.package !== undefined, name);
      if (module.package !== undefined) {
        assert.equal(module.package.name, `odoo-addon-${name.replaceAll("_", "-")}`);
        assert.ok(module.package.version.startsWith(module.version), name);
      }
    }
    assert.ok(Object.values(index.sources).every(({ date }) => date <= index.date));
  });

  it("has this repository's modules as their manifests say, each in a bundle", async () => {
    const own = await readModules([join(ROOT, "addons")]);
    const platform = Object.keys(index.modules).filter((name) => index.modules[name]?.origin === "platform");
    assert.deepEqual(own.map(({ name }) => name).sort(), platform);
    for (const facts of own) {
      const { origin, version, depends, licence, title } = index.modules[facts.name] ?? {};
      assert.deepEqual(
        { origin, version, depends, licence, title },
        {
          origin: "platform",
          version: facts.version,
          depends: facts.depends,
          licence: facts.licence,
          title: facts.title,
        },
      );
      assert.ok(
        [...bundles.values()].some(({ modules }) => facts.name in modules),
        facts.name,
      );
    }
  });

  it("says nothing of a module twice", () => {
    for (const name of Object.keys(index.elsewhere)) assert.equal(index.modules[name], undefined, name);
  });
});

describe("the bundles' closures", () => {
  for (const name of bundles.keys()) {
    it(`${name} resolves, alone, with the platform's, and with all on request`, () => {
      const own = name === "platform" ? [] : [name];
      const wanted = bundledModules(own, bundles);
      const { order, faults } = solve(wanted.keys(), tables.modules, conflictsOf(own, bundles));
      assert.deepEqual(faults, []);
      order.forEach((module, at) => {
        for (const to of tables.modules.get(module)?.depends ?? [])
          assert.ok(order.indexOf(to) < at, `${module}: ${to}`);
      });
      assert.deepEqual(solve(Object.keys(bundles.get(name)?.modules ?? {}), tables.modules).faults, []);
    });
  }

  it("resolve all together, with every module read on 18.0 and a licence that lets it", () => {
    const image = imageModules(bundles, tables.modules);
    assert.ok(image.length > 200);
    for (const name of image) {
      const module = tables.modules.get(name) ?? assert.fail(name);
      assert.ok(module.evidence === "package" || module.evidence === "tree", name);
      // This repository's are as its commit has them.
      const isPinned = module.package !== undefined || module.commit !== undefined || module.origin === "platform";
      assert.ok(isPinned, `${name} has no pin`);
      assert.ok(module.licence !== undefined && !isRefusedLicence(module.licence), name);
    }
  });

  it("have something to look for after an upgrade in every tenant", () => {
    const stack = {
      environment: "sandbox",
      cell: "main",
      baseDomain: "odoo.example",
      release: "18.0-2026.11",
    } as const;
    for (const spec of selectTenants(projectFiles, stack)) {
      const names = (wanted: SmokeKind) =>
        smokeOf(spec, bundles).flatMap(({ kind, name }) => (kind === wanted ? [name] : []));
      assert.ok(names("menu").length > 5 && names("model").length > 5 && names("report").length > 0, spec.id);
      assert.ok([...names("menu"), ...names("report")].every((id) => /^[a-z0-9_]+\.[\w-]+$/.test(id)));
    }
  });

  it("look for nothing of modules that a tenant does not have", () => {
    const found = smokeOf({ bundles: ["finance-ppm"], modules: ["account"] }, bundles);
    assert.deepEqual(
      found.filter(({ kind }) => kind === "model").map(({ name }) => name),
      ["account.journal", "account.move", "account.move.line"],
    );
    assert.ok(found.every(({ bundles: from }) => from.join() === "finance-ppm"));
  });
});

describe("the catalog of modules", () => {
  const files = catalogFiles(projectFiles);

  for (const [file, text] of files) {
    it(`${file} is what the bundles and the index make (npx odoo-saas generate catalog)`, () =>
      assert.equal(textOf(file), text));
  }

  it("is as its schema says, and every module that a bundle names is in it", () => {
    const catalog = catalogSchema.parse(JSON.parse(files.get("modules/catalog.json") ?? ""));
    const names = new Set(catalog.modules.map(({ name }) => name));
    for (const bundle of catalog.bundles) {
      const all = [...bundle.installed, ...bundle.onRequest, ...bundle.features.flatMap(({ modules }) => modules)];
      for (const name of all) assert.ok(names.has(name), `${bundle.name}: ${name}`);
      assert.equal(
        Object.values(bundle.coverage).reduce((a, b) => a + b, 0),
        bundle.features.length,
      );
      assert.ok(bundle.cost !== undefined, bundle.name);
    }
  });

  it("has a row for each feature of Enterprise", () => {
    const page = files.get("docs/catalog.md") ?? "";
    const table = page.slice(page.indexOf("## Coverage"), page.indexOf("## Bundles"));
    const features = [...bundles.values()].flatMap(({ features }) => features);
    const rows = table.split("\n").filter((line) => line.startsWith("| ")).length - 2;
    assert.equal(rows, features.filter(({ enterprise }) => enterprise !== undefined).length);
  });
});
