import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse } from "yaml";
import {
  checkStackFiles,
  formatDiagnostics,
  loadProjectFiles,
  selectTenants,
  stackSettingsOf,
} from "../../config/index.ts";
import type { TenantSelection } from "../../config/index.ts";
import { jsonSchemas } from "../../config/jsonSchemas.ts";
import { bundledModules, modulesAlong } from "../../config/modules.ts";
import { nameCollisions } from "../../config/names.ts";
import { CORE_MODEL } from "../../config/select.ts";
import { solve } from "../../config/solver.ts";

const ROOT = join(import.meta.dirname, "../..");
const loaded = loadProjectFiles(ROOT);
const projectFiles = loaded.ok ? loaded.projectFiles : assert.fail(formatDiagnostics(loaded.diagnostics));

/** YAML files with a schema, and which. */
const FILES = [
  ...["tenants", "bundles", "releases"].flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith(".yaml"))
      .map((name) => ({ file: `${folder}/${name}`, schema: `${folder.slice(0, -1)}.schema.json`, up: "../" })),
  ),
  ...readdirSync(join(ROOT, "archive"))
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => ({ file: `archive/${name}`, schema: "archive.schema.json", up: "../" })),
  { file: "plans.yaml", schema: "plans.schema.json", up: "" },
  { file: "zones.yaml", schema: "zones.schema.json", up: "" },
];

/** Stacks that the tenants run in: the project's own, and the sandbox, which takes them all. */
const STACKS: readonly (readonly [name: string, stack: TenantSelection])[] = [
  ["sandbox", { environment: "sandbox", cell: "main", baseDomain: "odoo.example", release: newestRelease() }],
  ...[...stackSettingsOf(ROOT)].filter(([, { environment }]) => environment !== "sandbox"),
];

describe("the project's tenants and stacks", () => {
  it("have nothing wrong in the stacks' files", () => {
    assert.deepEqual(checkStackFiles(ROOT, projectFiles), []);
  });

  for (const [name, stack] of STACKS) {
    it(`have sign-on, what reports build on, and hosts of their own in ${name}`, () => {
      const specs = selectTenants(projectFiles, stack);
      for (const { id, modules, analytics } of specs) {
        assert.ok(modules.includes("auth_oidc"), id);
        assert.ok(analytics.models.includes(CORE_MODEL), id);
      }
      const hosts = specs.flatMap(({ hosts: { platform, custom } }) => [platform, ...custom]);
      assert.equal(new Set(hosts).size, hosts.length, hosts.join(" "));
    });
  }

  it("share no name of a database, a schema or a role", () => {
    assert.deepEqual(nameCollisions([...projectFiles.tenants.keys()]), []);
  });
});

describe("bundles", () => {
  it("have no module without a repository of its origin", () => {
    for (const { name, modules } of projectFiles.bundles.values()) {
      for (const [module, { origin, repository, version }] of Object.entries(modules)) {
        const where = `${name}: ${module}`;
        assert.equal(origin === "ce", repository === "odoo/odoo", where);
        assert.equal(origin === "ipai", module.startsWith("ipai_"), where);
        assert.equal(origin === "platform", repository === undefined, where);
        if (origin !== "ce") assert.match(version, /^18\.0\.\d+\.\d+\.\d+(?:\.\d+)?$/, where);
      }
    }
  });

  it("install nothing that a second module of the same kind would fight with", () => {
    // Sessions, sign-on and attachment stores are one of several: a tenant chooses.
    const alternatives = [
      "session_db",
      "session_redis",
      "auth_saml",
      "fs_attachment",
      "cloud_storage_azure",
      "cloud_storage_google",
    ];
    const platform = projectFiles.bundles.get("platform") ?? assert.fail();
    for (const module of alternatives) assert.equal(platform.modules[module]?.install, "on-request", module);
  });

  it("have the tables that their reports read", () => {
    // Tables of finance_ppm/v1, by the module that makes them.
    const { order } = solve(
      bundledModules(["finance-ppm"], projectFiles.bundles).keys(),
      projectFiles.tables.modules,
      [],
    );
    for (const module of ["project", "hr_timesheet", "analytic", "account_budget_oca"]) {
      assert.ok(order.includes(module), module);
    }
    assert.deepEqual(projectFiles.bundles.get("finance-ppm")?.reporting, ["finance_ppm/v1"]);
    // Those of scout/v1, also where a tenant leaves out whatever it may.
    const always = Object.entries(projectFiles.bundles.get("retail-scout")?.modules ?? {}).flatMap(
      ([name, { install }]) => (install === "always" ? [name] : []),
    );
    const retail = solve(always, projectFiles.tables.modules, []).order;
    const along = modulesAlong(projectFiles.bundles, projectFiles.tables)(retail, new Set());
    for (const module of ["point_of_sale", "stock_account", "sale", "sale_stock"]) {
      assert.ok([...retail, ...along].includes(module), module);
    }
    assert.deepEqual(projectFiles.bundles.get("retail-scout")?.reporting, ["scout/v1"]);
  });

  it("cover every feature that they say they do", () => {
    for (const { features } of projectFiles.bundles.values()) {
      assert.ok(features.length > 10);
      assert.equal(new Set(features.map(({ name }) => name)).size, features.length, "a feature is there twice");
    }
  });
});

describe("releases", () => {
  it("were tested with the chart that is here", () => {
    const chart = parse(readFileSync(join(ROOT, "charts/odoo/Chart.yaml"), "utf8")) as unknown;
    assert.ok(typeof chart === "object" && chart !== null && "version" in chart);
    const versions = [...projectFiles.releases.values()].map(({ chartVersion }) => chartVersion);
    assert.ok(versions.includes(String(chart.version)), `no release for chart ${String(chart.version)}`);
  });
});

describe("JSON Schemas", () => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  const validators = new Map([...jsonSchemas()].map(([name, text]) => [name, ajv.compile(JSON.parse(text) as object)]));

  for (const [name, text] of jsonSchemas()) {
    it(`${name} is what the schemas make (npx odoo-saas generate schemas)`, () => {
      assert.equal(readFileSync(join(ROOT, "schemas", name), "utf8"), text);
    });
  }

  for (const { file, schema, up } of FILES) {
    it(`${file} names its schema and is valid by it`, () => {
      const text = readFileSync(join(ROOT, file), "utf8");
      const comments = text.split("\n").filter((line) => line.startsWith("#"));
      const modeline = `# yaml-language-server: $schema=${up}schemas/${schema}`;
      assert.ok(comments.includes(modeline), `${file} lacks the line that editors find its schema by: ${modeline}`);
      const validate = validators.get(schema) ?? assert.fail();
      assert.ok(validate(parse(text)), ajv.errorsText(validate.errors));
    });
  }

  it("refuse unknown keys and ask for nothing that has a default", () => {
    const validate = validators.get("tenant.schema.json") ?? assert.fail();
    const smallest = {
      displayName: "X",
      owner: { team: "a", email: "a@x.example" },
      bundles: ["sales"],
      environments: { prod: {} },
    };
    assert.ok(validate(smallest), ajv.errorsText(validate.errors));
    assert.ok(!validate({ ...smallest, colour: "red" }));
  });

  it("ask for a hold exactly where a tenant ends", () => {
    const validate = validators.get("tenant.schema.json") ?? assert.fail();
    const tenant = {
      displayName: "X",
      owner: { team: "a", email: "a@x.example" },
      bundles: ["sales"],
      environments: { prod: {} },
    };
    const decommission = { holdUntil: "2027-02-28" };
    assert.ok(validate({ ...tenant, lifecycle: "decommissioning", decommission }), ajv.errorsText(validate.errors));
    assert.ok(!validate({ ...tenant, lifecycle: "decommissioning" }));
    assert.ok(!validate({ ...tenant, lifecycle: "paused", decommission }));
    assert.ok(!validate({ ...tenant, decommission }));
  });
});

function newestRelease(): string {
  return [...projectFiles.releases.keys()].at(-1) ?? assert.fail("releases/ is empty");
}
