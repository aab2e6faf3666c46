-- Run as the administrator: the tenant's three schemas, and the way to its database. Everything but the sync log is a copy,
-- so what is there is dropped and made again, in one transaction with the first refresh.
-- :"owner" owns all of it and cannot log in. Membership is taken back at the end.
GRANT :"owner" TO CURRENT_USER;

-- A refresh that is under way is waited for.
DO $wait$
BEGIN
  IF to_regclass(format('%I.refresh_lock', :'data_schema')) IS NOT NULL THEN
    EXECUTE format('SELECT FROM %I.refresh_lock FOR UPDATE', :'data_schema');
  END IF;
END
$wait$;

CREATE SCHEMA IF NOT EXISTS :"schema" AUTHORIZATION :"owner";
CREATE SCHEMA IF NOT EXISTS :"data_schema" AUTHORIZATION :"owner";
CREATE SCHEMA IF NOT EXISTS :"foreign_schema" AUTHORIZATION :"owner";

DROP SERVER IF EXISTS :"server" CASCADE;
CREATE SERVER :"server" FOREIGN DATA WRAPPER postgres_fdw OPTIONS (
  host :'source_host',
  port :'source_port',
  dbname :'source_database',
  sslmode :'source_sslmode',
  application_name :'application_name',
  connect_timeout '10',
  -- The tenant's server gives up by itself too: a copy that hangs must not hold Odoo's rows in place.
  options '-c statement_timeout=120s -c lock_timeout=10s -c idle_in_transaction_session_timeout=300s',
  fetch_size '5000',
  updatable 'false',
  truncatable 'false',
  keep_connections 'off'
);
GRANT USAGE ON FOREIGN SERVER :"server" TO :"owner";

-- In two steps, the password by a setting: so it is in no statement that a server writes to its log.
CREATE USER MAPPING FOR :"owner" SERVER :"server" OPTIONS (user :'source_user', password '');
DO $mapping$
BEGIN
  EXECUTE format('ALTER USER MAPPING FOR %I SERVER %I OPTIONS (SET password %L)',
    :'owner', :'server', current_setting('odoosql.source_password'));
END
$mapping$;
