-- Run as the administrator. Where pg_cron is: every 15 minutes, each tenant at minutes of its own. Elsewhere whoever runs the
-- server calls refresh().
DO $schedule$
DECLARE
  minute integer := abs(hashtext(:'tenant') % 15);
BEGIN
  IF EXISTS (
    SELECT FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = 'cron' AND p.proname = 'schedule' AND has_schema_privilege(n.oid, 'USAGE')
  ) THEN
    PERFORM cron.schedule(
      'odoo-saas refresh ' || :'tenant',
      format('%s,%s,%s,%s * * * *', minute, minute + 15, minute + 30, minute + 45),
      format('SET statement_timeout = ''5min''; SELECT %I.refresh()', :'data_schema')
    );
  END IF;
END
$schedule$;
REVOKE :"owner" FROM CURRENT_USER;
