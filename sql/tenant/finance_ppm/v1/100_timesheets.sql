-- Hours on internal projects and templates were worked too, and utilisation needs them: a column tells them apart.
CREATE OR REPLACE VIEW reporting.timesheets AS
SELECT
  l.id AS line_id,
  l.date AS worked_on,
  l.project_id,
  l.task_id,
  employee.name AS employee,
  coalesce(to_jsonb(department.name) ->> 'en_US', to_jsonb(department.name) #>> '{}') AS department,
  l.unit_amount AS hours,
  l.company_id,
  l.write_date AT TIME ZONE 'UTC' AS updated_at,
  l.project_id NOT IN (SELECT project_id FROM reporting.projects) AS is_internal
FROM public.account_analytic_line l
  LEFT JOIN public.hr_employee employee ON employee.id = l.employee_id
  LEFT JOIN public.hr_department department ON department.id = l.department_id
-- An analytic line with a project is a timesheet: hr_timesheet's own rule.
WHERE l.project_id IS NOT NULL;
COMMENT ON COLUMN reporting.timesheets.is_internal IS
  'Worked on an internal project or a template, which reporting.projects leaves out';
