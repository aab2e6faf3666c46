-- Prepares the server that holds the tenants' databases. Run once by the superuser in database "postgres"; again is harmless.
-- :'admin_password' is what the Pulumi program connects with, :'watchdog_password' what the watchdog does.

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'platform_admin') THEN
    -- What a managed server gives: may make databases and roles, is no superuser, reads no tenant's data.
    CREATE ROLE platform_admin LOGIN NOSUPERUSER NOREPLICATION NOBYPASSRLS CREATEDB CREATEROLE;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'odoo_watchdog') THEN
    -- Ends sessions that keep others out; reads no data.
    CREATE ROLE odoo_watchdog LOGIN NOSUPERUSER CONNECTION LIMIT 6 IN ROLE pg_signal_backend, pg_read_all_stats;
  END IF;
END
$$;
ALTER ROLE platform_admin PASSWORD :'admin_password';
ALTER ROLE odoo_watchdog PASSWORD :'watchdog_password';
-- A tenant's open transaction can hold a lock that the program waits for: ALTER ROLE on itself is enough.
ALTER ROLE platform_admin SET lock_timeout = '30s';

-- Odoo's start-up check, its bus and its cron connect to the maintenance database: CONNECT stays, the rest goes.
REVOKE ALL ON DATABASE postgres FROM PUBLIC;
GRANT CONNECT ON DATABASE postgres TO PUBLIC;
REVOKE ALL ON DATABASE template1 FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
-- Large objects need no schema: without this, any tenant could fill the one database that all may connect to.
REVOKE EXECUTE ON FUNCTION lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea) FROM PUBLIC;
