# What a database dump holds, told from its text (pg_restore --data-only, or pg_dump --data-only): a line for each table with
# its name, its number of rows and the SHA-256 of its rows in sorted order, apart by tabs; the last line is for sequences
# and large objects. A database that is dumped, restored and dumped again has the same lines. `out` is the file to write.
#
# A name may have any character but NUL. In the list it is written as COPY writes a value: backslash, tab, line feed and
# carriage return by escapes. A statement ends where its quotes are closed, not where its line does. Needs LC_ALL=C.
function hash_of(command) { return command " | sha256sum | cut -c1-64 >>'" out "'" }
function write_row(name, rows) {
  printf "%s\t%d\t", name, rows >>out
  close(out)
}
function escaped(name) {
  gsub(/\\/, "&&", name)
  gsub(/\t/, "\\t", name)
  gsub(/\n/, "\\n", name)
  gsub(/\r/, "\\r", name)
  return name
}
# Reads a line's quotes: afterwards `quote` is the one that is open, if any. A quote in its own kind is written twice.
function read_quotes(line) {
  while (match(line, quote == "" ? "['\"]" : quote)) {
    quote = quote == "" ? substr(line, RSTART, 1) : ""
    line = substr(line, RSTART + 1)
  }
}
function run_statement() {
  if (statement ~ /^COPY .* FROM stdin;$/) {
    match(statement, /^COPY ("([^"]|"")*"|[^ ."]+)\.("([^"]|"")*"|[^ ."]+)/)
    table = escaped(substr(statement, 6, RLENGTH - 5))
    copying = 1
    rows = 0
    # Starts the command, for a table without rows too.
    printf "" | sorted
  } else if (statement ~ /^SELECT pg_catalog\.(setval|lo)/) {
    print statement >others
    count++
  }
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
# Between statements: comments, and from later versions of pg_dump on, commands of psql.
!within && /^(--|\\|$)/ { next }
{
  statement = within ? statement "\n" $0 : $0
  within = 1
  read_quotes($0)
}
quote == "" && /;$/ {
  within = 0
  run_statement()
}
END {
  if (copying || within) exit 1
  close(others)
  write_row("(sequences and large objects)", count)
  exit system(hash_of("cat '" others "'") " && rm '" others "'")
}
