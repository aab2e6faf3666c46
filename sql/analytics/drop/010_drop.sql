-- Run as the administrator: everything here is a copy of what is in the tenant's database, or a log of copying.
DO $drop$
BEGIN
  IF EXISTS (
    SELECT FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = 'cron' AND p.proname = 'unschedule' AND has_schema_privilege(n.oid, 'USAGE')
  ) THEN
    -- By number: by a name that is not there it is an error.
    PERFORM cron.unschedule(jobid) FROM cron.job WHERE jobname = 'odoo-saas refresh ' || :'tenant';
  END IF;
END
$drop$;
GRANT :"owner" TO CURRENT_USER;
DROP SERVER IF EXISTS :"server" CASCADE;
SET LOCAL ROLE :"owner";
DROP SCHEMA IF EXISTS :"schema", :"data_schema", :"foreign_schema" CASCADE;
RESET ROLE;
REVOKE :"owner" FROM CURRENT_USER;
