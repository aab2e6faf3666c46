-- Run as the owner, as all that follows.
CREATE TABLE IF NOT EXISTS :"data_schema".sync_log (
  sync_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  started_at timestamptz NOT NULL,
  finished_at timestamptz NOT NULL,
  row_counts jsonb,
  lag_seconds double precision,
  error text,
  succeeded boolean NOT NULL GENERATED ALWAYS AS (error IS NULL) STORED
);
COMMENT ON TABLE :"data_schema".sync_log IS 'Each refresh of the last 30 days';
COMMENT ON COLUMN :"data_schema".sync_log.started_at IS 'The copied data are at least as new as this';
COMMENT ON COLUMN :"data_schema".sync_log.lag_seconds IS
  'Age of what readers saw when this run ended: since the start of the last run that had succeeded; null before the first';

ALTER TABLE :"data_schema".sync_log ADD COLUMN IF NOT EXISTS drifted_files integer;
COMMENT ON COLUMN :"data_schema".sync_log.drifted_files IS
  'Files that differ between the reporting views and what these copies were made for; null where the views could not be asked';

CREATE TABLE IF NOT EXISTS :"data_schema".applied_sql (
  part text NOT NULL,
  file text NOT NULL,
  checksum text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (part, file)
);

-- Whoever refreshes locks its one row. No advisory lock: anybody in the database can hold those, other tenants among them.
CREATE TABLE IF NOT EXISTS :"data_schema".refresh_lock (single boolean PRIMARY KEY DEFAULT true CHECK (single));
INSERT INTO :"data_schema".refresh_lock DEFAULT VALUES ON CONFLICT DO NOTHING;

-- Left of an earlier version of the models.
DO $clear$
DECLARE
  old record;
BEGIN
  FOR old IN
    SELECT c.oid::regclass AS name, c.relkind
    FROM pg_class c
    WHERE (c.relnamespace = :'schema'::regnamespace AND c.relkind = 'v')
      OR (c.relnamespace = :'data_schema'::regnamespace AND c.relkind = 'r'
        AND c.relname NOT IN ('sync_log', 'applied_sql', 'refresh_lock'))
    ORDER BY c.relkind DESC
  LOOP
    EXECUTE format('DROP %s %s', CASE old.relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, old.name);
  END LOOP;
END
$clear$;

IMPORT FOREIGN SCHEMA reporting FROM SERVER :"server" INTO :"foreign_schema";
