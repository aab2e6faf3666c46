CREATE VIEW reporting.stock_levels AS
WITH valued AS (
  -- Odoo's average cost of what is in stock: by product, or by lot where the product says so.
  SELECT
    layer.product_id,
    layer.company_id,
    CASE WHEN t.lot_valuated THEN layer.lot_id END AS lot_id,
    sum(layer.value) / nullif(sum(layer.quantity), 0) AS unit_cost
  FROM public.stock_valuation_layer layer
    JOIN public.product_product p ON p.id = layer.product_id
    JOIN public.product_template t ON t.id = p.product_tmpl_id
  GROUP BY 1, 2, 3
), held AS (
  SELECT
    q.product_id,
    coalesce(q.company_id, warehouse.company_id) AS company_id,
    location.warehouse_id,
    CASE WHEN t.lot_valuated THEN q.lot_id END AS lot_id,
    q.owner_id,
    q.quantity,
    q.reserved_quantity
  FROM public.stock_quant q
    JOIN public.stock_location location ON location.id = q.location_id
    JOIN public.product_product p ON p.id = q.product_id
    JOIN public.product_template t ON t.id = p.product_tmpl_id
    LEFT JOIN public.stock_warehouse warehouse ON warehouse.id = location.warehouse_id
  -- What Odoo values: stock of the company, and what is on its way between its places.
  WHERE location.usage = 'internal' OR (location.usage = 'transit' AND location.company_id IS NOT NULL)
), totals AS (
  SELECT
    h.product_id,
    h.company_id,
    coalesce(h.warehouse_id, 0) AS warehouse_id,
    sum(h.quantity) AS quantity,
    sum(h.reserved_quantity) AS reserved,
    sum(h.quantity) FILTER (WHERE own.is_own AND v.unit_cost IS NOT NULL) AS valued_quantity,
    coalesce(sum(h.quantity * v.unit_cost) FILTER (WHERE own.is_own), 0) AS value
  FROM held h
    JOIN public.res_company company ON company.id = h.company_id
    LEFT JOIN valued v
      ON v.product_id = h.product_id AND v.company_id = h.company_id AND v.lot_id IS NOT DISTINCT FROM h.lot_id
    CROSS JOIN LATERAL (SELECT h.owner_id IS NULL OR h.owner_id = company.partner_id AS is_own) own
  GROUP BY 1, 2, 3
)
SELECT
  s.product_id,
  p.product,
  p.category_id,
  p.category,
  s.company_id,
  s.warehouse_id,
  warehouse.name AS warehouse,
  s.quantity,
  s.reserved,
  s.quantity - s.reserved AS available,
  p.unit,
  round(s.value / nullif(s.valued_quantity, 0), 4) AS unit_cost,
  round(s.value, currency.decimal_places) AS value,
  currency.name AS currency
FROM totals s
  JOIN public.res_company company ON company.id = s.company_id
  JOIN public.res_currency currency ON currency.id = company.currency_id
  JOIN reporting.products p ON p.product_id = s.product_id
  LEFT JOIN public.stock_warehouse warehouse ON warehouse.id = s.warehouse_id
WHERE s.quantity <> 0 OR s.reserved <> 0;
COMMENT ON VIEW reporting.stock_levels IS 'What is in stock now; one row per product, company and warehouse';
COMMENT ON COLUMN reporting.stock_levels.warehouse_id IS '0: in no warehouse, such as between two';
COMMENT ON COLUMN reporting.stock_levels.value IS 'At average cost, without what others own';
COMMENT ON COLUMN reporting.stock_levels.unit_cost IS 'Average cost of one; null where nothing is valued';
