#!/bin/sh
# Brings the tenant's database to this release's revision: every module of ODOO_MODULES installed, at the version that the
# image (ODOO_IMAGE_DIGEST) has, and single sign-on set up. Does only what is missing, so that it can run again after any
# interruption. Odoo runs in no other pod while it changes something: serve.py starts one only when ODOO_REVISION is in the
# database, and stops it when that has gone.
set -eu

export PGSERVICEFILE=/etc/odoo/pg_service.conf PGCONNECT_TIMEOUT=10
RUNBOOK=docs/runbooks/odoo-init.md

say() { echo "odoo-init: $*"; }
die() {
  say "$*; see $RUNBOOK" >&2
  exit 1
}

# Runs the statements on standard input and prints their rows. Only here: Odoo takes its connection from odoo.conf.
sql() { PGSERVICE=odoo psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 "$@"; }

# --workers and --max-cron-threads: nothing but the installation may run.
run_odoo() { odoo "$@" --config=/etc/odoo/odoo.conf --no-http --workers=0 --max-cron-threads=0 --db_maxconn=4; }

missing_modules() {
  sql --set=modules="$ODOO_MODULES" <<'SQL'
SELECT coalesce(string_agg(wanted.name, ',' ORDER BY wanted.name), '')
FROM unnest(string_to_array(:'modules', ',')) AS wanted (name)
WHERE NOT EXISTS (SELECT FROM ir_module_module AS m WHERE m.name = wanted.name AND m.state = 'installed');
SQL
}

parameter() {
  sql --set=key="$1" <<'SQL'
SELECT value FROM ir_config_parameter WHERE key = :'key';
SQL
}

tries=0
until echo 'SELECT 1;' | sql >/dev/null; do
  tries=$((tries + 1))
  [ "$tries" -lt 30 ] || die "the tenant's database cannot be reached, expected the server in pg_service.conf to accept its role"
  say "waiting for the database ($tries of 30)"
  sleep 5
done

# Sessions of other processes of Odoo, in any database: one that only listens can come back. The chart gives them their names
# (ODOO_PGAPPNAME); without it Odoo's are odoo-<process>.
others="usename = current_user AND application_name ~ '^odoo-(web-|cron-|init-)?[0-9]+'"

# Ends when no other Odoo has been seen for 20 seconds: one that was just starting has noticed by then. serve.py gives requests
# 30 seconds to end; whoever is still there after 90 loses its sessions.
wait_until_alone() {
  rounds=0 quiet=0
  while [ "$quiet" -lt 5 ]; do
    rounds=$((rounds + 1))
    found=$(echo "SELECT count(*) FROM pg_stat_activity WHERE $others;" | sql) || found=unknown
    quiet=$((quiet + 1))
    [ "$found" = 0 ] || quiet=0
    [ "$rounds" -lt 60 ] || die "sessions of other Odoo processes: $found, expected none: their pods do not stop"
    if [ "$found" != 0 ] && [ "$rounds" -ge 18 ]; then
      say "ending sessions of other Odoo processes ($found)"
      echo "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE $others;" | sql >/dev/null || :
    fi
    sleep 5
  done
}

# Takes the revision away before anything changes: an Odoo that runs with another release's code must stop, and none may start.
# One that was not running then, as on a node that was frozen, loses its sessions whenever it comes back.
begin() {
  say "$*"
  sql <<'SQL'
DELETE FROM ir_config_parameter WHERE key = 'odoo_saas.revision';
SQL
  say "waiting for other Odoo processes to stop"
  wait_until_alone
  while sleep 5; do
    echo "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE $others AND application_name !~ '^odoo-(init-|[0-9])';" | sql || :
  done >/dev/null 2>&1 &
  trap "kill $! 2>/dev/null || :" EXIT
}

if [ "$(echo "SELECT to_regclass('public.ir_module_module') IS NOT NULL;" | sql)" != t ]; then
  say "empty database: installing $ODOO_MODULES"
  run_odoo --init="base,$ODOO_MODULES" --stop-after-init
else
  missing=$(missing_modules)
  if [ "$(parameter odoo_saas.image)" != "$ODOO_IMAGE_DIGEST" ]; then
    # Another image, or an installation that was cut off: any module may have changed.
    begin "new image: upgrading all modules${missing:+, installing $missing}"
    run_odoo --update=all ${missing:+"--init=$missing"} --stop-after-init
  elif [ -n "$missing" ]; then
    begin "installing $missing"
    run_odoo --init="$missing" --stop-after-init
  else
    say "all modules are installed"
  fi
fi

# Odoo only warns of a module that the image does not have.
missing=$(missing_modules)
[ -z "$missing" ] || die "not installed: $missing, expected the image to have them and their dependencies"

case ",$ODOO_MODULES," in
*,auth_oidc,*)
  say "setting up single sign-on"
  run_odoo shell <"${0%/*}/oidc.py" || die "single sign-on could not be set up"
  ;;
esac

sql --set=revision="$ODOO_REVISION" --set=image="$ODOO_IMAGE_DIGEST" <<'SQL'
INSERT INTO ir_config_parameter (key, value, create_date, write_date)
VALUES ('odoo_saas.image', :'image', now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'),
       ('odoo_saas.revision', :'revision', now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC')
ON CONFLICT (key) DO UPDATE SET value = excluded.value, write_date = excluded.write_date;
SQL
say "done: revision $ODOO_REVISION"
