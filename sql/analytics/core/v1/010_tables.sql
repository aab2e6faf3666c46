-- One table for each view of sql/tenant/core/v1, with the same column names.
CREATE TABLE :"data_schema".companies (
  company_id integer PRIMARY KEY,
  company text NOT NULL,
  parent_company text,
  currency text NOT NULL,
  active boolean
);
COMMENT ON TABLE :"data_schema".companies IS 'Companies of the tenant; a row a company';

CREATE TABLE :"data_schema".users (
  user_id integer PRIMARY KEY,
  name text,
  kind text NOT NULL,
  active boolean,
  company_id integer,
  created_at timestamptz
);
COMMENT ON TABLE :"data_schema".users IS 'Users of the tenant; a row a user';

CREATE TABLE :"data_schema".installed_modules (
  module text PRIMARY KEY,
  version text,
  state text NOT NULL
);
COMMENT ON TABLE :"data_schema".installed_modules IS 'Odoo modules that are installed; a row a module';
