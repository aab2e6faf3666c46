#!/bin/sh
# Ends when the database is at ODOO_REVISION, which the init Job writes last: Odoo must not start on a schema that is being
# made, nor on one of another image. After ten minutes it fails with what it found, and Kubernetes starts it again.
set -eu

export PGSERVICEFILE=/etc/odoo/pg_service.conf PGSERVICE=odoo PGCONNECT_TIMEOUT=10

tries=0
while :; do
  found=$(psql --no-psqlrc --quiet --tuples-only --no-align \
    --command="SELECT value FROM ir_config_parameter WHERE key = 'odoo_saas.revision'" 2>&1) || true
  [ "$found" != "$ODOO_REVISION" ] || exit 0
  tries=$((tries + 1))
  if [ "$tries" -ge 120 ]; then
    echo "odoo-wait: the database is at revision '$found', expected '$ODOO_REVISION': look at the Job odoo-init-*;" \
      "see docs/runbooks/odoo-init.md" >&2
    exit 1
  fi
  sleep 5
done
