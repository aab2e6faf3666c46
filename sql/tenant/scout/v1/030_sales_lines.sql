CREATE VIEW reporting.sales_lines AS
WITH sold AS (
  SELECT
    'pos-' || l.id AS line_key,
    'pos-' || o.id AS order_key,
    o.name AS order_ref,
    'point_of_sale' AS channel,
    o.date_order,
    'pos-' || session.config_id AS store_key,
    l.product_id,
    l.qty AS quantity,
    l.price_subtotal AS amount,
    l.price_subtotal_incl AS amount_with_tax,
    l.qty * l.price_unit * coalesce(l.discount, 0) / 100 AS discount_amount,
    CASE WHEN l.is_total_cost_computed THEN l.total_cost END AS cost,
    o.currency_rate,
    o.company_id,
    greatest(o.write_date, l.write_date) AS write_date
  FROM public.pos_order_line l
    JOIN public.pos_order o ON o.id = l.order_id
    JOIN public.pos_session session ON session.id = o.session_id
  WHERE o.state IN ('paid', 'done', 'invoiced')
    -- Of pos_sale: the line is a sales order's, which is counted. A view that named the column would need the module.
    AND to_jsonb(l) ->> 'sale_order_line_id' IS NULL
  UNION ALL
  SELECT
    'sale-' || l.id,
    'sale-' || o.id,
    o.name,
    'sales_order',
    o.date_order,
    'warehouse-' || o.warehouse_id,
    l.product_id,
    round(l.product_uom_qty / unit.factor * own.factor, 4),
    l.price_subtotal,
    l.price_total,
    l.price_unit * l.product_uom_qty * coalesce(l.discount, 0) / 100,
    NULL,
    o.currency_rate,
    o.company_id,
    greatest(o.write_date, l.write_date)
  FROM public.sale_order_line l
    JOIN public.sale_order o ON o.id = l.order_id
    JOIN public.uom_uom unit ON unit.id = l.product_uom
    JOIN public.product_product p ON p.id = l.product_id
    JOIN public.product_template t ON t.id = p.product_tmpl_id
    JOIN public.uom_uom own ON own.id = t.uom_id
  -- Sections and notes sell nothing, and a down payment is part of the order that it is made on.
  WHERE o.state = 'sale' AND l.display_type IS NULL AND l.is_downpayment IS NOT TRUE
)
SELECT
  s.line_key,
  s.order_key,
  s.order_ref,
  s.channel,
  s.date_order AT TIME ZONE 'UTC' AS sold_at,
  local.moment::date AS sold_on,
  extract(hour FROM local.moment)::integer AS sold_hour,
  extract(isodow FROM local.moment)::integer AS weekday,
  s.store_key,
  store.store,
  store.warehouse_id,
  store.warehouse,
  s.product_id,
  p.product,
  p.category_id,
  p.category,
  s.quantity,
  p.unit,
  round(s.amount / rate.divisor, currency.decimal_places) AS amount,
  round(s.amount_with_tax / rate.divisor, currency.decimal_places) AS amount_with_tax,
  round(s.discount_amount / rate.divisor, currency.decimal_places) AS discount_amount,
  round(s.cost / rate.divisor, currency.decimal_places) AS cost,
  s.quantity < 0 AS is_return,
  currency.name AS currency,
  s.company_id,
  s.write_date AT TIME ZONE 'UTC' AS updated_at
FROM sold s
  JOIN public.res_company company ON company.id = s.company_id
  JOIN public.res_currency currency ON currency.id = company.currency_id
  JOIN public.res_partner address ON address.id = company.partner_id
  JOIN reporting.products p ON p.product_id = s.product_id
  LEFT JOIN reporting.stores store ON store.store_key = s.store_key
  -- Units of the order's currency for one of the company's.
  CROSS JOIN LATERAL (SELECT coalesce(nullif(s.currency_rate, 0), 1) AS divisor) rate
  CROSS JOIN LATERAL (
    SELECT s.date_order AT TIME ZONE 'UTC' AT TIME ZONE coalesce(nullif(address.tz, ''), 'UTC') AS moment
  ) local;
COMMENT ON VIEW reporting.sales_lines IS
  'What was sold, of paid tickets and confirmed sales orders; one row per line, in the company''s currency and time zone';
COMMENT ON COLUMN reporting.sales_lines.quantity IS 'In the product''s own unit; negative: taken back at a point of sale';
COMMENT ON COLUMN reporting.sales_lines.amount IS 'Without tax, after discount';
COMMENT ON COLUMN reporting.sales_lines.discount_amount IS 'In terms of the unit price, which may include tax';
COMMENT ON COLUMN reporting.sales_lines.cost IS
  'Of points of sale, once Odoo has computed it; null for sales orders, whose cost arises with each delivery';
COMMENT ON COLUMN reporting.sales_lines.weekday IS '1 Monday to 7 Sunday';
