CREATE VIEW reporting.companies AS
SELECT
  c.id AS company_id,
  c.name AS company,
  parent.name AS parent_company,
  currency.name AS currency,
  c.active
FROM public.res_company c
  JOIN public.res_currency currency ON currency.id = c.currency_id
  LEFT JOIN public.res_company parent ON parent.id = c.parent_id;
COMMENT ON VIEW reporting.companies IS 'Companies of the tenant; a row a company';
