-- For every table: row-level security, and a view of the same name that is read with the reader's own rights.
DO $publish$
DECLARE
  tbl record;
BEGIN
  FOR tbl IN
    SELECT relname AS name, obj_description(oid) AS comment
    FROM pg_class
    WHERE relnamespace = :'data_schema'::regnamespace AND relkind = 'r' AND relname NOT IN ('applied_sql', 'refresh_lock')
    ORDER BY relname
  LOOP
    EXECUTE format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY', :'data_schema', tbl.name);
    EXECUTE format('DROP POLICY IF EXISTS reader ON %I.%I', :'data_schema', tbl.name);
    EXECUTE format('DROP POLICY IF EXISTS api ON %I.%I', :'data_schema', tbl.name);
    EXECUTE format('CREATE POLICY reader ON %I.%I FOR SELECT TO %I USING (true)', :'data_schema', tbl.name, :'reader');
    -- In a sub-select, so that the claims are parsed once a statement and not once a row.
    EXECUTE format('CREATE POLICY api ON %1$I.%2$I FOR SELECT TO authenticated USING ((SELECT %1$I.claimed_tenant()) = %3$L)',
      :'data_schema', tbl.name, :'tenant');
    CONTINUE WHEN tbl.name = 'sync_log';

    IF NOT EXISTS (
      SELECT FROM pg_class WHERE relnamespace = :'foreign_schema'::regnamespace AND relkind = 'f' AND relname = tbl.name
    ) THEN
      RAISE EXCEPTION 'the tenant''s database has no view reporting.% that its reporter may read', tbl.name
        USING ERRCODE = 'undefined_table';
    END IF;
    EXECUTE format('CREATE VIEW %1$I.%2$I WITH (security_invoker = true) AS SELECT * FROM %3$I.%2$I',
      :'schema', tbl.name, :'data_schema');
    EXECUTE format('COMMENT ON VIEW %I.%I IS %L', :'schema', tbl.name, tbl.comment);
    EXECUTE format('GRANT SELECT ON %1$I.%2$I, %3$I.%2$I TO %4$I, authenticated',
      :'schema', tbl.name, :'data_schema', :'reader');
  END LOOP;
END
$publish$;

CREATE VIEW :"schema".sync_status WITH (security_invoker = true) AS
SELECT
  max(started_at) FILTER (WHERE succeeded) AS data_as_of,
  extract(epoch FROM clock_timestamp() - max(started_at) FILTER (WHERE succeeded)) AS lag_seconds,
  (array_agg(row_counts ORDER BY sync_id DESC) FILTER (WHERE succeeded))[1] AS row_counts,
  max(started_at) AS last_attempt_at,
  (array_agg(succeeded ORDER BY sync_id DESC))[1] AS last_attempt_succeeded,
  (array_agg(drifted_files ORDER BY sync_id DESC) FILTER (WHERE drifted_files IS NOT NULL))[1] AS drifted_files
FROM :"data_schema".sync_log
HAVING count(*) > 0;
COMMENT ON VIEW :"schema".sync_status IS 'How old the data are, in seconds, and how many rows each view has; one row';

-- Not the error: its text names servers and roles.
GRANT SELECT (sync_id, started_at, finished_at, row_counts, lag_seconds, succeeded, drifted_files)
  ON :"data_schema".sync_log TO :"reader", authenticated;
GRANT SELECT ON :"schema".sync_status TO :"reader", authenticated;
-- On the views' schema alone: the tables can be read through the views and cannot be named.
GRANT USAGE ON SCHEMA :"schema" TO :"reader", authenticated;
