-- Copies every table anew. Atomic: readers see the old rows until the new ones are committed, and postgres_fdw reads all
-- tables in one snapshot of the tenant's database. A failure leaves the old rows and a line in the log; it raises nothing,
-- since that would take the line with it. Returns the line, or null when another refresh is running.
CREATE OR REPLACE FUNCTION :"data_schema".refresh()
RETURNS :"data_schema".sync_log
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = :"data_schema", pg_temp
SET lock_timeout = '10s'
AS $refresh$
DECLARE
  started timestamptz := clock_timestamp();
  previous timestamptz;
  copy record;
  copied bigint;
  counts jsonb := '{}';
  drifted integer;
  message text;
  detail text;
  run sync_log;
BEGIN
  PERFORM FROM refresh_lock FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    RAISE NOTICE 'another refresh of % is running', :'data_schema';
    RETURN NULL;
  END IF;
  SELECT max(started_at) INTO previous FROM sync_log WHERE succeeded;
  BEGIN
    SELECT count(*) INTO drifted
    FROM (SELECT file, checksum FROM :"foreign_schema".applied_views) views
      FULL JOIN (SELECT file, checksum FROM applied_sql WHERE part = 'analytics' AND file LIKE 'sql/tenant/%') copies
        USING (file)
    WHERE views.checksum IS DISTINCT FROM copies.checksum;
    FOR copy IN
      SELECT target.relname AS name, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS columns
      FROM pg_class target
        JOIN pg_class source ON source.relname = target.relname
        JOIN pg_attribute a ON a.attrelid = target.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE target.relnamespace = :'data_schema'::regnamespace AND target.relkind = 'r'
        AND source.relnamespace = :'foreign_schema'::regnamespace AND source.relkind = 'f'
      GROUP BY target.relname
      ORDER BY target.relname
    LOOP
      EXECUTE format('DELETE FROM %I', copy.name);
      EXECUTE format('INSERT INTO %1$I (%2$s) SELECT %2$s FROM %3$I.%1$I', copy.name, copy.columns, :'foreign_schema');
      GET DIAGNOSTICS copied = ROW_COUNT;
      counts := counts || jsonb_build_object(copy.name, copied);
    END LOOP;
  EXCEPTION
    -- OTHERS leaves out a statement timeout, which is what ends a copy that takes too long.
    WHEN query_canceled OR OTHERS THEN
      GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
      message := concat_ws(': ', format('%s (%s)', message, SQLSTATE), nullif(detail, ''));
      counts := NULL;
      -- The views are not there, or not those that the copies were made for: all of them differ.
      IF drifted IS NULL AND SQLSTATE IN ('42P01', '42703', '3F000') THEN
        SELECT count(*) INTO drifted FROM applied_sql WHERE part = 'analytics' AND file LIKE 'sql/tenant/%';
      END IF;
  END;
  DELETE FROM sync_log WHERE finished_at < started - interval '30 days';
  INSERT INTO sync_log (started_at, finished_at, row_counts, lag_seconds, error, drifted_files)
  VALUES (started, clock_timestamp(), counts, extract(epoch FROM clock_timestamp() - previous), message, drifted)
  RETURNING * INTO run;
  RETURN run;
END
$refresh$;
REVOKE ALL ON FUNCTION :"data_schema".refresh() FROM PUBLIC;
GRANT USAGE ON SCHEMA :"data_schema" TO :"admin";
GRANT EXECUTE ON FUNCTION :"data_schema".refresh() TO :"admin";

-- The tenant that the API's caller belongs to. Only app_metadata counts: users write their user_metadata themselves.
-- Claims that are missing or no JSON belong to nobody, and are no error.
CREATE OR REPLACE FUNCTION :"data_schema".claimed_tenant()
RETURNS text
LANGUAGE plpgsql
STABLE
SET search_path = ''
AS $claims$
BEGIN
  RETURN current_setting('request.jwt.claims', true)::jsonb -> 'app_metadata' ->> 'tenant';
EXCEPTION
  WHEN OTHERS THEN
    RETURN NULL;
END
$claims$;
REVOKE ALL ON FUNCTION :"data_schema".claimed_tenant() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION :"data_schema".claimed_tenant() TO authenticated;
