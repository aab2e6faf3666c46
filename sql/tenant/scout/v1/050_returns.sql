CREATE VIEW reporting.returns AS
WITH returned AS (
  SELECT
    'pos-' || l.id AS return_key,
    'point_of_sale' AS channel,
    coalesce('sale-' || settled.order_id, 'pos-' || origin.id) AS order_key,
    o.date_order AS returned_at,
    'pos-' || session.config_id AS store_key,
    l.product_id,
    -l.qty AS quantity,
    -l.price_subtotal / coalesce(nullif(o.currency_rate, 0), 1) AS amount,
    coalesce(sale.date_order, origin.date_order) AS date_order,
    o.company_id
  FROM public.pos_order_line l
    JOIN public.pos_order o ON o.id = l.order_id
    JOIN public.pos_session session ON session.id = o.session_id
    LEFT JOIN public.pos_order_line refunded ON refunded.id = l.refunded_orderline_id
    LEFT JOIN public.pos_order origin ON origin.id = refunded.order_id
    LEFT JOIN public.sale_order_line settled ON settled.id = (to_jsonb(refunded) ->> 'sale_order_line_id')::integer
    LEFT JOIN public.sale_order sale ON sale.id = settled.order_id
  WHERE o.state IN ('paid', 'done', 'invoiced') AND l.qty < 0
  UNION ALL
  SELECT
    'sale-' || m.id,
    'sales_order',
    'sale-' || o.id,
    m.date,
    'warehouse-' || o.warehouse_id,
    m.product_id,
    round(m.quantity / unit.factor * own.factor, 4),
    m.quantity / unit.factor * ordered.factor * l.price_subtotal / nullif(l.product_uom_qty, 0) / coalesce(nullif(o.currency_rate, 0), 1),
    o.date_order,
    o.company_id
  FROM public.stock_move m
    JOIN public.stock_location source ON source.id = m.location_id
    JOIN public.stock_location target ON target.id = m.location_dest_id
    JOIN public.sale_order_line l ON l.id = m.sale_line_id
    JOIN public.sale_order o ON o.id = l.order_id
    JOIN public.uom_uom unit ON unit.id = m.product_uom
    JOIN public.uom_uom ordered ON ordered.id = l.product_uom
    JOIN public.product_product p ON p.id = m.product_id
    JOIN public.product_template t ON t.id = p.product_tmpl_id
    JOIN public.uom_uom own ON own.id = t.uom_id
  WHERE m.state = 'done' AND source.usage = 'customer' AND target.usage <> 'customer'
)
SELECT
  r.return_key,
  r.channel,
  r.order_key,
  r.returned_at AT TIME ZONE 'UTC' AS returned_at,
  local.returned_on,
  r.store_key,
  store.store,
  store.warehouse_id,
  store.warehouse,
  r.product_id,
  p.product,
  p.category_id,
  p.category,
  r.quantity,
  p.unit,
  round(r.amount, currency.decimal_places) AS amount,
  local.returned_on - local.sold_on AS days_since_sale,
  currency.name AS currency,
  r.company_id
FROM returned r
  JOIN public.res_company company ON company.id = r.company_id
  JOIN public.res_currency currency ON currency.id = company.currency_id
  JOIN public.res_partner address ON address.id = company.partner_id
  JOIN reporting.products p ON p.product_id = r.product_id
  LEFT JOIN reporting.stores store ON store.store_key = r.store_key
  CROSS JOIN LATERAL (
    SELECT
      (r.returned_at AT TIME ZONE 'UTC' AT TIME ZONE zone.name)::date AS returned_on,
      (r.date_order AT TIME ZONE 'UTC' AT TIME ZONE zone.name)::date AS sold_on
    FROM (SELECT coalesce(nullif(address.tz, ''), 'UTC') AS name) zone
  ) local;
COMMENT ON VIEW reporting.returns IS
  'What customers gave back; one row per line of a ticket that takes back, and per returned delivery of a sales order';
COMMENT ON COLUMN reporting.returns.order_key IS 'The order that it was sold by; null: not known';
COMMENT ON COLUMN reporting.returns.quantity IS 'Positive, in the product''s own unit';
COMMENT ON COLUMN reporting.returns.amount IS
  'Positive, without tax: what the ticket gave back; of a delivery its share of what the order''s line says';
