-- As tables.sql, for the modules point_of_sale, stock_account, sale, sale_stock and pos_sale.
CREATE TABLE IF NOT EXISTS product_category (
  id serial PRIMARY KEY, parent_id integer REFERENCES product_category, name varchar NOT NULL, complete_name varchar,
  create_date timestamp, write_date timestamp
);
CREATE TABLE IF NOT EXISTS uom_uom (id serial PRIMARY KEY, name jsonb NOT NULL, factor numeric NOT NULL, rounding numeric NOT NULL, active boolean);
CREATE TABLE IF NOT EXISTS product_template (
  id serial PRIMARY KEY, name jsonb NOT NULL, type varchar NOT NULL, categ_id integer NOT NULL REFERENCES product_category,
  uom_id integer NOT NULL REFERENCES uom_uom, company_id integer REFERENCES res_company, list_price numeric, active boolean,
  is_storable boolean, lot_valuated boolean, create_date timestamp, write_date timestamp
);
CREATE TABLE IF NOT EXISTS product_product (
  id serial PRIMARY KEY, product_tmpl_id integer NOT NULL REFERENCES product_template, default_code varchar, barcode varchar,
  active boolean, create_date timestamp, write_date timestamp
);
CREATE TABLE IF NOT EXISTS product_attribute (
  id serial PRIMARY KEY, sequence integer, create_variant varchar NOT NULL, name jsonb NOT NULL
);
CREATE TABLE IF NOT EXISTS product_attribute_value (
  id serial PRIMARY KEY, sequence integer, attribute_id integer NOT NULL REFERENCES product_attribute, name jsonb NOT NULL
);
CREATE TABLE IF NOT EXISTS product_template_attribute_line (
  id serial PRIMARY KEY, product_tmpl_id integer NOT NULL REFERENCES product_template, sequence integer,
  attribute_id integer NOT NULL REFERENCES product_attribute
);
CREATE TABLE IF NOT EXISTS product_template_attribute_value (
  id serial PRIMARY KEY, product_attribute_value_id integer NOT NULL REFERENCES product_attribute_value,
  attribute_line_id integer NOT NULL REFERENCES product_template_attribute_line, ptav_active boolean
);
CREATE TABLE IF NOT EXISTS product_variant_combination (
  product_product_id integer NOT NULL REFERENCES product_product,
  product_template_attribute_value_id integer NOT NULL REFERENCES product_template_attribute_value,
  PRIMARY KEY (product_product_id, product_template_attribute_value_id)
);
CREATE TABLE IF NOT EXISTS stock_warehouse (
  id serial PRIMARY KEY, name varchar NOT NULL, code varchar(5) NOT NULL, company_id integer NOT NULL REFERENCES res_company, active boolean
);
CREATE TABLE IF NOT EXISTS stock_location (
  id serial PRIMARY KEY, name varchar NOT NULL, usage varchar NOT NULL, company_id integer REFERENCES res_company,
  warehouse_id integer REFERENCES stock_warehouse, active boolean
);
CREATE TABLE IF NOT EXISTS stock_picking_type (
  id serial PRIMARY KEY, name jsonb NOT NULL, code varchar NOT NULL, warehouse_id integer REFERENCES stock_warehouse,
  company_id integer NOT NULL REFERENCES res_company, active boolean
);
CREATE TABLE IF NOT EXISTS stock_quant (
  id serial PRIMARY KEY, product_id integer NOT NULL REFERENCES product_product, company_id integer REFERENCES res_company,
  location_id integer NOT NULL REFERENCES stock_location, lot_id integer, owner_id integer REFERENCES res_partner,
  quantity numeric, reserved_quantity numeric NOT NULL, in_date timestamp NOT NULL
);
CREATE TABLE IF NOT EXISTS stock_valuation_layer (
  id serial PRIMARY KEY, company_id integer NOT NULL REFERENCES res_company, product_id integer NOT NULL REFERENCES product_product,
  lot_id integer, quantity numeric, unit_cost numeric, value numeric, description varchar, create_date timestamp
);
CREATE TABLE IF NOT EXISTS pos_config (
  id serial PRIMARY KEY, name varchar NOT NULL, picking_type_id integer NOT NULL REFERENCES stock_picking_type,
  company_id integer NOT NULL REFERENCES res_company, active boolean
);
CREATE TABLE IF NOT EXISTS pos_session (
  id serial PRIMARY KEY, name varchar NOT NULL, config_id integer NOT NULL REFERENCES pos_config,
  user_id integer NOT NULL REFERENCES res_users, state varchar NOT NULL, start_at timestamp, stop_at timestamp
);
CREATE TABLE IF NOT EXISTS sale_order (
  id serial PRIMARY KEY, name varchar NOT NULL, state varchar, company_id integer NOT NULL REFERENCES res_company,
  partner_id integer NOT NULL REFERENCES res_partner, warehouse_id integer REFERENCES stock_warehouse, currency_rate numeric,
  date_order timestamp NOT NULL, create_date timestamp, write_date timestamp
);
CREATE TABLE IF NOT EXISTS sale_order_line (
  id serial PRIMARY KEY, order_id integer NOT NULL REFERENCES sale_order, name text NOT NULL, display_type varchar,
  product_id integer REFERENCES product_product, product_uom integer REFERENCES uom_uom, product_uom_qty numeric NOT NULL,
  price_unit numeric NOT NULL, discount numeric, price_subtotal numeric, price_total numeric, is_downpayment boolean,
  create_date timestamp, write_date timestamp
);
CREATE TABLE IF NOT EXISTS stock_move (
  id serial PRIMARY KEY, name varchar NOT NULL, state varchar, date timestamp NOT NULL, company_id integer NOT NULL REFERENCES res_company,
  product_id integer NOT NULL REFERENCES product_product, product_uom integer NOT NULL REFERENCES uom_uom, quantity numeric,
  product_uom_qty numeric NOT NULL, location_id integer NOT NULL REFERENCES stock_location,
  location_dest_id integer NOT NULL REFERENCES stock_location, sale_line_id integer REFERENCES sale_order_line
);
CREATE TABLE IF NOT EXISTS pos_order (
  id serial PRIMARY KEY, name varchar NOT NULL, state varchar, session_id integer NOT NULL REFERENCES pos_session,
  config_id integer REFERENCES pos_config, company_id integer NOT NULL REFERENCES res_company, currency_rate numeric,
  date_order timestamp, amount_tax numeric NOT NULL, amount_total numeric NOT NULL, amount_paid numeric NOT NULL,
  amount_return numeric NOT NULL, create_date timestamp, write_date timestamp
);
CREATE TABLE IF NOT EXISTS pos_order_line (
  id serial PRIMARY KEY, name varchar NOT NULL, order_id integer NOT NULL REFERENCES pos_order,
  product_id integer NOT NULL REFERENCES product_product, qty numeric, price_unit numeric, discount numeric,
  price_subtotal numeric NOT NULL, price_subtotal_incl numeric NOT NULL, total_cost numeric, is_total_cost_computed boolean,
  refunded_orderline_id integer REFERENCES pos_order_line, sale_order_line_id integer REFERENCES sale_order_line,
  create_date timestamp, write_date timestamp
);
