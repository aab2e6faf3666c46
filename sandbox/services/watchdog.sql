-- What the watchdog needs in the database that it connects to on the tenants' server. Run once by a superuser there; again is harmless.
--
-- Autovacuum runs functions of tenants, in indexes and statistics. A worker belongs to no role, and pg_signal_backend is not enough to
-- end it: so a function of a superuser's does, which ends nothing else.

CREATE SCHEMA IF NOT EXISTS odoo_watchdog;
GRANT USAGE ON SCHEMA odoo_watchdog TO odoo_watchdog;
CREATE OR REPLACE FUNCTION odoo_watchdog.end_autovacuum(worker integer, started text) RETURNS boolean
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$ SELECT pg_terminate_backend(pid) FROM pg_stat_get_activity(worker)
         WHERE backend_type = 'autovacuum worker' AND backend_start::text = started $$;
REVOKE ALL ON FUNCTION odoo_watchdog.end_autovacuum FROM PUBLIC;
GRANT EXECUTE ON FUNCTION odoo_watchdog.end_autovacuum TO odoo_watchdog;
