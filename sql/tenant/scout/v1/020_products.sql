CREATE VIEW reporting.products AS
SELECT
  p.id AS product_id,
  t.id AS product_template_id,
  (t.name ->> 'en_US') || coalesce(' (' || variant.attributes || ')', '') AS product,
  p.default_code AS internal_reference,
  p.barcode,
  t.type AS product_type,
  coalesce(t.is_storable, false) AS is_storable,
  category.id AS category_id,
  category.complete_name AS category,
  unit.name ->> 'en_US' AS unit,
  t.list_price,
  t.company_id,
  coalesce(p.active AND t.active, false) AS active,
  p.create_date AT TIME ZONE 'UTC' AS created_at,
  greatest(p.write_date, t.write_date) AT TIME ZONE 'UTC' AS updated_at
FROM public.product_product p
  JOIN public.product_template t ON t.id = p.product_tmpl_id
  JOIN public.product_category category ON category.id = t.categ_id
  JOIN public.uom_uom unit ON unit.id = t.uom_id
  LEFT JOIN (
    SELECT
      product_id,
      string_agg(name, ', ' ORDER BY line_sequence, attribute_sequence, attribute_id, line_id)
        -- As Odoo names variants: without what all variants have in common. Archived values count for archived variants only.
        FILTER (WHERE CASE WHEN of_active THEN active_values ELSE all_values END <> 1) AS attributes
    FROM (
      SELECT
        combination.product_product_id AS product_id,
        value.name ->> 'en_US' AS name,
        line.id AS line_id,
        line.sequence AS line_sequence,
        attribute.id AS attribute_id,
        attribute.sequence AS attribute_sequence,
        bool_and(own.ptav_active) OVER (PARTITION BY combination.product_product_id) AS of_active,
        siblings.active_values,
        siblings.all_values
      FROM public.product_variant_combination combination
        JOIN public.product_template_attribute_value own ON own.id = combination.product_template_attribute_value_id
        JOIN public.product_template_attribute_line line ON line.id = own.attribute_line_id
        JOIN public.product_attribute attribute ON attribute.id = line.attribute_id
        JOIN public.product_attribute_value value ON value.id = own.product_attribute_value_id
        JOIN (
          SELECT attribute_line_id, count(*) AS all_values, count(*) FILTER (WHERE ptav_active) AS active_values
          FROM public.product_template_attribute_value
          GROUP BY attribute_line_id
        ) siblings ON siblings.attribute_line_id = line.id
      WHERE attribute.create_variant <> 'no_variant'
    ) named
    GROUP BY product_id
  ) variant ON variant.product_id = p.id;
COMMENT ON VIEW reporting.products IS 'Product variants, archived ones included; one row per variant';
COMMENT ON COLUMN reporting.products.product IS 'Its name in the source language, and in brackets what tells it from the other variants';
COMMENT ON COLUMN reporting.products.list_price IS 'Sales price of the product in the currency of its company, without what a variant costs more';
COMMENT ON COLUMN reporting.products.company_id IS 'Null: shared by all companies';
