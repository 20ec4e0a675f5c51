"""An SMTP server on loopback that takes tokens only, and writes down every line it hears."""

from __future__ import annotations

import base64
import json
import socketserver
import threading

from tests.fakes.ports import HOST


class _Talk(socketserver.StreamRequestHandler):
    """One connection."""

    server: _Listener

    def handle(self) -> None:
        """Answer line by line until the client leaves."""
        far = self.server.far
        self._say("220 ready")
        while line := self.rfile.readline().decode("ascii").removesuffix("\r\n"):
            far.heard.append(line)
            verb = line.split(" ")[0].upper()
            if verb == "EHLO":
                self._say("250-hello", f"250 AUTH PLAIN {far.mechanism}")
            elif verb == "AUTH":
                self._authenticate(line)
            elif verb == "QUIT":
                return
            elif verb == "DATA":
                self._say("354 go on")
                while self.rfile.readline() != b".\r\n":
                    pass
                far.mails += 1
                self._say("250 taken")
            else:
                self._say("250 fine")

    def _authenticate(self, line: str) -> None:
        """Take the one right line, or say why not as Google and RFC 7628 do."""
        far = self.server.far
        if line == f"AUTH {far.mechanism} {base64.b64encode(far.expected).decode()}":
            self._say("235 welcome")
            return
        why = json.dumps({"status": far.status, "schemes": "bearer"}).encode()
        self._say(f"334 {base64.b64encode(why).decode()}")
        far.heard.append(self.rfile.readline().decode("ascii").removesuffix("\r\n"))
        self._say("535 5.7.8 not accepted")

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


class _Listener(socketserver.ThreadingTCPServer):
    """Listens for the fake."""

    allow_reuse_address = True
    daemon_threads = False
    far: TokenSmtp


class TokenSmtp:
    """Takes mail from who says exactly `expected`. `heard` holds every line of the clients."""

    host = HOST

    def __init__(self, mechanism: str = "XOAUTH2", expected: bytes = b"") -> None:
        self.mechanism = mechanism
        self.expected = expected
        self.status = "401"
        """What a refusal says of itself."""
        self.heard: list[str] = []
        self.mails = 0
        self._listener = _Listener((HOST, 0), _Talk)
        self._listener.far = self
        self.port = int(self._listener.server_address[1])
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.05,))
        self._thread.start()

    def stop(self) -> None:
        """Listen no more."""
        self._listener.shutdown()
        self._listener.server_close()
        self._thread.join()
