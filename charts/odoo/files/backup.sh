#!/bin/sh
# Writes one backup, /backup/<UTC time>/{database.dump,filestore.tar}, then removes those that are not to be kept: the newest
# of each of the last KEEP_DAILY days, KEEP_WEEKLY weeks and KEEP_MONTHLY months that have one stays, and the newest always.
# The backups are on a volume of the same cluster; a copy elsewhere is not made here.
set -eu

export PGSERVICEFILE=/etc/odoo/pg_service.conf PGSERVICE=odoo PGCONNECT_TIMEOUT=10
: "${BACKUP_DIR:=/backup}" "${DATA_DIR:=/var/lib/odoo}"

say() { echo "odoo-backup: $*"; }

name=$(date -u +%Y-%m-%dT%H%M%SZ)
partial="$BACKUP_DIR/.partial"
# Left by a backup that was killed; two never run at once (concurrencyPolicy: Forbid).
rm -rf "$partial"
trap 'rm -rf "$partial"' EXIT
mkdir -p "$partial"

# The database first: files are only ever added while it is dumped, so the tar has all that the dump refers to.
pg_dump --format=custom --no-owner --no-acl --file="$partial/database.dump"
# Proves that the dump is whole: the list is at its end.
pg_restore --list "$partial/database.dump" >/dev/null
mkdir -p "$partial/empty"
if [ -d "$DATA_DIR/filestore" ]; then
  tar --create --file="$partial/filestore.tar" --directory="$DATA_DIR" filestore
else
  tar --create --file="$partial/filestore.tar" --directory="$partial/empty" .
fi
rmdir "$partial/empty"
mv "$partial" "$BACKUP_DIR/$name"
say "wrote $name ($(du -sh "$BACKUP_DIR/$name" | cut -f1))"

# Newest first. A backup stays as the newest of its day, week or month, while that class has places left.
kept=0
days=0 weeks=0 months=0
seen=" "
for backup in $(ls -1r "$BACKUP_DIR" | grep -E '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{6}Z$'); do
  date=${backup%T*}
  week=w$(date -u -d "$date" +%G-%V)
  month=${date%-*}
  keep=no
  case "$seen" in *" $date "*) ;; *) [ "$days" -ge "$KEEP_DAILY" ] || { days=$((days + 1)) keep=yes; } ;; esac
  case "$seen" in *" $week "*) ;; *) [ "$weeks" -ge "$KEEP_WEEKLY" ] || { weeks=$((weeks + 1)) keep=yes; } ;; esac
  case "$seen" in *" $month "*) ;; *) [ "$months" -ge "$KEEP_MONTHLY" ] || { months=$((months + 1)) keep=yes; } ;; esac
  seen="$seen$date $week $month "
  if [ "$keep" = yes ] || [ "$kept" -eq 0 ]; then
    kept=$((kept + 1))
  else
    rm -rf "${BACKUP_DIR:?}/$backup"
    say "removed $backup"
  fi
done
say "kept $kept"
