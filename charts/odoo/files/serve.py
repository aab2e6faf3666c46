"""Runs Odoo in a pod, and only while the tenant's database belongs to the pod's release: `serve.py odoo <arguments>`.

The init Job (init.sh) takes the revision out of the database before it changes a module, and writes the release's own when it has
ended. An Odoo that runs meanwhile takes part with the old code: a registry that is loaded anywhere installs whatever is marked for
it. So Odoo starts here when the database is at ODOO_REVISION, and is stopped as soon as the revision is gone or another image
(ODOO_IMAGE_DIGEST) has upgraded the database. Until it may start, this answers on Odoo's port with 503 and a page that says so.

It also answers the pod's probes, on STATUS_PORT, from what it has seen itself, so that a probe never waits for the database:
  /live    200, unless Odoo has not answered for LIVE_SECONDS although the database has all the time
  /ready   200 when Odoo and the database answer, and while an upgrade has stopped an Odoo that served: the page is the answer then

Only the standard library and psql. It is the first process of its container, so it passes signals on and collects orphans.
"""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

RUNBOOK = "docs/runbooks/odoo-init.md"
REVISION = os.environ["ODOO_REVISION"]
IMAGE = os.environ["ODOO_IMAGE_DIGEST"]
HTTP_PORT = int(os.environ.get("HTTP_PORT", "8069"))
STATUS_PORT = int(os.environ.get("STATUS_PORT", "8068"))

# How often the revision is read while all is well, in seconds. init.sh waits for longer than this. Each time is a log-in at the
# server that all tenants share.
WATCH_SECONDS = float(os.environ.get("WATCH_SECONDS", "15"))
# How often while it waits for the revision, or Odoo does not answer.
RETRY_SECONDS = min(WATCH_SECONDS, 5)
HEALTH_SECONDS = min(WATCH_SECONDS, 10)
# How long psql and a health check may take.
ANSWER_SECONDS = float(os.environ.get("ANSWER_SECONDS", "10"))
# Odoo without an answer is taken out of the route after READY_SECONDS, and restarted after LIVE_SECONDS: all workers may be
# busy with long requests, and Odoo ends a worker itself after limit_time_real.
READY_SECONDS = float(os.environ.get("READY_SECONDS", "60"))
LIVE_SECONDS = float(os.environ.get("LIVE_SECONDS", "300"))
# Requests and jobs that an upgrade interrupts may go on for so long.
STOP_SECONDS = float(os.environ.get("STOP_SECONDS", "30"))
# An upgrade of all modules takes minutes.
RETRY_AFTER_SECONDS = 60

QUERY = "SELECT key, value FROM public.ir_config_parameter WHERE key IN ('odoo_saas.revision', 'odoo_saas.image')"
PSQL = ["psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", "--command=" + QUERY]
# What PostgreSQL says when the tenant's log-in or the database (the first), or the server has no connection left, as far as its
# lc_messages is English: a client has no say in that before it is let in.
FULL = ("too many connections", "too many clients already", "remaining connection slots are reserved")
PSQL_ENVIRONMENT = {
    "PGSERVICEFILE": "/etc/odoo/pg_service.conf",
    "PGSERVICE": "odoo",
    **os.environ,
    "PGCONNECT_TIMEOUT": "5",
    "PGOPTIONS": "-c statement_timeout=5s -c default_transaction_read_only=on",
}

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Update in progress</title>
</head>
<body>
<main>
<h1>Update in progress</h1>
<p>This system is being updated. It will be back in a few minutes; nothing that you saved is lost.</p>
</main>
</body>
</html>
""".encode()


def say(text):
    print(f"odoo-serve: {text}", file=sys.stderr, flush=True)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "odoo-serve"
    sys_version = ""
    # Seconds that a client may take to send its request.
    timeout = 10

    def answer(self, status, content_type, body, **headers):
        # What a request carries is not read.
        self.close_connection = True
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in {"Cache-Control": "no-store", "Connection": "close", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_):
        pass


class PageHandler(Handler):
    def page(self):
        self.answer(
            503,
            "text/html; charset=utf-8",
            PAGE,
            Retry_After=str(RETRY_AFTER_SECONDS),
            Content_Security_Policy="default-src 'none'",
            X_Content_Type_Options="nosniff",
        )

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = page


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    # Both families, where there is IPv6.
    address_family = socket.AF_INET6 if socket.has_dualstack_ipv6() else socket.AF_INET

    def __init__(self, port, handler):
        host = "::" if self.address_family == socket.AF_INET6 else "0.0.0.0"
        super().__init__((host, port), handler)
        threading.Thread(target=self.serve_forever, args=(0.1,), daemon=True).start()

    def server_bind(self):
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        super().server_bind()

    def handle_error(self, *_):
        # A client that went away.
        pass

    def close(self):
        self.shutdown()
        self.server_close()


def read_database():
    """What the database says of itself, or None and why it does not answer. Without Odoo's tables it does not answer either."""
    try:
        done = subprocess.run(
            PSQL,
            env=PSQL_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=ANSWER_SECONDS,
            check=True,
        )
    except subprocess.SubprocessError as error:
        # psql's own words name the server and the role, and nothing secret.
        return None, str(getattr(error, "stderr", None) or error).strip()
    return dict(line.split("|", 1) for line in done.stdout.splitlines() if "|" in line), ""


def odoo_answers():
    """Whether Odoo serves a request for which it asks the database."""
    connection = http.client.HTTPConnection("127.0.0.1", HTTP_PORT, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", "/web/health?db_server_status=1")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


class Supervisor:
    def __init__(self, command):
        self.command = command
        self.odoo = None
        self.page = None
        # Whether a signal has asked this process to end.
        self.ending = False
        # Whether Odoo has served here, and whether it had when it was stopped for an upgrade.
        self.served = self.stood_down = False
        # What the last look at each has found.
        self.healthy = self.database_answers = False
        # When: Odoo's last answer; since when it has not answered although the database has; the last look at each.
        self.answered = self.hung_since = None
        self.looked = self.checked = float("-inf")
        self.last_said = None

    def live(self):
        # Asked from another thread, so each moment is read once.
        hung_since = self.hung_since
        return hung_since is None or time.monotonic() - hung_since < LIVE_SECONDS

    def ready(self):
        if self.odoo is None:
            return self.stood_down
        if self.healthy:
            return True
        # Slow is not away.
        answered = self.answered
        return answered is not None and self.database_answers and time.monotonic() - answered < READY_SECONDS

    def run(self):
        while True:
            self.collect()
            if self.ending:
                if self.odoo is None:
                    return
                time.sleep(0.1)
                continue
            now = time.monotonic()
            well = self.odoo is not None and self.healthy
            if now - self.looked >= (WATCH_SECONDS if well else RETRY_SECONDS):
                self.look()
            elif self.odoo is not None and self.may_ask() and now - self.checked >= (HEALTH_SECONDS if well else 1):
                self.check()
            else:
                time.sleep(0.2)

    def collect(self):
        """Collects orphans of Odoo's, which become this process's children, and ends when Odoo has ended."""
        while True:
            try:
                child = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                return
            if child is None:
                return
            if self.odoo is not None and child.si_pid == self.odoo.pid:
                code = self.odoo.wait()
                say(f"Odoo has ended with status {code}")
                sys.exit(code if code >= 0 else 128 - code)
            os.waitpid(child.si_pid, 0)

    def look(self):
        """Reads the revision, and starts or stops Odoo."""
        self.looked = time.monotonic()
        found, error = read_database()
        self.database_answers = found is not None
        if found is None and any(words in error for words in FULL):
            # It answers all right, and the revision is read the next time.
            self.database_answers = True
        if self.ending:
            return
        if self.odoo is None:
            revision = (found or {}).get("odoo_saas.revision")
            if revision == REVISION:
                self.start()
            else:
                self.wait(error or f"the database is at revision {revision!r}")
        elif not self.database_answers:
            # No reason to stop, and none to restart.
            self.healthy = False
            self.hung_since = None
        elif found is None:
            return
        elif "odoo_saas.revision" not in found:
            self.stand_down("the database is being upgraded")
        elif found.get("odoo_saas.image") != IMAGE:
            # Other modules of the same image are the same code.
            self.stand_down("another image has upgraded the database")

    def may_ask(self):
        """Not while the database is known not to answer: each question would hold a worker or a thread of Odoo's."""
        return self.database_answers and (self.healthy or self.looked > self.checked)

    def check(self):
        self.checked = time.monotonic()
        self.healthy = odoo_answers()
        if self.healthy:
            if self.answered is None:
                say("Odoo serves")
            self.served = True
            self.answered = time.monotonic()
            self.hung_since = None
        elif self.hung_since is None:
            self.hung_since = self.checked

    def start(self):
        if self.page is not None:
            self.page.close()
            self.page = None
        say("starting Odoo")
        self.healthy = self.stood_down = False
        self.answered = self.hung_since = self.last_said = None
        # In a session of its own, so that all that it starts can be ended with it.
        self.odoo = subprocess.Popen(self.command, start_new_session=True)
        if self.ending:
            self.terminate()

    def wait(self, why):
        if self.page is None:
            self.page = Server(HTTP_PORT, PageHandler)
        if why != self.last_said:
            say(f"{why}, expected {REVISION!r}: waiting for the Job odoo-init-*; see {RUNBOOK}")
            self.last_said = why

    def terminate(self):
        if self.odoo is not None and self.odoo.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.odoo.pid, signal.SIGTERM)

    def stand_down(self, why):
        say(f"{why}: stopping Odoo")
        self.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        while self.odoo.poll() is None and time.monotonic() < deadline:
            time.sleep(0.1)
        # Workers too, which can outlive the process that started them.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.odoo.pid, signal.SIGKILL)
        self.odoo.wait()
        self.odoo = None
        self.stood_down = self.served
        self.healthy = False
        self.hung_since = None
        if not self.ending:
            self.wait("Odoo has stopped, and the database is at no revision of this pod's")


def main():
    supervisor = Supervisor(sys.argv[1:])

    class StatusHandler(Handler):
        def do_GET(self):
            question = {"/live": supervisor.live, "/ready": supervisor.ready}.get(self.path)
            if question is None:
                self.answer(404, "text/plain", b"expected /live or /ready\n")
            elif question():
                self.answer(200, "text/plain", b"yes\n")
            else:
                self.answer(503, "text/plain", b"no\n")

    def end(*_):
        if not supervisor.ending:
            supervisor.ending = True
            supervisor.terminate()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    Server(STATUS_PORT, StatusHandler)
    supervisor.run()


if __name__ == "__main__":
    main()
