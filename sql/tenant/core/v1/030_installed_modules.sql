CREATE VIEW reporting.installed_modules AS
SELECT
  m.name AS module,
  -- Odoo's name for the installed version; "installed_version" is computed from the files and not stored.
  m.latest_version AS version,
  m.state
FROM public.ir_module_module m
WHERE m.state IN ('installed', 'to upgrade', 'to remove');
COMMENT ON VIEW reporting.installed_modules IS 'Odoo modules that are installed; a row a module';
