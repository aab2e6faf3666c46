CREATE VIEW reporting.project_financials AS
WITH booked AS (
  SELECT
    p.project_id,
    l.currency,
    0::numeric AS budget_revenue,
    0::numeric AS budget_cost,
    CASE WHEN l.kind = 'revenue' THEN l.amount ELSE 0 END AS actual_revenue,
    CASE WHEN l.kind = 'cost' THEN -l.amount ELSE 0 END AS actual_cost,
    0::numeric AS labour_cost,
    0::double precision AS labour_hours
  FROM reporting.projects p
    JOIN reporting.analytic_lines l ON l.analytic_account_id = p.analytic_account_id
  UNION ALL
  SELECT l.project_id, currency.name, 0, 0, 0, -l.amount, -l.amount, l.unit_amount
  FROM public.account_analytic_line l
    JOIN public.res_company company ON company.id = l.company_id
    JOIN public.res_currency currency ON currency.id = company.currency_id
  WHERE l.project_id IS NOT NULL
  UNION ALL
  SELECT
    p.project_id,
    l.currency,
    CASE WHEN l.kind = 'revenue' THEN l.planned_amount ELSE 0 END,
    CASE WHEN l.kind = 'cost' THEN -l.planned_amount ELSE 0 END,
    0, 0, 0, 0
  FROM reporting.projects p
    JOIN reporting.budget_lines l ON l.analytic_account_id = p.analytic_account_id
  -- What is only planned to be a budget is none.
  WHERE l.state IN ('validate', 'done')
  UNION ALL
  -- A project that nothing was booked on yet has its row, in its company's currency (the first company's when shared).
  SELECT p.project_id, currency.name, 0, 0, 0, 0, 0, 0
  FROM reporting.projects p
    JOIN public.res_company company ON company.id = coalesce(p.company_id, (SELECT min(id) FROM public.res_company))
    JOIN public.res_currency currency ON currency.id = company.currency_id
), totals AS (
  SELECT
    project_id,
    currency,
    sum(budget_revenue) AS budget_revenue,
    sum(budget_cost) AS budget_cost,
    sum(actual_revenue) AS actual_revenue,
    sum(actual_cost) AS actual_cost,
    sum(labour_cost) AS labour_cost,
    sum(labour_hours) AS labour_hours
  FROM booked
  GROUP BY project_id, currency
)
SELECT
  t.project_id,
  t.currency,
  p.project,
  p.active,
  p.company_id,
  p.status,
  t.budget_revenue,
  t.budget_cost,
  t.actual_revenue,
  t.actual_cost,
  t.labour_cost,
  t.labour_hours,
  p.allocated_hours,
  t.actual_revenue - t.budget_revenue AS revenue_variance,
  t.budget_cost - t.actual_cost AS cost_variance,
  t.actual_revenue - t.actual_cost AS margin,
  round(t.actual_cost / nullif(t.budget_cost, 0), 4) AS cost_used
FROM totals t
  JOIN reporting.projects p ON p.project_id = t.project_id;
COMMENT ON VIEW reporting.project_financials IS
  'Budget against actual; a row a project and currency. Projects that share an analytic account each show the account''s whole figures';
COMMENT ON COLUMN reporting.project_financials.actual_cost IS 'Positive; timesheets included (labour_cost is their part)';
COMMENT ON COLUMN reporting.project_financials.cost_variance IS 'Budget less actual: negative is overspent';
COMMENT ON COLUMN reporting.project_financials.cost_used IS 'Share of the cost budget that is spent, 1 = all; null without a budget';
