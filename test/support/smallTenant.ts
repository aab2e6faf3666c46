import { seedOdoo } from "../../sandbox/seed/index.ts";
import { FINANCE_MODULES } from "./sqlFixture.ts";
import type { SqlFixture } from "./sqlFixture.ts";

/** Makes tenant `small`: one project, told in numbers that can be added up by hand. */
export async function makeSmallTenant(fixture: SqlFixture): Promise<void> {
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
}
