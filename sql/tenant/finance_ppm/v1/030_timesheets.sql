CREATE VIEW reporting.timesheets AS
SELECT
  l.id AS line_id,
  l.date AS worked_on,
  l.project_id,
  l.task_id,
  employee.name AS employee,
  coalesce(to_jsonb(department.name) ->> 'en_US', to_jsonb(department.name) #>> '{}') AS department,
  l.unit_amount AS hours,
  l.company_id,
  l.write_date AT TIME ZONE 'UTC' AS updated_at
FROM public.account_analytic_line l
  LEFT JOIN public.hr_employee employee ON employee.id = l.employee_id
  LEFT JOIN public.hr_department department ON department.id = l.department_id
-- An analytic line with a project is a timesheet: hr_timesheet's own rule.
WHERE l.project_id IS NOT NULL;
COMMENT ON VIEW reporting.timesheets IS
  'Hours worked; a row a timesheet line. Without its cost: divided by the hours that would tell what a person earns';
