-- The tenant's own database, run as its owner: what Odoo needs, and where reports are read.
-- :"reporter" is the role that may only read reports.

-- Odoo does not create it when the database is already there.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

REVOKE ALL ON SCHEMA public FROM PUBLIC;

CREATE SCHEMA IF NOT EXISTS reporting;
REVOKE ALL ON SCHEMA reporting FROM PUBLIC;
GRANT USAGE ON SCHEMA reporting TO :"reporter";
GRANT SELECT ON ALL TABLES IN SCHEMA reporting TO :"reporter";
ALTER DEFAULT PRIVILEGES IN SCHEMA reporting GRANT SELECT ON TABLES TO :"reporter";
COMMENT ON SCHEMA reporting IS 'Versioned views over Odoo''s tables, all that leaves this database for analytics';

-- Which files of sql/ made the views, so that a change of one is found.
CREATE SCHEMA IF NOT EXISTS platform;
REVOKE ALL ON SCHEMA platform FROM PUBLIC;
CREATE TABLE IF NOT EXISTS platform.applied_sql (
  part text NOT NULL,
  file text NOT NULL,
  checksum text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (part, file)
);
