-- One table for each view of sql/tenant/scout/v1, with the same column names.
CREATE TABLE :"data_schema".stores (
  store_key text PRIMARY KEY,
  store text,
  kind text NOT NULL,
  warehouse_id integer,
  warehouse text,
  company_id integer NOT NULL,
  company text NOT NULL,
  currency text NOT NULL,
  timezone text NOT NULL,
  active boolean
);
COMMENT ON TABLE :"data_schema".stores IS 'Where things are sold; one row per point of sale, and one per warehouse for sales orders';

CREATE TABLE :"data_schema".products (
  product_id integer PRIMARY KEY,
  product_template_id integer NOT NULL,
  product text,
  internal_reference text,
  barcode text,
  product_type text NOT NULL,
  is_storable boolean NOT NULL,
  category_id integer NOT NULL,
  category text,
  unit text,
  list_price numeric,
  company_id integer,
  active boolean NOT NULL,
  created_at timestamptz,
  updated_at timestamptz
);
COMMENT ON TABLE :"data_schema".products IS 'Products; one row per variant';

CREATE TABLE :"data_schema".sales_lines (
  line_key text PRIMARY KEY,
  order_key text NOT NULL,
  order_ref text NOT NULL,
  channel text NOT NULL,
  sold_at timestamptz NOT NULL,
  sold_on date NOT NULL,
  sold_hour integer NOT NULL,
  weekday integer NOT NULL,
  store_key text,
  store text,
  warehouse_id integer,
  warehouse text,
  product_id integer NOT NULL,
  product text,
  category_id integer NOT NULL,
  category text,
  quantity numeric,
  unit text,
  amount numeric,
  amount_with_tax numeric,
  discount_amount numeric,
  cost numeric,
  is_return boolean,
  currency text NOT NULL,
  company_id integer NOT NULL,
  updated_at timestamptz
);
CREATE INDEX ON :"data_schema".sales_lines (sold_on, store_key);
COMMENT ON TABLE :"data_schema".sales_lines IS 'What was sold; one row per line of a ticket or sales order';

CREATE TABLE :"data_schema".orders (
  order_key text PRIMARY KEY,
  channel text NOT NULL,
  order_ref text NOT NULL,
  sold_at timestamptz NOT NULL,
  sold_on date NOT NULL,
  sold_hour integer NOT NULL,
  weekday integer NOT NULL,
  store_key text,
  store text,
  warehouse_id integer,
  warehouse text,
  lines integer NOT NULL,
  quantity numeric,
  amount numeric,
  amount_with_tax numeric,
  discount_amount numeric,
  is_return boolean,
  has_return boolean,
  currency text NOT NULL,
  company_id integer NOT NULL,
  updated_at timestamptz
);
CREATE INDEX ON :"data_schema".orders (sold_on, store_key);
COMMENT ON TABLE :"data_schema".orders IS 'Tickets and sales orders; one row per order';

CREATE TABLE :"data_schema".returns (
  return_key text PRIMARY KEY,
  channel text NOT NULL,
  order_key text,
  returned_at timestamptz NOT NULL,
  returned_on date NOT NULL,
  store_key text,
  store text,
  warehouse_id integer,
  warehouse text,
  product_id integer NOT NULL,
  product text,
  category_id integer NOT NULL,
  category text,
  quantity numeric,
  unit text,
  amount numeric,
  days_since_sale integer,
  currency text NOT NULL,
  company_id integer NOT NULL
);
CREATE INDEX ON :"data_schema".returns (returned_on, store_key);
COMMENT ON TABLE :"data_schema".returns IS 'What customers gave back, positive; one row per line of a ticket or returned delivery';

CREATE TABLE :"data_schema".stock_levels (
  product_id integer NOT NULL,
  product text,
  category_id integer NOT NULL,
  category text,
  company_id integer NOT NULL,
  warehouse_id integer NOT NULL,
  warehouse text,
  quantity numeric,
  reserved numeric,
  available numeric,
  unit text,
  unit_cost numeric,
  value numeric NOT NULL,
  currency text NOT NULL,
  PRIMARY KEY (product_id, company_id, warehouse_id)
);
COMMENT ON TABLE :"data_schema".stock_levels IS 'What is in stock now; one row per product, company and warehouse';

CREATE TABLE :"data_schema".stock_changes (
  changed_on date NOT NULL,
  product_id integer NOT NULL,
  product text,
  category_id integer NOT NULL,
  category text,
  company_id integer NOT NULL,
  quantity_in numeric NOT NULL,
  quantity_out numeric NOT NULL,
  quantity numeric NOT NULL,
  value_in numeric NOT NULL,
  value_out numeric NOT NULL,
  value numeric NOT NULL,
  currency text NOT NULL,
  PRIMARY KEY (changed_on, product_id, company_id)
);
COMMENT ON TABLE :"data_schema".stock_changes IS 'How stock and its value changed; one row per day, product and company';

CREATE TABLE :"data_schema".item_performance (
  product_id integer NOT NULL,
  product text,
  category_id integer NOT NULL,
  category text,
  company_id integer NOT NULL,
  warehouse_id integer NOT NULL,
  warehouse text,
  as_of date NOT NULL,
  on_hand numeric NOT NULL,
  stock_value numeric NOT NULL,
  sold_30 numeric NOT NULL,
  sold_90 numeric NOT NULL,
  amount_30 numeric NOT NULL,
  amount_90 numeric NOT NULL,
  returned_90 numeric NOT NULL,
  last_sold_on date,
  daily_sales numeric NOT NULL,
  days_of_cover numeric,
  is_slow boolean NOT NULL,
  currency text NOT NULL,
  PRIMARY KEY (product_id, company_id, warehouse_id)
);
COMMENT ON TABLE :"data_schema".item_performance IS
  'Sales of the last 30 and 90 days, stock and days of cover; one row per product, company and warehouse';
