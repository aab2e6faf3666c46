CREATE VIEW reporting.analytic_lines AS
SELECT
  l.id AS line_id,
  l.date AS booked_on,
  l.name AS description,
  l.account_id AS analytic_account_id,
  coalesce(to_jsonb(account.name) ->> 'en_US', to_jsonb(account.name) #>> '{}') AS analytic_account,
  coalesce(to_jsonb(plan.name) ->> 'en_US', to_jsonb(plan.name) #>> '{}') AS plan,
  partner.name AS partner,
  ledger.account_type,
  -- The ledger account tells a refund from the opposite kind; lines without one go by their sign.
  CASE
    WHEN ledger.account_type LIKE 'income%' THEN 'revenue'
    WHEN ledger.account_type LIKE 'expense%' THEN 'cost'
    WHEN l.amount > 0 THEN 'revenue'
    ELSE 'cost'
  END AS kind,
  l.amount,
  l.unit_amount AS quantity,
  currency.name AS currency,
  l.company_id,
  l.write_date AT TIME ZONE 'UTC' AS updated_at
FROM public.account_analytic_line l
  JOIN public.res_company company ON company.id = l.company_id
  JOIN public.res_currency currency ON currency.id = company.currency_id
  LEFT JOIN public.account_analytic_account account ON account.id = l.account_id
  LEFT JOIN public.account_analytic_plan plan ON plan.id = account.plan_id
  LEFT JOIN public.account_account ledger ON ledger.id = l.general_account_id
  LEFT JOIN public.res_partner partner ON partner.id = l.partner_id
WHERE l.project_id IS NULL;
COMMENT ON VIEW reporting.analytic_lines IS
  'Analytic lines other than timesheets, on the project plan''s account; a row a line, revenue positive, in the company''s currency';
