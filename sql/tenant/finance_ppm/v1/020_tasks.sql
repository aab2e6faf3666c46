CREATE VIEW reporting.tasks AS
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
  t.date_end AT TIME ZONE 'UTC' AS closed_at,
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
WHERE t.project_id IS NOT NULL AND t.active;
COMMENT ON VIEW reporting.tasks IS 'Tasks of projects, archived and private ones left out; a row a task';
COMMENT ON COLUMN reporting.tasks.spent_hours IS 'Hours of the task''s own timesheets, without its sub-tasks';
