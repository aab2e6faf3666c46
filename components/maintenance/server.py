"""Answers every request with 503 and a page that says so: what the hosts of tenants that do not run are routed to.

Only the standard library, nothing written, nothing logged (addresses can hold what is nobody's business).
"""

import os
import signal
import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

RETRY_AFTER_SECONDS = 3600

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Not available at the moment</title>
</head>
<body>
<main>
<h1>Not available at the moment</h1>
<p>This system is paused for maintenance. Nothing is lost: it is kept as it was.</p>
<p>Please try again later, or ask the people who run it for your company.</p>
</main>
</body>
</html>
""".encode()


class Maintenance(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "maintenance"
    sys_version = ""
    # Seconds that a client may take to send its request.
    timeout = 10

    def answer(self):
        # What a request carries is not read.
        self.close_connection = True
        self.send_response(503)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(PAGE)))
        self.send_header("Retry-After", str(RETRY_AFTER_SECONDS))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Security-Policy", "default-src 'none'")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(PAGE)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
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
    host = "::" if Server.address_family == socket.AF_INET6 else "0.0.0.0"
    server = Server((host, int(os.environ.get("PORT", "8080"))), Maintenance)
    print(f"listening on {server.server_address[1]}", flush=True)
    server.serve_forever()
