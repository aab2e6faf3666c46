CREATE VIEW reporting.portfolio AS
SELECT
  -- 0: projects that all companies share.
  coalesce(f.company_id, 0) AS company_id,
  f.currency,
  count(*)::integer AS projects,
  count(*) FILTER (WHERE f.status = 'on_track')::integer AS on_track,
  count(*) FILTER (WHERE f.status = 'at_risk')::integer AS at_risk,
  count(*) FILTER (WHERE f.status = 'off_track')::integer AS off_track,
  count(*) FILTER (WHERE f.status <> 'done' AND p.ends_on < current_date)::integer AS overdue,
  count(*) FILTER (WHERE f.cost_used > 1)::integer AS over_budget,
  coalesce(sum(tasks.open), 0)::integer AS open_tasks,
  coalesce(sum(tasks.overdue), 0)::integer AS overdue_tasks,
  sum(f.budget_revenue) AS budget_revenue,
  sum(f.budget_cost) AS budget_cost,
  sum(f.actual_revenue) AS actual_revenue,
  sum(f.actual_cost) AS actual_cost,
  sum(f.labour_hours) AS labour_hours
FROM reporting.project_financials f
  JOIN reporting.projects p ON p.project_id = f.project_id
  LEFT JOIN (
    SELECT
      project_id,
      count(*) FILTER (WHERE NOT is_closed) AS open,
      count(*) FILTER (WHERE NOT is_closed AND deadline_at < now()) AS overdue
    FROM reporting.tasks
    GROUP BY project_id
  ) tasks ON tasks.project_id = f.project_id
WHERE f.active
GROUP BY coalesce(f.company_id, 0), f.currency;
COMMENT ON VIEW reporting.portfolio IS 'Active projects at a glance; a row a company and currency';
