-- For the analytics side, which compares it with the files that its copies were made for.
CREATE VIEW reporting.applied_views AS
SELECT
  substring(a.file FROM '^sql/tenant/(.+)/[^/]+$') AS model,
  a.file,
  a.checksum,
  a.applied_at
FROM platform.applied_sql a
WHERE a.part = 'views';
COMMENT ON VIEW reporting.applied_views IS 'Which files of sql/ made the reporting views; one row per file';
