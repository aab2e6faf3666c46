"""Serves what monitoring may know of the tenant's database, at /metrics in Prometheus' text format: numbers of metrics.sql.

It runs beside Odoo's cron, with the tenant's own log-in, so that no log-in of monitoring's needs to enter tenants' databases. Only
the standard library and psql. A query that fails is a failed scrape: no number is better than an old one.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

FOLDER = os.path.dirname(os.path.abspath(__file__))
PORT = int(os.environ.get("PORT", "9180"))
# Whoever asks more often gets the same answer: the log-in has few connections.
FRESH_SECONDS = 10

QUERY = ["psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"]
QUERY += ["--file=" + os.path.join(FOLDER, "metrics.sql")]
ENVIRONMENT = {
    "PGSERVICEFILE": "/etc/odoo/pg_service.conf",
    "PGSERVICE": "odoo",
    **os.environ,
    "PGCONNECT_TIMEOUT": "5",
    "PGAPPNAME": "odoo-metrics",
    "PGOPTIONS": "-c statement_timeout=5s -c default_transaction_read_only=on",
}


class Metrics(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "metrics"
    sys_version = ""
    # Seconds that a client may take to send its request.
    timeout = 10
    last = (0.0, "")

    def do_GET(self):
        self.close_connection = True
        if self.path != "/metrics":
            self.answer(404, "expected /metrics\n")
            return
        try:
            self.answer(200, self.numbers())
        except subprocess.SubprocessError as error:
            # psql's own words name the server and the role, and nothing secret.
            print(f"odoo-metrics: {getattr(error, 'stderr', None) or error}; see docs/runbooks/alert-queue-stuck.md",
                  file=sys.stderr, flush=True)
            self.answer(500, "the database cannot be asked\n")

    def numbers(self):
        when, text = Metrics.last
        if time.monotonic() - when > FRESH_SECONDS or not text:
            done = subprocess.run(QUERY, env=ENVIRONMENT, check=True, capture_output=True, text=True, timeout=15)
            tenant = os.environ["TENANT"]
            lines = [
                "# HELP odoo_queue_oldest_seconds How long the oldest that is due has waited; 0 when nothing has.",
                "# TYPE odoo_queue_oldest_seconds gauge",
            ]
            for row in done.stdout.split():
                queue, seconds = row.split("|")
                lines.append(f'odoo_queue_oldest_seconds{{tenant="{tenant}",queue="{queue}"}} {float(seconds)}')
            text = "\n".join(lines) + "\n"
            Metrics.last = (time.monotonic(), text)
        return text

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


class Server(HTTPServer):
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
    host = "::" if Server.address_family == socket.AF_INET6 else "0.0.0.0"
    server = Server((host, PORT), Metrics)
    print(f"listening on {server.server_address[1]}", flush=True)
    server.serve_forever()
