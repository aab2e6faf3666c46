CREATE VIEW reporting.orders AS
SELECT
  order_key,
  channel,
  order_ref,
  sold_at,
  sold_on,
  sold_hour,
  weekday,
  store_key,
  store,
  warehouse_id,
  warehouse,
  count(*)::integer AS lines,
  sum(quantity) AS quantity,
  sum(amount) AS amount,
  sum(amount_with_tax) AS amount_with_tax,
  sum(discount_amount) AS discount_amount,
  bool_and(is_return) AS is_return,
  bool_or(is_return) AS has_return,
  currency,
  company_id,
  max(updated_at) AS updated_at
FROM reporting.sales_lines
GROUP BY
  order_key, channel, order_ref, sold_at, sold_on, sold_hour, weekday, store_key, store, warehouse_id, warehouse, currency, company_id;
COMMENT ON VIEW reporting.orders IS
  'Tickets and sales orders; one row per order that has a line in reporting.sales_lines, with the sums of those';
COMMENT ON COLUMN reporting.orders.is_return IS 'Nothing was sold, only taken back: not a basket';
COMMENT ON COLUMN reporting.orders.has_return IS 'Something was taken back';
