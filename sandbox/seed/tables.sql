-- The part of Odoo 18.0's tables that the reporting views and the smoke tests read, with Odoo's own column names and types:
-- translated names are jsonb by language, amounts numeric, hours double precision, moments without time zone in UTC.
CREATE TABLE IF NOT EXISTS res_currency (id serial PRIMARY KEY, name varchar NOT NULL, symbol varchar NOT NULL, active boolean);
CREATE TABLE IF NOT EXISTS res_partner (
  id serial PRIMARY KEY, name varchar, email varchar, is_company boolean, active boolean, company_id integer,
  create_date timestamp, write_date timestamp
);
ALTER TABLE res_currency ADD COLUMN IF NOT EXISTS decimal_places integer DEFAULT 2;
ALTER TABLE res_partner ADD COLUMN IF NOT EXISTS tz varchar;
CREATE TABLE IF NOT EXISTS res_company (
  id serial PRIMARY KEY, name varchar NOT NULL, partner_id integer NOT NULL REFERENCES res_partner,
  currency_id integer NOT NULL REFERENCES res_currency, parent_id integer REFERENCES res_company, active boolean,
  create_date timestamp, write_date timestamp
);
CREATE TABLE IF NOT EXISTS res_users (
  id serial PRIMARY KEY, login varchar NOT NULL UNIQUE, password varchar, active boolean, share boolean,
  company_id integer NOT NULL REFERENCES res_company, partner_id integer NOT NULL REFERENCES res_partner,
  create_date timestamp, write_date timestamp
);
CREATE TABLE IF NOT EXISTS ir_module_module (
  id serial PRIMARY KEY, name varchar NOT NULL UNIQUE, state varchar(16), latest_version varchar, shortdesc jsonb,
  create_date timestamp, write_date timestamp
);
CREATE TABLE IF NOT EXISTS ir_model (
  id serial PRIMARY KEY, model varchar NOT NULL UNIQUE, name jsonb NOT NULL, state varchar, transient boolean,
  create_date timestamp, write_date timestamp
);
CREATE TABLE IF NOT EXISTS ir_ui_menu (
  id serial PRIMARY KEY, name jsonb NOT NULL, active boolean, sequence integer, parent_id integer REFERENCES ir_ui_menu,
  create_date timestamp, write_date timestamp
);
CREATE TABLE IF NOT EXISTS ir_act_report_xml (
  id serial PRIMARY KEY, name jsonb NOT NULL, type varchar NOT NULL, model varchar NOT NULL, report_type varchar NOT NULL,
  report_name varchar NOT NULL, create_date timestamp, write_date timestamp
);
CREATE TABLE IF NOT EXISTS ir_model_data (
  id serial PRIMARY KEY, module varchar NOT NULL, name varchar NOT NULL, model varchar NOT NULL, res_id integer,
  noupdate boolean DEFAULT false, create_date timestamp, write_date timestamp, UNIQUE (module, name)
);
CREATE TABLE IF NOT EXISTS ir_config_parameter (
  id serial PRIMARY KEY, key varchar NOT NULL CONSTRAINT ir_config_parameter_key_uniq UNIQUE, value text NOT NULL,
  create_date timestamp, write_date timestamp
);
CREATE TABLE IF NOT EXISTS auth_oauth_provider (
  id serial PRIMARY KEY, name varchar NOT NULL, enabled boolean, create_date timestamp, write_date timestamp
);
