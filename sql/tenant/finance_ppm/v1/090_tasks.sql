-- A task's state alone says whether it is closed, as in Odoo. Its ending date does not: Odoo sets it when the task enters a
-- folded stage and clears it when the task leaves, whatever the state. The columns are those of 020_tasks.sql.
CREATE OR REPLACE VIEW reporting.tasks AS
SELECT
  t.id AS task_id,
  t.project_id,
  t.parent_id AS parent_task_id,
  t.name AS task,
  stage.name ->> 'en_US' AS stage,
  t.state,
  t.state IN ('1_done', '1_canceled') AS is_closed,
  t.priority = '1' AS is_priority,
  milestone.name AS milestone,
  coalesce(assignees.names, '{}') AS assignees,
  t.date_deadline AT TIME ZONE 'UTC' AS deadline_at,
  CASE
    WHEN t.state IN ('1_done', '1_canceled')
      -- Without a change of stage or state since its creation, the task was created closed.
      THEN coalesce(t.date_end, t.date_last_stage_update, t.create_date) AT TIME ZONE 'UTC'
  END AS closed_at,
  coalesce(t.allocated_hours, 0) AS allocated_hours,
  coalesce(t.effective_hours, 0) AS spent_hours,
  t.create_date AT TIME ZONE 'UTC' AS created_at,
  t.write_date AT TIME ZONE 'UTC' AS updated_at
FROM public.project_task t
  LEFT JOIN public.project_task_type stage ON stage.id = t.stage_id
  LEFT JOIN public.project_milestone milestone ON milestone.id = t.milestone_id
  LEFT JOIN (
    SELECT rel.task_id, array_agg(partner.name::text ORDER BY partner.name) AS names
    FROM public.project_task_user_rel rel
      JOIN public.res_users u ON u.id = rel.user_id
      JOIN public.res_partner partner ON partner.id = u.partner_id
    GROUP BY rel.task_id
  ) assignees ON assignees.task_id = t.id
-- A task without a project is somebody's private to-do.
WHERE t.active AND t.project_id IN (SELECT project_id FROM reporting.projects);
COMMENT ON VIEW reporting.tasks IS
  'Tasks of the projects in reporting.projects, sub-tasks included, archived and private ones left out; a row a task';
COMMENT ON COLUMN reporting.tasks.closed_at IS
  'Of closed tasks only: Odoo''s ending date, which it sets in folded stages; else when stage or state last changed';
