-- For monitoring: the age of what readers see, in seconds, and nothing else. The log goes back 30 days: when no refresh of these
-- succeeded, it is 30 days.
CREATE OR REPLACE FUNCTION :"data_schema".sync_lag()
RETURNS double precision
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = :"data_schema", pg_temp
AS $lag$
  SELECT coalesce(extract(epoch FROM clock_timestamp() - max(started_at) FILTER (WHERE succeeded)), 2592000)::double precision
  FROM sync_log
$lag$;
REVOKE ALL ON FUNCTION :"data_schema".sync_lag() FROM PUBLIC;

-- The role that monitoring's own log-in is a member of, where the server's administrator has made it (docs/alerts.md).
DO $grant$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'odoo_monitoring') THEN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO odoo_monitoring', :'data_schema');
    EXECUTE format('GRANT EXECUTE ON FUNCTION %I.sync_lag() TO odoo_monitoring', :'data_schema');
  END IF;
END
$grant$;
