#!/bin/sh
# Makes one snapshot of a tenant in its restic repository, then forgets those that are not to be kept. A snapshot holds:
#   database.dump   pg_dump's custom format, uncompressed: restic compresses, and stores what has not changed once
#   rows.tsv        number and checksum of every table's rows (rows.awk): what a restored database is compared with
#   files.sha1      checksum of every file of the filestore, as sha1sum writes it: a line that begins with a backslash has escapes
#   tenant.json     what the tenant's file came to; backup.json: format, tenant, moment, version of pg_dump
#   the filestore   in its own folder
# restic writes a snapshot's own record last, so that a killed backup leaves none. Secrets come by files.
# Both lie outside of an installation or upgrade of modules: each waits for the other (init.sh).
set -eu
umask 077

RUNBOOK=docs/runbooks/backup.md
say() { echo "odoo-backup: $*"; }
die() {
  say "$*; see $RUNBOOK" >&2
  exit 1
}

: "${TENANT:?}" "${RESTIC_REPOSITORY:?}" "${RESTIC_PASSWORD_FILE:?}" "${KEEP_DAILY:?}" "${KEEP_WEEKLY:?}" "${KEEP_MONTHLY:?}"
: "${BACKUP_DIR:=/backup}" "${DATA_DIR:=/var/lib/odoo}" "${TENANT_FILE:=/etc/odoo/tenant.json}"
: "${PGSERVICEFILE:=/etc/odoo/pg_service.conf}" "${RETRY_LOCK:=10m}"
: "${UPGRADE_WAIT_SECONDS:=1800}"
scripts=$(cd "$(dirname "$0")" && pwd)
. "$scripts/session.sh"
export PGSERVICEFILE PGSERVICE=odoo PGCONNECT_TIMEOUT=10 TZ=UTC
export RESTIC_REPOSITORY RESTIC_PASSWORD_FILE RESTIC_CACHE_DIR="$BACKUP_DIR/cache"

for program in pg_dump pg_restore psql restic flock sha1sum sha256sum; do
  command -v "$program" >/dev/null || die "$program is not on PATH, expected the PostgreSQL client, restic and util-linux"
done

# Held until this and all that it started have ended, however that is.
mkdir -p "$BACKUP_DIR"
exec 9>"$BACKUP_DIR/.lock"
flock --nonblock 9 || die "another backup of $TENANT runs (it holds $BACKUP_DIR/.lock), expected one at a time: wait for it"

# pg_dump refuses a server that is newer than itself, and pg_restore what a newer pg_dump has written.
version_of() { "$1" --version | sed -n 's/.*(PostgreSQL) \([0-9][0-9]*\).*/\1/p'; }
pg_dump=$(version_of pg_dump) pg_restore=$(version_of pg_restore)
server=$(psql --no-psqlrc --quiet --tuples-only --no-align --command="SELECT current_setting('server_version_num')::int / 10000") ||
  die "the database does not answer, expected the server in pg_service.conf to accept its role"
[ "${pg_dump:-0}" -ge "$server" ] ||
  die "pg_dump is version ${pg_dump:-unknown} and the server $server, expected a client of the server's version or later: an image with one"
[ "${pg_restore:-0}" -ge "$pg_dump" ] ||
  die "pg_restore is version ${pg_restore:-unknown} and pg_dump $pg_dump, expected both of one version"

stage="$BACKUP_DIR/stage" others="$BACKUP_DIR/others" filestore="$DATA_DIR/filestore/$TENANT"
# Left by a backup that was killed.
rm -rf "$stage"
trap 'rm -rf "$stage" "$others"' EXIT
trap 'exit 143' INT TERM HUP
mkdir "$stage"

# Removes locks whose owner is gone, or half an hour old; tells whether there is a repository that this password opens.
status=0
restic unlock --quiet 2>"$stage/error" || status=$?
case $status in
0) ;;
10)
  say "new repository $RESTIC_REPOSITORY"
  restic init --quiet || die "the repository $RESTIC_REPOSITORY cannot be made"
  ;;
12) die "the repository $RESTIC_REPOSITORY does not open with this password, expected the one that it was made with" ;;
*)
  cat "$stage/error" >&2
  die "the repository $RESTIC_REPOSITORY cannot be opened (restic's status $status)"
  ;;
esac
rm "$stage/error"

# init.sh begins nothing while a session of this name holds the lock.
connection="service=odoo application_name=odoo-saas/backup"

# What is under way, nothing if nothing is: the notes that init.sh makes, which has not ended before there is a revision.
look() {
  ask "SELECT to_regclass('public.odoo_saas_installing') IS NOT NULL, to_regclass('public.ir_config_parameter') IS NOT NULL;" || return 1
  case $answer in
  t*) answer="the first installation of modules" ;;
  f\|f) answer= ;;
  *)
    ask "SELECT CASE
      WHEN bool_or(key = 'odoo_saas.installing') THEN 'the installation or upgrade of modules ' || max(value) FILTER (WHERE key = 'odoo_saas.installing')
      WHEN bool_or(key = 'odoo_saas.image') AND NOT bool_or(key = 'odoo_saas.revision') THEN 'what the init Job does after the modules'
      ELSE '' END FROM public.ir_config_parameter WHERE key IN ('odoo_saas.installing', 'odoo_saas.image', 'odoo_saas.revision');"
    ;;
  esac
}

waited=0
while :; do
  open_session "$connection" "$stage" ||
    die "the database does not answer, expected the server in pg_service.conf to accept its role"
  # init.sh has it for a moment only.
  { ask "SELECT pg_advisory_lock_shared(hashtextextended('odoo_saas.upgrade', 0));" && look; } ||
    die "the database has ended the session, expected it to say what is under way"
  [ -n "$answer" ] || break
  close_session
  [ "$waited" -lt "$UPGRADE_WAIT_SECONDS" ] ||
    die "the init Job has begun and not ended, expected it to end within $UPGRADE_WAIT_SECONDS s: $answer"
  say "waiting for the init Job to end: $answer ($waited of $UPGRADE_WAIT_SECONDS s)"
  sleep 10
  waited=$((waited + 10))
done

# The database first: files are only ever added while it is dumped, so the filestore has all that the dump refers to.
now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
pg_dump --format=custom --compress=0 --no-owner --no-acl --dbname="$connection" --file="$stage/database.dump" ||
  die "the database could not be dumped, expected the server to answer until it is done"
{ pg_restore --data-only --file=- "$stage/database.dump" || : >"$stage/failed"; } |
  LC_ALL=C TMPDIR="$stage" awk -v out="$stage/rows.tsv" -f "$scripts/rows.awk" || : >"$stage/failed"
[ ! -e "$stage/failed" ] || die "the dump is not whole: pg_restore cannot read it to its end"
# What a restore will ask of the list is asked now: a line of its form for each table of the dump, and one more.
tables=$(pg_restore --list "$stage/database.dump" | grep -c '^[0-9]*; [0-9]* [0-9]* TABLE DATA ') || :
LC_ALL=C awk -F '\t' -v tables="$tables" '
  NF != 3 || $1 == "" || $1 in seen || $2 !~ /^[0-9]+$/ || $3 !~ /^[0-9a-f]+$/ || length($3) != 64 { wrong = 1 }
  { seen[$1] }
  END { exit wrong || NR != tables + 1 }' "$stage/rows.tsv" ||
  die "the list of the tables is not whole, expected a line for each of the dump's $tables tables: nothing could be compared with it"
cp "$TENANT_FILE" "$stage/tenant.json"
printf '{"format":2,"tenant":"%s","takenAt":"%s","pgDump":%s}\n' "$TENANT" "$now" "$pg_dump" >"$stage/backup.json"

# Odoo names an attachment's file by its SHA-1 and never changes it; what is named otherwise is read. The folder checklist
# has the marks of its garbage collection.
list_files() {
  (
    cd "$filestore"
    LC_ALL=C find . -regextype posix-extended -path ./checklist -prune -o -type f \
      \( -regex '\./[0-9a-f]{2}/[0-9a-f]{40}' -printf '%f  %p\n' -o -fprint0 "$others" \) | LC_ALL=C sort
    xargs -0 -r sha1sum -- <"$others"
  )
}

tries=0 snapshot=
while [ -z "$snapshot" ]; do
  tries=$((tries + 1))
  : >"$stage/files.sha1"
  set -- "$stage"
  if [ -d "$filestore" ]; then
    list_files >"$stage/files.sha1" || die "the filestore $filestore cannot be read"
    [ "$(LC_ALL=C grep -cv '^\\\{0,1\}[0-9a-f]\{40\}  \./.' "$stage/files.sha1")" -eq 0 ] ||
      die "the list of the files is not of its form: nothing could be compared with it"
    set -- "$@" "$filestore"
  fi
  status=0
  restic backup --json --quiet --no-scan --retry-lock "$RETRY_LOCK" --host "$TENANT" --tag data --group-by host,tags \
    ${BACKUP_TIME:+--time "$BACKUP_TIME"} "$@" >"$BACKUP_DIR/summary.json" || status=$?
  [ "$status" -eq 0 ] || [ "$status" -eq 3 ] || die "the snapshot could not be written (restic's status $status)"
  snapshot=$(sed -n 's/.*"snapshot_id":"\([0-9a-f]*\)".*/\1/p' "$BACKUP_DIR/summary.json")
  # A file that Odoo's garbage collection took away between the list and the snapshot.
  if [ "$status" -eq 0 ] && [ -s "$stage/files.sha1" ]; then
    restic ls "$snapshot" "$filestore" --recursive 2>/dev/null | LC_ALL=C sort >"$stage/in-snapshot"
    sed -n "s|^[0-9a-f]\{40\}  \.\(/[0-9a-f]\{2\}/[0-9a-f]\{40\}\)\$|$filestore\1|p" "$stage/files.sha1" | LC_ALL=C sort |
      LC_ALL=C comm -23 - "$stage/in-snapshot" >"$stage/missing"
    [ ! -s "$stage/missing" ] || status=3
    # Any other name is in restic's list in another spelling: what is there still was there all the time.
    (cd "$filestore" && xargs -0 -r ls -d -- <"$others" >/dev/null 2>&1) || status=3
    rm "$stage/in-snapshot" "$stage/missing"
  fi
  if [ "$status" -ne 0 ]; then
    restic forget --quiet --retry-lock "$RETRY_LOCK" "$snapshot"
    [ "$tries" -lt 3 ] || die "files of $filestore went away while they were read, three times"
    say "files went away while they were read: once more"
    snapshot=
  fi
done
if ! ask "SELECT 'held';"; then
  restic forget --quiet --retry-lock "$RETRY_LOCK" "$snapshot"
  die "the session that keeps the init Job away has ended, expected the server to answer until the snapshot is made"
fi
close_session
say "snapshot $snapshot of $TENANT at $now"

restic forget --quiet --prune --retry-lock "$RETRY_LOCK" --host "$TENANT" --tag data --group-by host,tags --keep-last 1 \
  --keep-daily "$KEEP_DAILY" --keep-weekly "$KEEP_WEEKLY" --keep-monthly "$KEEP_MONTHLY" >"$stage/forget" ||
  die "the snapshot $snapshot is made, but older ones could not be forgotten"
say "done: snapshot $snapshot"
