-- Run as the owner, where the stack has a console: when the tenant's data were copied, how many rows, and whether the last copy
-- failed. Nothing of what the copies hold.
DROP FUNCTION IF EXISTS :"data_schema".sync_report();
CREATE FUNCTION :"data_schema".sync_report()
RETURNS TABLE (
  data_as_of timestamptz,
  row_counts jsonb,
  last_attempt_at timestamptz,
  last_attempt_succeeded boolean,
  last_error text
)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = :"data_schema", pg_temp
AS $report$
  SELECT
    max(log.started_at) FILTER (WHERE log.succeeded),
    (array_agg(log.row_counts ORDER BY log.sync_id DESC) FILTER (WHERE log.succeeded))[1],
    max(log.started_at),
    (array_agg(log.succeeded ORDER BY log.sync_id DESC))[1],
    -- Up to the code: the detail after it can quote a row.
    substring((array_agg(log.error ORDER BY log.sync_id DESC))[1] FROM '^.*? \([0-9A-Z]{5}\)')
  FROM sync_log log
  HAVING count(*) > 0
$report$;
REVOKE ALL ON FUNCTION :"data_schema".sync_report() FROM PUBLIC;
GRANT USAGE ON SCHEMA :"data_schema" TO :"watcher";
GRANT EXECUTE ON FUNCTION :"data_schema".sync_report() TO :"watcher";
