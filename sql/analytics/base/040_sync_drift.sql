-- For monitoring: how many files differ between the reporting views and what the copies were made for, as the last refresh that
-- could read it found. 0 before the first: the lag tells that nothing could be read.
CREATE OR REPLACE FUNCTION :"data_schema".sync_drift()
RETURNS integer
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = :"data_schema", pg_temp
AS $drift$
  SELECT coalesce((array_agg(drifted_files ORDER BY sync_id DESC) FILTER (WHERE drifted_files IS NOT NULL))[1], 0)
  FROM sync_log
$drift$;
REVOKE ALL ON FUNCTION :"data_schema".sync_drift() FROM PUBLIC;

DO $grant$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'odoo_monitoring') THEN
    EXECUTE format('GRANT EXECUTE ON FUNCTION %I.sync_drift() TO odoo_monitoring', :'data_schema');
  END IF;
END
$grant$;
