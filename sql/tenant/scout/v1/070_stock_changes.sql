CREATE VIEW reporting.stock_changes AS
SELECT
  c.changed_on,
  c.product_id,
  p.product,
  p.category_id,
  p.category,
  c.company_id,
  c.quantity_in,
  c.quantity_out,
  c.quantity_in - c.quantity_out AS quantity,
  c.value_in,
  c.value_out,
  c.value_in - c.value_out AS value,
  c.currency
FROM (
  SELECT
    (layer.create_date AT TIME ZONE 'UTC' AT TIME ZONE coalesce(nullif(address.tz, ''), 'UTC'))::date AS changed_on,
    layer.product_id,
    layer.company_id,
    currency.name AS currency,
    coalesce(sum(layer.quantity) FILTER (WHERE layer.quantity > 0), 0) AS quantity_in,
    coalesce(-sum(layer.quantity) FILTER (WHERE layer.quantity < 0), 0) AS quantity_out,
    coalesce(sum(layer.value) FILTER (WHERE layer.value > 0), 0) AS value_in,
    coalesce(-sum(layer.value) FILTER (WHERE layer.value < 0), 0) AS value_out
  FROM public.stock_valuation_layer layer
    JOIN public.res_company company ON company.id = layer.company_id
    JOIN public.res_currency currency ON currency.id = company.currency_id
    JOIN public.res_partner address ON address.id = company.partner_id
  GROUP BY 1, 2, 3, 4
) c
  JOIN reporting.products p ON p.product_id = c.product_id;
COMMENT ON VIEW reporting.stock_changes IS
  'How stock and its value changed; one row per day, product and company. The sum of all days to one is the stock of that day';
COMMENT ON COLUMN reporting.stock_changes.value_in IS 'Received, and revalued upwards';
COMMENT ON COLUMN reporting.stock_changes.value_out IS 'Positive: delivered, and revalued downwards';
