-- The part of Odoo 18.0's tables that the reporting views read, with Odoo's own column names and types: translated names are
-- jsonb by language, amounts numeric, hours double precision, moments without time zone in UTC.
CREATE TABLE IF NOT EXISTS res_currency (id serial PRIMARY KEY, name varchar NOT NULL, symbol varchar NOT NULL, active boolean);
CREATE TABLE IF NOT EXISTS res_partner (
  id serial PRIMARY KEY, name varchar, email varchar, is_company boolean, active boolean, company_id integer,
  create_date timestamp, write_date timestamp
);
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
  id serial PRIMARY KEY, name varchar NOT NULL UNIQUE, state varchar, latest_version varchar, shortdesc jsonb,
  create_date timestamp, write_date timestamp
);
