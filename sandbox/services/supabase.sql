-- Prepares a PostgreSQL server as Supabase is prepared, as far as the platform touches it. Run once by the superuser in the
-- database that holds the analytics schemas; again is harmless. :'admin_password' is what the Pulumi program connects with,
-- :'authenticator_password' what PostgREST would, :'watchdog_password' what the watchdog does.

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'authenticator') THEN
    -- https://github.com/supabase/postgres: the roles that PostgREST switches to, and the one that it logs in as.
    CREATE ROLE anon NOLOGIN NOINHERIT;
    CREATE ROLE authenticated NOLOGIN NOINHERIT;
    CREATE ROLE service_role NOLOGIN NOINHERIT BYPASSRLS;
    CREATE ROLE authenticator LOGIN NOINHERIT;
    GRANT anon, authenticated, service_role TO authenticator;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'platform_admin') THEN
    -- Stands for Supabase's "postgres" user, which is no superuser either.
    CREATE ROLE platform_admin LOGIN NOSUPERUSER CREATEROLE;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'odoo_monitoring') THEN
    -- May ask how old each tenant's copies are, and nothing else: docs/alerts.md.
    CREATE ROLE odoo_monitoring NOLOGIN;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'odoo_watchdog') THEN
    -- Ends sessions that keep others out; reads no data.
    CREATE ROLE odoo_watchdog LOGIN NOSUPERUSER CONNECTION LIMIT 6 IN ROLE pg_signal_backend, pg_read_all_stats;
  END IF;
  EXECUTE format('GRANT CREATE ON DATABASE %I TO platform_admin', current_database());
END
$$;
ALTER ROLE platform_admin PASSWORD :'admin_password';
-- A tenant's open transaction can hold a lock that the program waits for: ALTER ROLE on itself is enough.
ALTER ROLE platform_admin SET lock_timeout = '30s';
ALTER ROLE authenticator PASSWORD :'authenticator_password';
ALTER ROLE odoo_watchdog PASSWORD :'watchdog_password';

REVOKE ALL ON DATABASE template1 FROM PUBLIC;

CREATE SCHEMA IF NOT EXISTS extensions;
GRANT USAGE ON SCHEMA extensions TO platform_admin, anon, authenticated, service_role;
CREATE EXTENSION IF NOT EXISTS postgres_fdw WITH SCHEMA extensions;
GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO platform_admin;

-- As on Supabase, what the administrator makes in "public" is open to the API's roles: the platform keeps out of there.
GRANT USAGE ON SCHEMA public TO anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE platform_admin IN SCHEMA public
  GRANT ALL ON TABLES TO anon, authenticated, service_role;
