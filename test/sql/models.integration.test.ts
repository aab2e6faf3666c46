import assert from "node:assert/strict";
import type pg from "pg";
import { availableModels, viewNames } from "../../lib/sqlFiles.ts";
import { seedOdoo } from "../../sandbox/seed/index.ts";
import { FINANCE_MODULES, SqlFixture } from "../support/sqlFixture.ts";

describe("reporting models", function () {
  this.timeout(120_000);
  let fixture: SqlFixture;

  before(async () => {
    fixture = await SqlFixture.start();
    await fixture.makeTenant("acme");
  });
  after(() => fixture.stop());

  it("are core/v1, finance_ppm/v1 and scout/v1, with nineteen views", () => {
    assert.deepEqual(availableModels(), ["core/v1", "finance_ppm/v1", "scout/v1"]);
    assert.equal(viewNames(availableModels()).length, 19);
  });

  it("have the same columns on both sides", async () => {
    const columns = (schema: string) => async (client: pg.Client) => {
      const { rows } = await client.query<{ name: string; kind: string }>(
        `SELECT table_name || '.' || column_name AS name, data_type AS kind FROM information_schema.columns
         WHERE table_schema = $1 AND table_name <> 'sync_status' ORDER BY 1`,
        [schema],
      );
      return rows.map(({ name, kind }) => `${name} ${kind === "character varying" ? "text" : kind}`);
    };
    const ofTenant = await fixture.asOwner("acme", columns("reporting"));
    const ofAnalytics = await fixture.asReader("acme", columns("tenant_acme"));
    assert.ok(ofTenant.length > 80);
    assert.deepEqual(ofAnalytics, ofTenant);
  });

  it("leave out what says who a person is or what they earn", async () => {
    await fixture.asOwner("acme", async (client) => {
      const { rows } = await client.query<{ name: string }>(
        "SELECT table_name || '.' || column_name AS name FROM information_schema.columns WHERE table_schema = 'reporting'",
      );
      const names = rows.map(({ name }) => name);
      for (const name of ["users.login", "users.email", "users.password", "timesheets.cost", "timesheets.amount"]) {
        assert.ok(!names.includes(name), name);
      }
      const { rows: shared } = await client.query(
        "SELECT FROM reporting.analytic_lines JOIN reporting.timesheets USING (line_id)",
      );
      assert.equal(shared.length, 0);
    });
  });

  it("contradict themselves nowhere: only closed tasks have been closed, and none is of a template or an internal project", async () => {
    await fixture.asOwner("acme", async (client) => {
      const { rows } = await client.query<{ task: string }>(
        "SELECT task FROM reporting.tasks WHERE is_closed IS DISTINCT FROM (closed_at IS NOT NULL)",
      );
      assert.deepEqual(rows, []);
      const special = ["Done, left in an open stage", "In progress, in a folded stage", "Sub-task"];
      const { rows: found } = await client.query<{ task: string }>(
        `SELECT task FROM reporting.tasks t JOIN reporting.projects USING (project_id)
         WHERE task IN ('Training', 'Step of the template', 'Archived', 'Private to-do') OR task = ANY($1) ORDER BY task_id`,
        [special],
      );
      assert.deepEqual(
        found.map(({ task }) => task),
        special,
      );
      const { rows: financials } = await client.query(
        "SELECT FROM reporting.project_financials WHERE project IN ('Internal', 'New client (TEMPLATE)')",
      );
      assert.deepEqual(financials, []);
      const { rows: hours } = await client.query("SELECT is_internal FROM reporting.timesheets GROUP BY 1 ORDER BY 1");
      assert.deepEqual(hours, [{ is_internal: false }, { is_internal: true }]);
    });
  });

  it("can be a tenant's without the finance tables when it has core/v1 alone", async () => {
    await fixture.makeDatabase("crm-only");
    await fixture.asOwner("crm-only", (client) => seedOdoo(client, { tenant: "crm-only", modules: ["crm"] }));
    const models = ["core/v1"];
    await fixture.create("ReportingViews", "crm-only", fixture.inputs("ReportingViews", "crm-only", models));
    await fixture.create("AnalyticsSchema", "crm-only", fixture.inputs("AnalyticsSchema", "crm-only", models));
    await fixture.asReader("crm-only", async (client) => {
      // Besides what Odoo installs by itself.
      const { rows } = await client.query(
        "SELECT module FROM tenant_crm_only.installed_modules WHERE module IN ('base', 'crm', 'project') ORDER BY 1",
      );
      assert.deepEqual(rows, [{ module: "base" }, { module: "crm" }]);
    });
  });

  describe("finance_ppm/v1", () => {
    // One project, told in numbers that can be added up by hand.
    before(async () => {
      await fixture.makeDatabase("small");
      await fixture.asOwner("small", async (client) => {
        await seedOdoo(client, { tenant: "small", modules: FINANCE_MODULES, rows: 1 });
        await client.query(`
          TRUNCATE account_analytic_line, crossovered_budget_lines, project_task, project_milestone CASCADE;
          DELETE FROM project_project WHERE id > 1;
          UPDATE project_project SET date = '2020-01-31', last_update_status = 'at_risk', active = true, allocated_hours = 100;
          UPDATE res_currency SET name = 'EUR';
          -- As where the field is not translated.
          ALTER TABLE account_analytic_account ALTER name TYPE varchar USING name ->> 'en_US';
          INSERT INTO crossovered_budget_lines
            (crossovered_budget_id, analytic_account_id, general_budget_id, date_from, date_to, planned_amount) VALUES
            (1, 1, 1, '2026-01-01', '2026-12-31', 10000),  -- fees, validated
            (1, 1, 2, '2026-01-01', '2026-12-31', -6000),  -- external cost, validated
            (2, 1, 2, '2026-01-01', '2026-12-31', -9999);  -- a draft
          INSERT INTO account_analytic_line
            (name, date, amount, unit_amount, account_id, company_id, general_account_id, project_id, employee_id) VALUES
            ('Invoice',      '2026-02-01',  4000, 0, 1, 1, 1, null, null),
            ('Credit note',  '2026-02-02',  -500, 0, 1, 1, 1, null, null),
            ('Bill',         '2026-02-03', -3000, 0, 1, 1, 2, null, null),
            ('Bill, 2025',   '2025-12-31',  -100, 0, 1, 1, 2, null, null),
            ('Refund',       '2026-02-04',   250, 0, 1, 1, 2, null, null),
            ('By hand',      '2026-02-05',   -40, 0, 1, 1, null, null, null),
            ('Work',         '2026-02-06',  -600, 8, 1, 1, null, 1, 1),
            ('Other account','2026-02-07', -7777, 0, 2, 1, 2, null, null);
          -- The company's own project, which hr_timesheet makes; and no template: project_template is not installed.
          INSERT INTO project_project (id, name, active, company_id, account_id, last_update_status, privacy_visibility)
            VALUES (90, '{"en_US": "Internal"}', true, 1, 1, 'at_risk', 'employees');
          UPDATE res_company SET internal_project_id = 90;
          ALTER TABLE project_project DROP COLUMN is_template;
          INSERT INTO account_analytic_line
            (name, date, amount, unit_amount, account_id, company_id, general_account_id, project_id, employee_id) VALUES
            ('Training', '2026-02-06', -75, 1, null, 1, null, 90, 1);
          -- Stage 2 is open and 3 is folded.
          INSERT INTO project_task
            (name, active, state, project_id, date_deadline, stage_id, date_end, date_last_stage_update, create_date) VALUES
            ('Open, late', true, '01_in_progress', 1, '2020-01-01', 2, null, '2026-01-02', '2026-01-01'),
            ('Open, soon', true, '03_approved', 1, '2999-01-01', 2, null, '2026-01-02', '2026-01-01'),
            ('Open, folded', true, '01_in_progress', 1, '2999-01-01', 3, '2026-01-03', '2026-01-03', '2026-01-01'),
            ('Done, late', true, '1_done', 1, '2020-01-01', 3, '2026-01-04', '2026-01-05', '2026-01-01'),
            ('Done, not folded', true, '1_done', 1, '2020-01-01', 2, null, '2026-01-06', '2026-01-01'),
            ('Cancelled', true, '1_canceled', 1, '2020-01-01', null, null, null, '2026-01-07'),
            ('Archived', false, '01_in_progress', 1, '2020-01-01', 2, null, '2026-01-02', '2026-01-01'),
            ('Meeting', true, '01_in_progress', 90, '2020-01-01', 2, null, '2026-01-02', '2026-01-01'),
            ('Private', true, '01_in_progress', null, '2020-01-01', null, null, '2026-01-02', '2026-01-01');
          INSERT INTO project_task (name, active, state, project_id, parent_id, date_deadline)
            SELECT 'Sub-task', true, '1_done', 1, id, '2020-01-01' FROM project_task WHERE name = 'Open, late';
          INSERT INTO project_milestone (name, project_id, deadline, is_reached) VALUES
            ('First', 1, '2026-01-01', true), ('Second', 1, '2026-06-01', false), ('Third', 1, '2026-09-01', null)`);
      });
      await fixture.create("ReportingViews", "small");
      await fixture.create("AnalyticsSchema", "small");
    });

    it("sets budget against actual: refunds lower cost, credit notes lower revenue, drafts do not count", async () => {
      await fixture.asReader("small", async (client) => {
        const { rows } = await client.query("SELECT * FROM tenant_small.project_financials");
        assert.equal(rows.length, 1);
        const row = rows[0] as Record<string, unknown>;
        const numbers = Object.fromEntries(
          Object.entries(row).map(([key, value]) => [key, typeof value === "string" ? Number(value) : value]),
        );
        assert.equal(row["currency"], "EUR");
        assert.equal(numbers["budget_revenue"], 10000);
        assert.equal(numbers["budget_cost"], 6000);
        assert.equal(numbers["actual_revenue"], 4000 - 500);
        assert.equal(numbers["actual_cost"], 3000 + 100 - 250 + 40 + 600);
        assert.equal(numbers["labour_cost"], 600);
        assert.equal(numbers["labour_hours"], 8);
        assert.equal(numbers["cost_variance"], 6000 - 3490);
        assert.equal(numbers["revenue_variance"], 3500 - 10000);
        assert.equal(numbers["margin"], 3500 - 3490);
        assert.equal(numbers["cost_used"], 0.5817);
      });
    });

    it("computes a budget line's actual amount as account_budget_oca does: by account and period", async () => {
      await fixture.asReader("small", async (client) => {
        const { rows } = await client.query(
          "SELECT state, kind, planned_amount::integer AS planned, actual_amount::integer AS actual FROM tenant_small.budget_lines ORDER BY 1 DESC, 2",
        );
        assert.deepEqual(rows, [
          { state: "validate", kind: "cost", planned: -6000, actual: -2750 },
          { state: "validate", kind: "revenue", planned: 10000, actual: 3500 },
          { state: "draft", kind: "cost", planned: -9999, actual: -2750 },
        ]);
      });
    });

    it("closes a task by its state alone, and tells when; archived, private and internal ones are left out", async () => {
      await fixture.asReader("small", async (client) => {
        const { rows } = await client.query(
          "SELECT task, is_closed, (closed_at AT TIME ZONE 'UTC')::date::text AS closed FROM tenant_small.tasks WHERE parent_task_id IS NULL ORDER BY 1",
        );
        assert.deepEqual(rows, [
          { task: "Cancelled", is_closed: true, closed: "2026-01-07" },
          { task: "Done, late", is_closed: true, closed: "2026-01-04" },
          { task: "Done, not folded", is_closed: true, closed: "2026-01-06" },
          { task: "Open, folded", is_closed: false, closed: null },
          { task: "Open, late", is_closed: false, closed: null },
          { task: "Open, soon", is_closed: false, closed: null },
        ]);
        const { rows: children } = await client.query(
          "SELECT FROM tenant_small.tasks WHERE parent_task_id IS NOT NULL",
        );
        assert.equal(children.length, 1);
      });
    });

    it("leaves out the internal project, but not the hours on it", async () => {
      await fixture.asReader("small", async (client) => {
        const { rows } = await client.query("SELECT project_id FROM tenant_small.projects");
        assert.deepEqual(rows, [{ project_id: 1 }]);
        const { rows: hours } = await client.query(
          "SELECT project_id, hours, is_internal FROM tenant_small.timesheets ORDER BY 1",
        );
        assert.deepEqual(hours, [
          { project_id: 1, hours: 8, is_internal: false },
          { project_id: 90, hours: 1, is_internal: true },
        ]);
      });
    });

    it("sums the portfolio and counts what is late", async () => {
      await fixture.asReader("small", async (client) => {
        const { rows } = await client.query(
          "SELECT projects, on_track, at_risk, overdue, over_budget, open_tasks, overdue_tasks FROM tenant_small.portfolio",
        );
        assert.deepEqual(rows, [
          { projects: 1, on_track: 0, at_risk: 1, overdue: 1, over_budget: 0, open_tasks: 3, overdue_tasks: 1 },
        ]);
        const { rows: projects } = await client.query(
          "SELECT analytic_account, milestones, milestones_reached, next_milestone_on::text FROM tenant_small.projects",
        );
        assert.deepEqual(projects, [
          { analytic_account: "Brand relaunch", milestones: 3, milestones_reached: 1, next_milestone_on: "2026-06-01" },
        ]);
      });
    });
  });
});
