CREATE VIEW reporting.item_performance AS
WITH today AS (
  SELECT
    company.id AS company_id,
    (now() AT TIME ZONE coalesce(nullif(address.tz, ''), 'UTC'))::date AS day,
    currency.name AS currency
  FROM public.res_company company
    JOIN public.res_currency currency ON currency.id = company.currency_id
    JOIN public.res_partner address ON address.id = company.partner_id
), sold AS (
  SELECT
    l.product_id,
    l.company_id,
    coalesce(l.warehouse_id, 0) AS warehouse_id,
    sum(l.quantity) FILTER (WHERE l.sold_on > today.day - 30) AS sold_30,
    sum(l.quantity) FILTER (WHERE l.sold_on > today.day - 90) AS sold_90,
    sum(l.amount) FILTER (WHERE l.sold_on > today.day - 30) AS amount_30,
    sum(l.amount) FILTER (WHERE l.sold_on > today.day - 90) AS amount_90,
    max(l.sold_on) FILTER (WHERE l.quantity > 0) AS last_sold_on
  FROM reporting.sales_lines l
    JOIN today ON today.company_id = l.company_id
  GROUP BY 1, 2, 3
), returned AS (
  SELECT r.product_id, r.company_id, coalesce(r.warehouse_id, 0) AS warehouse_id, sum(r.quantity) AS quantity
  FROM reporting.returns r
    JOIN today ON today.company_id = r.company_id
  WHERE r.returned_on > today.day - 90
  GROUP BY 1, 2, 3
), items AS (
  SELECT
    product_id,
    company_id,
    warehouse_id,
    coalesce(level.quantity, 0) AS on_hand,
    coalesce(level.value, 0) AS stock_value,
    coalesce(sold.sold_30, 0) AS sold_30,
    coalesce(sold.sold_90, 0) AS sold_90,
    coalesce(sold.amount_30, 0) AS amount_30,
    coalesce(sold.amount_90, 0) AS amount_90,
    coalesce(returned.quantity, 0) AS returned_90,
    sold.last_sold_on
  FROM reporting.stock_levels level
    FULL JOIN sold USING (product_id, company_id, warehouse_id)
    FULL JOIN returned USING (product_id, company_id, warehouse_id)
)
SELECT
  i.product_id,
  p.product,
  p.category_id,
  p.category,
  i.company_id,
  i.warehouse_id,
  warehouse.name AS warehouse,
  today.day AS as_of,
  i.on_hand,
  i.stock_value,
  i.sold_30,
  i.sold_90,
  i.amount_30,
  i.amount_90,
  i.returned_90,
  i.last_sold_on,
  round(i.sold_30 / 30, 4) AS daily_sales,
  CASE WHEN i.sold_30 > 0 THEN round(i.on_hand * 30 / i.sold_30, 1) END AS days_of_cover,
  i.on_hand > 0 AND coalesce(i.last_sold_on <= today.day - 90, true) AS is_slow,
  today.currency
FROM items i
  JOIN today ON today.company_id = i.company_id
  JOIN reporting.products p ON p.product_id = i.product_id
  LEFT JOIN public.stock_warehouse warehouse ON warehouse.id = i.warehouse_id;
COMMENT ON VIEW reporting.item_performance IS
  'Products that are in stock or were ever sold: what they sold in the 30 and 90 days to today; one row per product, company and warehouse';
COMMENT ON COLUMN reporting.item_performance.warehouse_id IS '0: none';
COMMENT ON COLUMN reporting.item_performance.as_of IS 'Today in the company''s time zone, when the copy was made';
COMMENT ON COLUMN reporting.item_performance.sold_30 IS 'Quantity, less what points of sale took back';
COMMENT ON COLUMN reporting.item_performance.returned_90 IS 'Quantity that customers gave back, by ticket or delivery';
COMMENT ON COLUMN reporting.item_performance.days_of_cover IS
  'How long the stock lasts at the pace of the last 30 days; null when nothing was sold. Of several: sum(on_hand) / sum(daily_sales)';
COMMENT ON COLUMN reporting.item_performance.is_slow IS 'In stock, and not sold for 90 days';
