# What a database dump holds, told from its text (pg_restore --data-only, or pg_dump --data-only): a line for each table with
# its name, its number of rows and the SHA-256 of its rows in sorted order, apart by tabs; the last line is for sequences
# and large objects. A database that is dumped, restored and dumped again has the same lines. `out` is the file to write.
function hash_of(command) { return command " | sha256sum | cut -c1-64 >>'" out "'" }
function write_row(name, rows) {
  printf "%s\t%d\t", name, rows >>out
  close(out)
}
BEGIN {
  sorted = hash_of("LC_ALL=C sort")
  others = out ".others"
  printf "" >out
  printf "" >others
  close(out)
}
copying && $0 == "\\." {
  write_row(table, rows)
  close(sorted)
  copying = 0
  next
}
copying {
  print | sorted
  rows++
  next
}
/^COPY .* FROM stdin;$/ {
  match($0, /^COPY ("([^"]|"")*"|[^ ."]+)\.("([^"]|"")*"|[^ ."]+)/)
  table = substr($0, 6, RLENGTH - 5)
  copying = 1
  rows = 0
  # Starts the command, for a table without rows too.
  printf "" | sorted
  next
}
/^SELECT pg_catalog\.(setval|lo)/ {
  print >others
  count++
}
END {
  if (copying) exit 1
  close(others)
  write_row("(sequences and large objects)", count)
  exit system(hash_of("cat '" others "'") " && rm '" others "'")
}
