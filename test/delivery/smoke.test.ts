import { KubeConfig } from "@kubernetes/client-node";
import assert from "node:assert/strict";
import { join } from "node:path";
import { formatDiagnostics, loadProjectFiles, selectTenants, smokeOf } from "../../config/index.ts";
import { stackSchema } from "../../config/schemas/stack.ts";
import type { TenantAccess } from "../../features/delivery/smoke/access.ts";
import { knownModules, modulesAlong } from "../../config/modules.ts";
import type { Check } from "../../features/delivery/smoke/check.ts";
import { modulesCheck } from "../../features/delivery/smoke/modules.ts";
import { objectsCheck } from "../../features/delivery/smoke/objects.ts";
import { seedOdoo } from "../../sandbox/seed/index.ts";
import { companyProjectFiles } from "../support/company.ts";
import { startThrowAwayPostgres } from "../support/postgres.ts";
import type { ThrowAwayPostgres } from "../support/postgres.ts";
import { validStack } from "../support/stackValues.ts";

const loaded = loadProjectFiles(join(import.meta.dirname, "../.."));
const { bundles, tables, ...projectFiles } = loaded.ok
  ? loaded.projectFiles
  : assert.fail(formatDiagnostics(loaded.diagnostics));
// The project's bundles, with a tenant each that stays the same.
const { tenants } = companyProjectFiles();
const settings = stackSchema.parse({
  ...validStack(),
  environment: "sandbox",
  tenantsDatabase: { host: "127.0.0.1", sslmode: "disable", cidrs: ["127.0.0.1/32"] },
});
const specs = selectTenants({ ...projectFiles, bundles, tables, tenants }, settings);
const along = modulesAlong(bundles, tables);
const known = knownModules(bundles);

describe("the smoke tests of what is installed", function () {
  this.timeout(120_000);
  let server: ThrowAwayPostgres;
  before(async () => {
    server = await startThrowAwayPostgres("smoke");
    for (const { id, modules } of specs) {
      await server.connect((client) => client.query(`CREATE DATABASE "${id}"`));
      await server.connect((client) => seedOdoo(client, { tenant: id, modules }), { database: id });
    }
  });
  after(() => server.stop());

  /** What a check says of a tenant. */
  async function check(id: string, of: Check = objectsCheck): Promise<string> {
    const spec = specs.find((each) => each.id === id) ?? assert.fail(id);
    const login = { host: "127.0.0.1", port: server.port, password: server.superuserPassword };
    const own: TenantAccess = {
      lifecycle: "active",
      namespace: "",
      hosts: [spec.hosts.platform],
      database: { ...login, name: id, role: "postgres" },
      realm: { issuer: "", clientId: "", clientSecret: "" },
      analytics: { ...login, name: "", schema: "", role: "" },
    };
    const access = { settings, keycloakClientSecret: "", kubeConfig: new KubeConfig(), tenants: new Map([[id, own]]) };
    return await of({ spec, own, access, bundles, along });
  }

  const inDatabase = (id: string, sql: string) =>
    server.connect(async (client) => assert.ok(((await client.query(sql)).rowCount ?? 0) > 0, sql), { database: id });

  it("allows what Odoo installs by itself, which other bundles describe too", async () => {
    const described = new Map(specs.map(({ id, modules }) => [id, along(modules).filter((name) => known.has(name))]));
    assert.deepEqual(Object.fromEntries(described), {
      "tbwa-crm": [],
      "tbwa-finance": ["hr_org_chart", "hr_skills"],
      "tbwa-hr": ["sale_pdf_quote_builder"],
      "tbwa-scout": ["hr_org_chart", "hr_skills", "sale_loyalty", "sale_pdf_quote_builder"],
    });
    for (const { id, modules } of specs) {
      const expected = `${modules.length} modules of the bundles are installed, ${along(modules).length} that came along, and no other bundle's`;
      assert.equal(await check(id, modulesCheck), expected);
    }
  });

  it("allows the module of a country that a company has moved to", async () => {
    await inDatabase("tbwa-hr", "INSERT INTO ir_module_module (name, state) VALUES ('l10n_ph', 'installed')");
    assert.match(await check("tbwa-hr", modulesCheck), /are installed/);
  });

  it("refuses another bundle's module, and a tenant without one of its own", async () => {
    const id = "tbwa-hr";
    await inDatabase(id, "INSERT INTO ir_module_module (name, state) VALUES ('crm_lead_code', 'installed')");
    await assert.rejects(check(id, modulesCheck), {
      message:
        "installed, and neither in the tenant's bundles nor what Odoo installs by itself beside them: crm_lead_code",
    });
    await inDatabase(id, "DELETE FROM ir_module_module WHERE name = 'crm_lead_code'");
    await inDatabase(id, "UPDATE ir_module_module SET state = 'to install' WHERE name = 'hr_expense'");
    await assert.rejects(check(id, modulesCheck), { message: "not installed: hr_expense" });
    await inDatabase(id, "UPDATE ir_module_module SET state = 'installed' WHERE name = 'hr_expense'");
  });

  it("passes for every tenant after an installation, and has looked for something of each bundle", async () => {
    assert.ok(specs.length > 3);
    for (const spec of specs) {
      assert.match(
        await check(spec.id),
        /^[1-9]\d* menus, [1-9]\d* models and [1-9]\d* reports of the bundles are there$/,
      );
      const asking = new Set(smokeOf(spec, bundles).flatMap(({ bundles: from }) => from));
      assert.deepEqual([...asking].sort(), ["platform", ...spec.bundles].sort());
    }
  });

  it("names each menu, model and report that is missing, with the bundle that promises it", async () => {
    const id = "tbwa-finance";
    await inDatabase(id, "DELETE FROM ir_model WHERE model = 'account.asset'");
    // The external id stays behind, as where somebody deletes a menu in Odoo's list of menus.
    await inDatabase(
      id,
      `DELETE FROM ir_ui_menu USING ir_model_data AS data
       WHERE data.res_id = ir_ui_menu.id AND data.model = 'ir.ui.menu' AND data.name = 'menu_finance'`,
    );
    await inDatabase(id, "DELETE FROM ir_model_data WHERE module = 'account' AND name = 'account_invoices'");
    // A module of the platform's.
    await inDatabase(id, "DELETE FROM ir_model WHERE model = 'queue.job'");
    await assert.rejects(check(id), {
      message:
        "not there: menu account.menu_finance (bundle finance-ppm), model account.asset (bundle finance-ppm), " +
        "model queue.job (bundle platform), report account.account_invoices (bundle finance-ppm)",
    });
  });

  it("does not take another record's number for a menu's", async () => {
    const id = "tbwa-hr";
    await inDatabase(id, "UPDATE ir_model_data SET model = 'ir.actions.act_window' WHERE name = 'menu_hr_root'");
    await assert.rejects(check(id), { message: "not there: menu hr.menu_hr_root (bundle hr-timesheets)" });
  });

  it("fails where Odoo was never installed", async () => {
    await server.connect((client) => client.query('ALTER DATABASE "tbwa-crm" RENAME TO installed'));
    await server.connect((client) => client.query('CREATE DATABASE "tbwa-crm"'));
    await assert.rejects(check("tbwa-crm"), /relation "public\.ir_model_data" does not exist/);
  });
});
