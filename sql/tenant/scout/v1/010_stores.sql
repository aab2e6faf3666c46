CREATE VIEW reporting.stores AS
SELECT
  place.store_key,
  place.store,
  place.kind,
  warehouse.id AS warehouse_id,
  warehouse.name AS warehouse,
  company.id AS company_id,
  company.name AS company,
  currency.name AS currency,
  -- Odoo has no time zone of a company; what its address has is what the tenant's file sets.
  coalesce(nullif(address.tz, ''), 'UTC') AS timezone,
  place.active
FROM (
  SELECT 'pos-' || config.id AS store_key, config.name AS store, 'point_of_sale' AS kind, operation.warehouse_id, config.company_id, config.active
  FROM public.pos_config config
    JOIN public.stock_picking_type operation ON operation.id = config.picking_type_id
  UNION ALL
  SELECT 'warehouse-' || w.id, w.name, 'warehouse', w.id, w.company_id, w.active
  FROM public.stock_warehouse w
) place
  JOIN public.res_company company ON company.id = place.company_id
  JOIN public.res_currency currency ON currency.id = company.currency_id
  JOIN public.res_partner address ON address.id = company.partner_id
  LEFT JOIN public.stock_warehouse warehouse ON warehouse.id = place.warehouse_id;
COMMENT ON VIEW reporting.stores IS
  'Where things are sold: one row per point of sale, and one per warehouse, which sales orders are delivered from';
COMMENT ON COLUMN reporting.stores.timezone IS 'Of the company''s address; UTC where it has none';
