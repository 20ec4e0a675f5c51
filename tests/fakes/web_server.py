"""A web server with TLS on loopback that has a few files, by host and path."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self

from tests.fakes.certificates import make_certificates
from tests.fakes.ports import HOST


class _Quiet(ThreadingHTTPServer):
    """A server to which a client that does not trust it is no news."""

    def handle_error(self, *_: object) -> None:
        """Say nothing: the client tells why it hung up."""


class WebServer:
    """Serves `files`. Use as a context manager."""

    def __init__(self, folder: Path, names: tuple[str, ...]) -> None:
        self.files: dict[str, bytes] = {}
        """By host and path, without scheme and port."""
        self.moved: dict[str, str] = {}
        """Where it sends for a file, by host and path."""
        self.asked: list[str] = []
        certificates = make_certificates(folder, ",".join(f"DNS:{name}" for name in names))
        self.ca_file = certificates.ca_file
        self._server = _Quiet((HOST, 0), self._handler())
        context = certificates.server_context()
        self._server.socket = context.wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def __enter__(self) -> Self:
        """Return the server."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self._server.shutdown()
        self._thread.join(5)
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            """Answers one request."""

            timeout = 5

            def do_GET(self) -> None:
                """Hand out a file, or say where it is."""
                where = self.headers["Host"].partition(":")[0] + self.path
                outer.asked.append(where)
                if where in outer.moved:
                    self.send_response(302)
                    self.send_header("Location", outer.moved[where])
                    body = b""
                else:
                    body = outer.files.get(where, b"")
                    self.send_response(200 if body else 404)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler
