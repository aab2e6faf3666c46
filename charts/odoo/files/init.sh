#!/bin/sh
# Brings the tenant's database to this release's revision: every module of ODOO_MODULES installed, at the version that the
# image (ODOO_IMAGE_DIGEST) has, the platform's settings made, and single sign-on set up. Does only what is missing, so that
# it can run again after any interruption. Odoo runs in no other pod while it changes something: serve.py starts one only when
# ODOO_REVISION is in the database, and stops it when that has gone.
#
# What it keeps in the database between runs:
#   table odoo_saas_installing          the first installation has begun and not ended: it starts from an empty database again
#   parameter odoo_saas.installing      modules whose installation has begun and not ended: they are also upgraded
#   parameter odoo_saas.image           image whose modules are all in, written when Odoo's run has ended well
#   parameter odoo_saas.revision        what serve.py waits for, written last
# From the first change to the revision a backup waits (backup.sh), and nothing is changed while a backup runs.
#
# Init Jobs of one tenant run one after the other (take_turn), and one of a release that is not wanted any more changes nothing.
set -eu

scripts=${0%/*}
: "${PGSERVICEFILE:=/etc/odoo/pg_service.conf}" "${REVISION_FILE:=$scripts/revision}" "${WAIT_SECONDS:=900}"
export PGSERVICEFILE PGCONNECT_TIMEOUT=10
RUNBOOK=docs/runbooks/odoo-init.md
. "$scripts/session.sh"

say() { echo "odoo-init: $*"; }
die() {
  say "$*; see $RUNBOOK" >&2
  exit 1
}
# Ends with a status that says that another try would not help (the Job's podFailurePolicy).
leave() {
  status=$1
  shift
  say "$*; nothing was changed; see $RUNBOOK" >&2
  exit "$status"
}

# Nothing of this goes on without this process: neither Odoo, nor loops in the background, nor the session of take_turn.
odoo='' loops='' session=''
trap 'kill -KILL $odoo $loops $session 2>/dev/null || :' EXIT
trap 'exit 143' INT TERM HUP

# Runs the statements on standard input and prints their rows. Only here: Odoo takes its connection from odoo.conf.
sql() { PGSERVICE=odoo psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 "$@"; }

# --workers and --max-cron-threads: nothing but the installation may run. In the background, where it would have no input of its
# own: a shell acts on a signal when the command in front has ended, or at once while it waits.
run_odoo() {
  { odoo "$@" --config=/etc/odoo/odoo.conf --no-http --workers=0 --max-cron-threads=0 --db_maxconn=4 <&3 3<&- & } 3<&0
  odoo=$! status=0
  wait "$odoo" || status=$?
  odoo=''
  return "$status"
}

# The database's state: image whose modules are in, modules in work, modules of ODOO_MODULES that are not installed, and
# modules that Odoo has left in the middle of something, which stops every scheduled action.
read_state() {
  state=$(
    sql --set=modules="$ODOO_MODULES" <<'SQL'
SELECT coalesce((SELECT value FROM ir_config_parameter WHERE key = 'odoo_saas.image'), ''),
  coalesce((SELECT value FROM ir_config_parameter WHERE key = 'odoo_saas.installing'), ''),
  coalesce((
    SELECT string_agg(wanted.name, ',' ORDER BY wanted.name)
    FROM unnest(string_to_array(:'modules', ',')) AS wanted (name)
    WHERE NOT EXISTS (SELECT FROM ir_module_module AS m WHERE m.name = wanted.name AND m.state = 'installed')
  ), ''),
  coalesce((SELECT string_agg(name, ',' ORDER BY name) FROM ir_module_module WHERE state LIKE 'to %'), '');
SQL
  )
  IFS='|' read -r image in_work missing pending <<STATE
$state
STATE
}

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

# Seconds that this has waited, for another init Job and for a backup.
waited=0

# Holds a lock until this process ends, so that init Jobs never run beside each other, whatever their release. The session's name
# says whose it is; it is none of $others.
take_turn() {
  folder=$(mktemp -d)
  open_session "service=odoo application_name='odoo-saas/init $ODOO_REVISION $(uname -n)' tcp_user_timeout=90000" "$folder" ||
    die "the database does not answer, expected the server in pg_service.conf to accept its role"
  rmdir "$folder"
  while ask "SELECT pg_try_advisory_lock(hashtextextended('odoo_saas.init', 0));"; do
    if [ "$answer" = t ]; then
      trap 'die "the session that keeps other init Jobs away has ended, expected the server to answer until this is done"' USR1
      {
        while sleep 5 7<&- 8>&- && ask "SELECT 'held';"; do :; done
        kill -USR1 $$
      } >/dev/null 2>&1 &
      loops=$!
      return
    fi
    ask "SELECT coalesce(min(application_name || ', UTC since ' || to_char(backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')), 'just now')
      FROM pg_stat_activity JOIN pg_locks USING (pid)
      WHERE datname = current_database() AND locktype = 'advisory' AND granted AND objsubid = 1
        AND (classid::bigint << 32 | objid::bigint) = hashtextextended('odoo_saas.init', 0);" || break
    [ "$waited" -lt "$WAIT_SECONDS" ] ||
      leave 76 "another init Job of this tenant runs ($answer), expected it to end within $WAIT_SECONDS s: run this one again when it has"
    say "waiting for another init Job to end: $answer ($waited of $WAIT_SECONDS s)"
    sleep 10
    waited=$((waited + 10))
  done
  die "the database has ended the session, expected it to answer"
}

# backup.sh holds it shared, in a session of the name odoo-saas/backup, from its look at the notes to the end of its snapshot.
lock="pg_try_advisory_xact_lock(hashtextextended('odoo_saas.upgrade', 0))"

# Notes that something begins, while no backup runs: the statements on standard input do both in one transaction, and print
# whether they have. Waits while the pods that run go on.
note() {
  statements=$(cat)
  while :; do
    noted=$(printf '%s\n' "$statements" | sql "$@")
    [ "$noted" != t ] || return 0
    since=$(
      sql <<'SQL'
SELECT coalesce(to_char(min(backend_start) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'), 'just now') FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'odoo-saas/backup';
SQL
    )
    [ "$waited" -lt "$WAIT_SECONDS" ] ||
      leave 75 "a backup of the database runs (UTC since $since), expected it to end within $WAIT_SECONDS s"
    say "waiting for a backup of the database to end (UTC since $since; $waited of $WAIT_SECONDS s)"
    sleep 10
    waited=$((waited + 10))
  done
}

# Takes the revision away before anything changes: an Odoo that runs with another release's code must stop, and none may start.
# One that was not running then, as on a node that was frozen, loses its sessions whenever it comes back. Notes what is in work.
begin() {
  say "$1"
  note --set=modules="$2" <<SQL
WITH gate AS MATERIALIZED (SELECT $lock AS free),
gone AS (DELETE FROM ir_config_parameter USING gate WHERE free AND key = 'odoo_saas.revision'),
noted AS (
  INSERT INTO ir_config_parameter (key, value, create_date, write_date)
  SELECT 'odoo_saas.installing', :'modules', now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC' FROM gate WHERE free
  ON CONFLICT (key) DO UPDATE SET value = excluded.value, write_date = excluded.write_date
)
SELECT free FROM gate;
SQL
  say "waiting for other Odoo processes to stop"
  wait_until_alone
  while sleep 5; do
    echo "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE $others AND application_name !~ '^odoo-(init-|[0-9])';" | sql || :
  done 7<&- 8>&- >/dev/null 2>&1 &
  loops="$loops $!"
}

# Notes that Odoo's run has ended, with all that it does at its end: a later failure repeats none of it.
finish() {
  sql --set=image="$ODOO_IMAGE_DIGEST" <<'SQL'
BEGIN;
INSERT INTO ir_config_parameter (key, value, create_date, write_date)
VALUES ('odoo_saas.image', :'image', now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC')
ON CONFLICT (key) DO UPDATE SET value = excluded.value, write_date = excluded.write_date;
DELETE FROM ir_config_parameter WHERE key = 'odoo_saas.installing';
DROP TABLE IF EXISTS public.odoo_saas_installing;
COMMIT;
SQL
}

# Removes what a first installation that was cut off has left. Odoo cannot go on with it: hooks that run once, at the end of
# the run that installed a module, are lost (the chart of accounts is one). Nothing in it is anybody's: no pod starts without
# a revision. Should one be there after all, or should a person have logged in, nothing is removed.
empty_database() {
  sql <<'SQL' || die "a first installation was cut off, and its database is in use: expected no revision and no log-in"
DO $$
BEGIN
  IF to_regclass('public.ir_config_parameter') IS NOT NULL THEN
    IF EXISTS (SELECT FROM ir_config_parameter WHERE key IN ('odoo_saas.image', 'odoo_saas.revision')) THEN
      RAISE EXCEPTION 'the database has been finished before';
    END IF;
  END IF;
  IF to_regclass('public.res_users_log') IS NOT NULL THEN
    IF EXISTS (SELECT FROM res_users_log) THEN
      RAISE EXCEPTION 'somebody has logged in to the database';
    END IF;
  END IF;
END $$;
SQL
  # An init pod on a node that is out of reach may still be at work.
  echo "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE $others;" | sql >/dev/null
  # In steps: one transaction would need more locks than a server has.
  sql <<'SQL'
DO $$
DECLARE
  item record;
  dropped integer := 0;
BEGIN
  FOR item IN
    SELECT c.relname AS name, CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind
    FROM pg_class AS c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
      AND pg_get_userbyid(c.relowner) = current_user AND c.relname <> 'odoo_saas_installing'
      AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
    ORDER BY c.relkind DESC, c.relname
  LOOP
    IF to_regclass(format('public.%I', item.name)) IS NOT NULL THEN
      EXECUTE format('DROP %s public.%I CASCADE', item.kind, item.name);
      dropped := dropped + 1;
      IF dropped % 25 = 0 THEN
        COMMIT;
      END IF;
    END IF;
  END LOOP;
END $$;
SQL
}

tries=0
until echo 'SELECT 1;' | sql >/dev/null; do
  tries=$((tries + 1))
  [ "$tries" -lt 30 ] || die "the tenant's database cannot be reached, expected the server in pg_service.conf to accept its role"
  say "waiting for the database ($tries of 30)"
  sleep 5
done

take_turn
# One file for all releases of the tenant, which Pulumi changes before it makes a Job. A node brings that to a pod that runs within
# two minutes: this one may have waited for a newer Job that took less, and one that is new may be early.
[ "$waited" = 0 ] || sleep 120
tries=0
until [ "$(cat "$REVISION_FILE")" = "$ODOO_REVISION" ]; do
  tries=$((tries + 1))
  [ "$tries" -lt 24 ] ||
    leave 77 "this Job is for revision $ODOO_REVISION, and the one wanted is $(cat "$REVISION_FILE"): another release has come since, and its own Job brings the database to it"
  sleep 5
done

tables=$(
  sql <<'SQL'
SELECT to_regclass('public.odoo_saas_installing') IS NOT NULL, to_regclass('public.ir_module_module') IS NOT NULL;
SQL
)
case $tables in
t*)
  say "the first installation was cut off: starting again from an empty database"
  empty_database
  ;;
esac

case $tables in
t* | f\|f)
  say "empty database: installing $ODOO_MODULES"
  note <<SQL
DO \$\$
BEGIN
  IF $lock THEN
    CREATE TABLE IF NOT EXISTS public.odoo_saas_installing ();
  END IF;
END \$\$;
SELECT to_regclass('public.odoo_saas_installing') IS NOT NULL;
SQL
  # First base alone, and the company: modules look at its country when they are installed.
  run_odoo --init=base --stop-after-init
  run_odoo shell <"$scripts/company.py" || die "the company could not be set up"
  run_odoo "--init=$ODOO_MODULES" --stop-after-init
  finish
  read_state
  ;;
*)
  read_state
  if [ "$image" != "$ODOO_IMAGE_DIGEST" ]; then
    begin "new image: upgrading all modules${missing:+, installing $missing}" all
    run_odoo --update=all ${missing:+"--init=$missing"} --stop-after-init
    finish
    read_state
  elif [ -n "$missing$in_work$pending" ]; then
    # What Odoo does at the end of a run that was cut off is done again by an upgrade of the same modules.
    again=$in_work${in_work:+${pending:+,}}$pending
    case ,$in_work, in *,all,*) again=all ;; esac
    begin "installing ${missing:-nothing}${again:+, upgrading $again again}" "$missing${missing:+${again:+,}}$again"
    run_odoo ${missing:+"--init=$missing"} ${again:+"--update=$again"} --stop-after-init
    finish
    read_state
  else
    say "all modules are installed"
  fi
  ;;
esac

# Odoo only warns of a module that the image does not have.
[ -z "$missing" ] || die "not installed: $missing, expected the image to have them and their dependencies"
[ -z "$pending" ] || die "neither installed nor left alone: $pending, expected the image to have their dependencies"

say "making the platform's settings"
run_odoo shell <"$scripts/settle.py" || die "the platform's settings could not be made"

case ",$ODOO_MODULES," in
*,auth_oidc,*)
  say "setting up single sign-on"
  run_odoo shell <"$scripts/oidc.py" || die "single sign-on could not be set up"
  ;;
esac

sql <"$scripts/indexes.sql" || die "the indexes for searches could not be made"

sql --set=revision="$ODOO_REVISION" <<'SQL'
INSERT INTO ir_config_parameter (key, value, create_date, write_date)
VALUES ('odoo_saas.revision', :'revision', now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC')
ON CONFLICT (key) DO UPDATE SET value = excluded.value, write_date = excluded.write_date;
SQL
say "done: revision $ODOO_REVISION"
