-- Leaves out what is not a project of the business: the template of other projects, and each company's internal project
-- (trainings, meetings, time off), which hr_timesheet makes. The columns are those of 010_projects.sql.
CREATE OR REPLACE VIEW reporting.projects AS
SELECT
  p.id AS project_id,
  -- Odoo keeps the source text of a translated field under en_US, whatever the users' languages.
  p.name ->> 'en_US' AS project,
  p.active,
  p.company_id,
  customer.name AS customer,
  manager_partner.name AS manager,
  stage.name ->> 'en_US' AS stage,
  p.last_update_status AS status,
  p.date_start AS starts_on,
  p.date AS ends_on,
  coalesce(p.allocated_hours, 0) AS allocated_hours,
  p.account_id AS analytic_account_id,
  -- Translated or not depends on the version of the module: both shapes are read.
  coalesce(to_jsonb(account.name) ->> 'en_US', to_jsonb(account.name) #>> '{}') AS analytic_account,
  coalesce(milestones.total, 0)::integer AS milestones,
  coalesce(milestones.reached, 0)::integer AS milestones_reached,
  milestones.next_deadline AS next_milestone_on,
  p.write_date AT TIME ZONE 'UTC' AS updated_at
FROM public.project_project p
  LEFT JOIN public.res_partner customer ON customer.id = p.partner_id
  LEFT JOIN public.res_users manager ON manager.id = p.user_id
  LEFT JOIN public.res_partner manager_partner ON manager_partner.id = manager.partner_id
  LEFT JOIN public.project_project_stage stage ON stage.id = p.stage_id
  LEFT JOIN public.account_analytic_account account ON account.id = p.account_id
  LEFT JOIN (
    SELECT
      project_id,
      count(*) AS total,
      count(*) FILTER (WHERE is_reached) AS reached,
      min(deadline) FILTER (WHERE is_reached IS NOT TRUE) AS next_deadline
    FROM public.project_milestone
    GROUP BY project_id
  ) milestones ON milestones.project_id = p.id
WHERE NOT EXISTS (SELECT FROM public.res_company company WHERE company.internal_project_id = p.id)
  -- OCA's project_template brings the column; a view that named it would need the module.
  AND (to_jsonb(p) -> 'is_template') IS DISTINCT FROM 'true'::jsonb;
COMMENT ON VIEW reporting.projects IS 'Projects, without templates and internal projects; a row a project';
