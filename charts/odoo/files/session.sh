# Sourced by backup.sh and init.sh: a session of the database that is asked one question at a time, and holds its locks until it
# ends. Whatever the caller starts keeps it open too, unless that closes 7 and 8.

# open_session CONNECTION FOLDER: fails when the database does not answer. CONNECTION has an application_name, which stands above
# the service file's; FOLDER is for two pipes, which are gone afterwards. A host that is gone must not keep a lock for hours, nor
# a gateway forget the session.
open_session() {
  mkfifo "$2/to" "$2/from"
  psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 "$1" <"$2/to" >"$2/from" &
  session=$!
  exec 8>"$2/to" 7<"$2/from"
  rm "$2/to" "$2/from"
  ask "SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 6; SELECT 'open';"
}

# Puts the one row that the statements give into $answer. Fails when the session has ended.
ask() { (trap '' PIPE && printf '%s\n' "$1" >&8) 2>/dev/null && IFS= read -r answer <&7; }

close_session() {
  exec 8>&- 7<&-
  wait "$session" || :
}
