"""Ends sessions that keep everybody else out of a PostgreSQL server, and serves figures of what its tenants share.

usage: watchdog.py SETTINGS.json

All databases of a server share one lock table. When it is full, nobody can log in, not even a superuser, and most statements fail.
So this keeps one connection per server open from the start. In it stands a transaction without a snapshot that holds, for its whole
life, ACCESS SHARE on every system catalog that a statement could look into: who holds a lock already needs no room to take it
again, so looking at sessions and ending them works with a full table too. When somebody waits for one of them in a mode that
these are in the way of (VACUUM FULL of a catalog, by a superuser), it lets go, and takes them again afterwards: everybody else would
wait behind.

Autovacuum runs functions of tenants: those in an expression of an index or of statistics. What such a function locks is held by a
worker, which belongs to no role, and before PostgreSQL 18 only a superuser may end one. So a function that a superuser made does it.

Needs psycopg2, a role that is a member of pg_signal_backend and pg_read_all_stats, and the function (docs/security.md). Logs whom it
ended and why; never a query.
"""

import collections
import http.server
import json
import os
import signal
import socket
import sys
import threading
import time

import psycopg2

# Seconds: how often names and slow figures are read, the longest pause between two attempts to connect, how long after an offence
# the watchdog looks more often, and after how long without a look a server counts as unwatched.
REFRESH_SECONDS = 30
LONGEST_PAUSE_SECONDS = 10
ALERT_SECONDS = 60
LATE_SECONDS = 15
# How many times more often it looks then.
ALERT_FACTOR = 5
# Share of the lock table that may be taken before sessions of the role with the most locks are ended, the largest first, whatever it may
# have; roles with fewer locks are left alone. By role: a thousand small sessions fill the table as well as one.
PRESSURE = 0.75
PRESSURE_LOCKS = 1000
# A role that is ended this often for its locks within these seconds is kept off the server for the next ones.
OFFENCES, OFFENCE_SECONDS, BAN_SECONDS = 3, 600, 300

# pg_roles, because pg_authid itself may not be read. LIMIT 0 reads nothing; the plan takes the locks, on the indexes too.
CATALOGS = """
SELECT quote_ident(c.relname) FROM pg_catalog.pg_class c
WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r' AND has_table_privilege(c.oid, 'SELECT')
UNION ALL SELECT 'pg_roles'
"""

# age() answers the same all through a transaction, a snapshot is of the statement.
REFRESH = """
SELECT
  (SELECT json_object_agg(oid::text, json_build_array(rolname, rolsuper)) FROM pg_catalog.pg_roles),
  (SELECT json_object_agg(oid::text, datname) FROM pg_catalog.pg_database),
  (SELECT max((pg_snapshot_xmax(pg_current_snapshot())::text::bigint - datfrozenxid::text::bigint) & 4294967295)
     FROM pg_catalog.pg_database),
  pg_notification_queue_usage(),
  current_setting('max_locks_per_transaction')::int
    * (current_setting('max_connections')::int + current_setting('max_prepared_transactions')::int),
  EXISTS (SELECT FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
           WHERE n.nspname = 'odoo_watchdog' AND p.proname = 'end_autovacuum' AND p.prosecdef
             AND has_schema_privilege(n.oid, 'USAGE') AND has_function_privilege(p.oid, 'EXECUTE'))
"""

# Functions where there are views: a view would be one more thing to open. Times by the clock, as now() stands still in a transaction.
LOOK = """
SELECT a.pid, a.leader_pid, a.usesysid::text, a.datid::text, a.backend_start::text, a.backend_type,
  a.state LIKE 'idle in transaction%',
  coalesce(extract(epoch FROM clock_timestamp() - a.xact_start), 0)::float8,
  coalesce(extract(epoch FROM clock_timestamp() - a.state_change), 0)::float8,
  coalesce(l.locks, 0)
FROM pg_catalog.pg_stat_get_activity(NULL) a
LEFT JOIN (SELECT pid, count(*) AS locks FROM pg_catalog.pg_lock_status() GROUP BY pid) l ON l.pid = a.pid
WHERE (a.usesysid IS NOT NULL OR a.backend_type = 'autovacuum worker') AND a.pid <> pg_backend_pid()
"""

# Who waits for a catalog that is held here, or that all databases share: no tenant may ask for more than can be had at once.
WAITING = """
SELECT count(*) FROM pg_catalog.pg_lock_status()
WHERE NOT granted AND relation::bigint < 16384 AND database IN (0, %s)
"""

# Only the session that was looked at: numbers of processes are used again.
END = """
SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_get_activity(%s) WHERE backend_start::text = %s
"""

END_AUTOVACUUM = "SELECT odoo_watchdog.end_autovacuum(%s, %s)"

HELP = {
    "odoo_watchdog_up": ("gauge", "Whether a server is looked at."),
    "odoo_watchdog_connections_total": ("counter", "Connections that were made; more than one: it was lost."),
    "odoo_watchdog_ended_sessions_total": ("counter", "Sessions that were ended, by role and reason."),
    "odoo_watchdog_ended_timestamp_seconds": ("gauge", "When a session of the role was last ended for the reason."),
    "odoo_watchdog_unended_sessions": ("gauge", "Sessions that should have ended and are still there."),
    "odoo_watchdog_locks": ("gauge", "Locks that a role's sessions hold or wait for."),
    "odoo_watchdog_lock_table_size": ("gauge", "Locks that the server has room for."),
    "odoo_watchdog_frozen_age": ("gauge", "Transaction ids since the oldest database was last frozen; the server stops at 2,1e9."),
    "odoo_watchdog_notification_queue": ("gauge", "Share of the notification queue that is full."),
}


def hold(cursor):
    """Begins the transaction that holds the catalogs."""
    cursor.execute("BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY")
    cursor.execute(CATALOGS)
    for (catalog,) in cursor.fetchall():
        cursor.execute(f"SELECT FROM pg_catalog.{catalog} LIMIT 0")


class Session:
    """A session as it was looked at: who, since when (seconds), and with how many locks."""

    def __init__(self, row, roles, databases):
        self.pid, self.leader, role, database, self.start, kind, self.is_idle = row[:7]
        self.transaction_seconds, self.state_seconds, self.locks = row[7:]
        self.key = (self.pid, self.start)
        self.database = databases.get(database, f"oid {database}")
        self.is_client, self.is_autovacuum = kind == "client backend", kind == "autovacuum worker"
        if self.is_autovacuum:
            self.role, self.is_superuser = f"autovacuum of {self.database}", False
        else:
            # A role that is not known yet is a tenant's.
            self.role, self.is_superuser = roles.get(role, (f"oid {role}", False))


class Judge:
    """Decides which sessions are ended. Knows nothing of the server but what it is told, and no clock but the one it is given."""

    def __init__(self, limits, trusted_roles):
        self.limits = limits
        self.trusted = frozenset(trusted_roles)
        self.offences = collections.defaultdict(collections.deque)
        self.banned_until = {}
        # Sessions that counted as an offence: one that takes long to end is found at every look.
        self.counted = set()

    def judge(self, sessions, table_size, now):
        """Sessions to end: [(session, reason, figure, limit)], each once."""
        limits = self.limits
        judged = [
            s for s in sessions
            if s.is_autovacuum or s.is_client and s.role not in self.trusted and not s.is_superuser
        ]
        found = {}

        def end(session, reason, figure, limit):
            found.setdefault(session.pid, (session, reason, figure, limit))

        by_role = collections.defaultdict(list)
        for session in judged:
            by_role[session.role].append(session)
            if session.locks > limits["sessionLocks"]:
                end(session, "locks", session.locks, limits["sessionLocks"])
        for group in by_role.values():
            total = sum(s.locks for s in group)
            for session in sorted(group, key=lambda s: -s.locks):
                if total <= limits["roleLocks"]:
                    break
                end(session, "role-locks", total, limits["roleLocks"])
                total -= session.locks
        room = int(table_size * PRESSURE)
        total = sum(s.locks for s in sessions) - sum(s.locks for s, *_ in found.values())
        role_locks = {role: sum(s.locks for s in group) for role, group in by_role.items()}
        for session in sorted(judged, key=lambda s: (-role_locks[s.role], s.role, -s.locks)):
            if total <= room or role_locks[session.role] < PRESSURE_LOCKS:
                break
            if session.pid not in found:
                end(session, "pressure", total, room)
                total -= session.locks
        offenders = {s.key: s.role for s, *_ in found.values()}
        for role in {role for key, role in offenders.items() if key not in self.counted}:
            self.offend(role, now)
        self.counted = self.counted & {s.key for s in sessions} | offenders.keys()
        for session in judged:
            if session.is_idle and session.state_seconds > limits["idleSeconds"]:
                end(session, "idle-in-transaction", int(session.state_seconds), limits["idleSeconds"])
            # To vacuum a large table takes as long as it takes.
            elif session.is_client and session.transaction_seconds > limits["transactionSeconds"]:
                end(session, "transaction", int(session.transaction_seconds), limits["transactionSeconds"])
            if self.banned_until.get(session.role, 0) > now:
                end(session, "repeated", len(self.offences[session.role]), OFFENCES - 1)
        return list(found.values())

    def offend(self, role, now):
        times = self.offences[role]
        times.append(now)
        while times[0] < now - OFFENCE_SECONDS:
            times.popleft()
        if len(times) >= OFFENCES:
            self.banned_until[role] = now + BAN_SECONDS


class Watch(threading.Thread):
    """One server: keeps the connection, looks, ends, and remembers the figures."""

    def __init__(self, settings, seconds):
        super().__init__(name=settings["name"], daemon=True)
        self.settings = settings
        self.server = settings["name"]
        self.seconds = seconds
        self.judge = Judge(settings["limits"], [*settings["trustedRoles"], settings["user"]])
        self.connection = None
        self.cursor = None
        self.own_database = 0
        self.roles, self.databases, self.table_size = {}, {}, 0
        self.said_small = False
        self.refreshed = self.looked = self.alert_until = 0.0
        # When the loop last began, whether or not the server answered.
        self.alive = time.monotonic()
        self.lock = threading.Lock()
        self.gauges = {}
        self.counters = collections.Counter()
        # When a session was first told to end, as long as it is there, and those that the log has named as still there.
        self.told, self.late = {}, set()
        self.ends_autovacuum = False

    def run(self):
        pause = 1.0
        while True:
            self.alive = time.monotonic()
            try:
                if self.connection is None:
                    self.connect()
                    pause = 1.0
                self.look()
                urgent = time.monotonic() < self.alert_until
                time.sleep(self.seconds / ALERT_FACTOR if urgent else self.seconds)
            except psycopg2.Error as error:
                self.recover(error)
                if self.connection is None:
                    time.sleep(pause)
                    pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
                else:
                    time.sleep(self.seconds)

    def connect(self):
        settings = self.settings
        with open(settings["passwordFile"], encoding="utf-8") as file:
            password = file.read().rstrip("\n")
        connection = psycopg2.connect(
            host=settings["host"], port=settings["port"], dbname=settings["database"], user=settings["user"],
            password=password, sslmode=settings["sslmode"],
            **({"sslrootcert": settings["sslrootcert"]} if settings["sslrootcert"] else {}),
            application_name="odoo-watchdog", connect_timeout=5, tcp_user_timeout=10_000, keepalives_idle=10,
            options="-c statement_timeout=10s -c idle_in_transaction_session_timeout=0 -c work_mem=64MB -c jit=off",
        )
        try:
            connection.autocommit = True
            cursor = connection.cursor()
            if connection.server_version >= 170000:
                cursor.execute("SET transaction_timeout = 0")
            hold(cursor)
            cursor.execute("SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()")
            self.own_database = cursor.fetchone()[0]
        except BaseException:
            connection.close()
            raise
        self.connection, self.cursor, self.refreshed, self.said_small = connection, cursor, 0.0, False
        self.counters["odoo_watchdog_connections_total", ()] += 1
        self.log(f"watches {settings['host']}:{settings['port']} as {settings['user']}")

    def recover(self, error):
        reason = " ".join(str(error).split())
        if self.connection is not None and not self.connection.closed:
            try:
                self.cursor.execute("ROLLBACK TO SAVEPOINT look")
                self.log(f"a look failed: {reason}")
                return
            except psycopg2.Error:
                pass
        if self.connection is None:
            self.log(f"cannot connect: {reason}")
        else:
            self.log(f"the connection is lost: {reason}")
            self.connection.close()
        self.connection = None

    def let_go(self):
        """Lets those pass who wait for a catalog, and holds all again after them."""
        self.log("lets go of the system catalogs, which somebody waits for")
        self.cursor.execute("COMMIT")
        hold(self.cursor)
        self.log("holds the system catalogs again")

    def check_room(self):
        """Says once per connection when what a role may have does not fit in the table: its ordinary work would be ended."""
        allowed, room = self.settings["limits"]["roleLocks"], int(self.table_size * PRESSURE)
        if room < allowed and not self.said_small:
            self.log(
                f"the server has room for {self.table_size} locks, expected {int(allowed / PRESSURE) + 1} or more: sessions are ended "
                f"from {room} locks on, where roleLocks allows {allowed}. Raise max_locks_per_transaction"
            )
            self.said_small = True

    def query(self, sql, values=None):
        self.cursor.execute(sql, values)
        return self.cursor.fetchall()

    def look(self):
        # An error rolls back to here, and the locks that the transaction began with stay.
        self.cursor.execute("SAVEPOINT look")
        now = time.monotonic()
        if now - self.refreshed > REFRESH_SECONDS:
            roles, databases, frozen, queue, self.table_size, self.ends_autovacuum = self.query(REFRESH)[0]
            self.roles = {oid: tuple(role) for oid, role in roles.items()}
            self.databases = databases
            with self.lock:
                self.gauges["odoo_watchdog_frozen_age", ()] = frozen
                self.gauges["odoo_watchdog_notification_queue", ()] = queue
                self.gauges["odoo_watchdog_lock_table_size", ()] = self.table_size
            self.refreshed = now
            self.check_room()
        # What a transaction saw of the others' activity it would see for ever.
        self.query("SELECT pg_catalog.pg_stat_clear_snapshot()")
        sessions = [Session(row, self.roles, self.databases) for row in self.query(LOOK)]
        leaders = {s.pid: s for s in sessions}
        for session in sessions:
            if session.leader in leaders:
                leaders[session.leader].locks += session.locks
                session.locks = 0
        for session, reason, figure, limit in self.judge.judge(sessions, self.table_size, now):
            self.end(session, reason, figure, limit)
        self.check_told(sessions)
        locks = collections.Counter()
        for session in sessions:
            locks[session.role] += session.locks
        with self.lock:
            for key in [key for key in self.gauges if key[0] == "odoo_watchdog_locks"]:
                del self.gauges[key]
            for role, count in locks.items():
                self.gauges["odoo_watchdog_locks", (("role", role),)] = count
        is_in_the_way = self.query(WAITING, (self.own_database,))[0][0] > 0
        self.cursor.execute("RELEASE SAVEPOINT look")
        self.looked = time.monotonic()
        if is_in_the_way:
            self.let_go()

    def check_told(self, sessions):
        """Says once of each session that was told to end that it is still there: nothing but a restart of the server ends it then."""
        there = {s.key: s for s in sessions}
        self.told = {key: since for key, since in self.told.items() if key in there}
        late = {key for key, since in self.told.items() if time.monotonic() - since > LATE_SECONDS}
        for key in late - self.late:
            self.log(f"session {key[0]} of role {there[key].role} was told to end {LATE_SECONDS} s ago and is still there")
        self.late = late
        with self.lock:
            self.gauges["odoo_watchdog_unended_sessions", ()] = len(late)

    def end(self, session, reason, figure, limit):
        self.alert_until = time.monotonic() + ALERT_SECONDS
        self.query("SELECT pg_catalog.pg_stat_clear_snapshot()")
        may_end = self.ends_autovacuum or not session.is_autovacuum
        if may_end:
            self.query(END_AUTOVACUUM if session.is_autovacuum else END, session.key)
        # One that was told and is not gone yet is told again.
        if session.key in self.told:
            return
        self.told[session.key] = time.monotonic()
        labels = (("role", session.role), ("reason", reason))
        with self.lock:
            self.counters["odoo_watchdog_ended_sessions_total", labels] += 1
            self.gauges["odoo_watchdog_ended_timestamp_seconds", labels] = time.time()
        found = f"session {session.pid} of role {session.role} in database {session.database}: {reason}, {figure} where {limit} are allowed"
        if may_end:
            self.log(f"ended {found}")
        else:
            self.log(f"cannot end {found}. Make the function odoo_watchdog.end_autovacuum (docs/security.md)")

    def is_watched(self):
        return self.connection is not None and time.monotonic() - self.looked < LATE_SECONDS

    def figures(self):
        """[(name, labels, value)] of this server. What is not looked at has no figures: none is better than an old one."""
        with self.lock:
            values = {**self.counters, **{key: value for key, value in self.gauges.items()
                                         if self.is_watched() or key[0] == "odoo_watchdog_ended_timestamp_seconds"}}
        values["odoo_watchdog_up", ()] = int(self.is_watched())
        return [(name, (("server", self.server), *labels), value) for (name, labels), value in values.items()]

    def log(self, text):
        print(f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} {self.server}: {text}", flush=True)


def metrics(watches):
    figures = sorted(figure for watch in watches for figure in watch.figures())
    lines = []
    for name, (kind, text) in HELP.items():
        lines += [f"# HELP {name} {text}", f"# TYPE {name} {kind}"]
        for own, labels, value in figures:
            if own == name:
                shown = ",".join(f'{key}="{escaped(label)}"' for key, label in labels)
                lines.append(f"{name}{{{shown}}} {value}")
    return "\n".join(lines) + "\n"


def escaped(text):
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


class Figures(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "watchdog"
    sys_version = ""
    # Seconds that a client may take to send its request.
    timeout = 10
    watches = ()

    def do_GET(self):
        self.close_connection = True
        if self.path == "/metrics":
            self.answer(200, metrics(self.watches))
        elif self.path == "/ready":
            late = [w.server for w in self.watches if not w.is_watched()]
            self.answer(503 if late else 200, f"not watched: {', '.join(late)}\n" if late else "watches\n")
        elif self.path == "/live":
            # A server that is away is no reason to start again: the others' connections would be lost.
            dead = [w.server for w in self.watches if not w.is_alive() or time.monotonic() - w.alive > 60]
            self.answer(500 if dead else 200, f"stuck: {', '.join(dead)}\n" if dead else "lives\n")
        else:
            self.answer(404, "expected /metrics, /ready or /live\n")

    def answer(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    # Both families, where there is IPv6.
    address_family = socket.AF_INET6 if socket.has_dualstack_ipv6() else socket.AF_INET

    def server_bind(self):
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        super().server_bind()

    def handle_error(self, *_):
        # A client that went away.
        pass


def stop(*_):
    # As the first process of a container, Python would ignore the signal.
    os._exit(0)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    with open(sys.argv[1], encoding="utf-8") as file:
        everything = json.load(file)
    Figures.watches = [Watch(server, everything["seconds"]) for server in everything["servers"]]
    for watch in Figures.watches:
        watch.start()
    host = everything.get("listen", "::" if Server.address_family == socket.AF_INET6 else "0.0.0.0")
    if ":" not in host:
        Server.address_family = socket.AF_INET
    server = Server((host, everything["port"]), Figures)
    print(f"listening on {server.server_address[1]}", flush=True)
    server.serve_forever()
