import assert from "node:assert/strict";
import type pg from "pg";
import { availableModels, viewNames } from "../../lib/sqlFiles.ts";
import { seedOdoo } from "../../sandbox/seed/index.ts";
import { makeSmallTenant } from "../support/smallTenant.ts";
import { SqlFixture } from "../support/sqlFixture.ts";

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
      await makeSmallTenant(fixture);
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
