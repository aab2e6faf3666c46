-- The view of sql/tenant/core/v1/040_applied_views.sql.
CREATE TABLE :"data_schema".applied_views (
  model text NOT NULL,
  file text PRIMARY KEY,
  checksum text NOT NULL,
  applied_at timestamptz NOT NULL
);
COMMENT ON TABLE :"data_schema".applied_views IS 'Which files made the reporting views in the tenant''s database; one row per file';
