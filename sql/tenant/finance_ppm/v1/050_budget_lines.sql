CREATE VIEW reporting.budget_lines AS
SELECT
  l.id AS budget_line_id,
  b.id AS budget_id,
  b.name AS budget,
  b.state,
  position.name AS position,
  CASE WHEN coalesce(ledger.is_income, l.planned_amount > 0) THEN 'revenue' ELSE 'cost' END AS kind,
  l.analytic_account_id,
  coalesce(to_jsonb(account.name) ->> 'en_US', to_jsonb(account.name) #>> '{}') AS analytic_account,
  l.date_from AS starts_on,
  l.date_to AS ends_on,
  l.planned_amount,
  actual.amount AS actual_amount,
  currency.name AS currency,
  b.company_id,
  l.write_date AT TIME ZONE 'UTC' AS updated_at
FROM public.crossovered_budget_lines l
  JOIN public.crossovered_budget b ON b.id = l.crossovered_budget_id
  JOIN public.res_company company ON company.id = b.company_id
  JOIN public.res_currency currency ON currency.id = company.currency_id
  JOIN public.account_budget_post position ON position.id = l.general_budget_id
  LEFT JOIN public.account_analytic_account account ON account.id = l.analytic_account_id
  LEFT JOIN (
    SELECT rel.budget_id, bool_and(a.account_type LIKE 'income%') AS is_income
    FROM public.account_budget_rel rel
      JOIN public.account_account a ON a.id = rel.account_id
    GROUP BY rel.budget_id
  ) ledger ON ledger.budget_id = position.id
  -- account_budget_oca's practical amount, which it computes and does not store.
  LEFT JOIN LATERAL (
    SELECT coalesce(sum(line.amount), 0) AS amount
    FROM public.account_analytic_line line
      JOIN public.account_budget_rel rel ON rel.account_id = line.general_account_id
    WHERE line.account_id = l.analytic_account_id
      AND rel.budget_id = position.id
      AND line.date BETWEEN l.date_from AND l.date_to
  ) actual ON l.analytic_account_id IS NOT NULL;
COMMENT ON VIEW reporting.budget_lines IS 'Budget lines of account_budget_oca; a row a line, planned revenue positive, planned cost negative';
COMMENT ON COLUMN reporting.budget_lines.actual_amount IS 'Null where the line is not bound to an analytic account';
