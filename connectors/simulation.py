"""The ground of every simulator: an HTTP service on loopback with a state, and faults on the wire.

A simulator subclasses `Simulation` and declares its operations with `route`.
It knows the vendor's documentation and nothing of our connector, so that one
head's mistake is not made twice. For tests, the demo and plugin writers.
"""

from __future__ import annotations

import re
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

import msgspec

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    """By lower-case name."""
    body: bytes
    url: str
    """The whole address that was asked, as a signature covers it."""

    def one(self, name: str, default: str = "") -> str:
        """Return the value of a query parameter."""
        return dict(self.query).get(name, default)

    def every(self, name: str) -> list[str]:
        """Return all values of a query parameter."""
        return [value for key, value in self.query if key == name]

    def json(self) -> Any:
        """Return the body's JSON; raises Refused(400)."""
        try:
            return msgspec.json.decode(self.body)
        except msgspec.DecodeError as broken:
            raise Refused(Said(400, b"no JSON")) from broken


@dataclass(frozen=True, slots=True)
class Said:
    """One answer."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Refused(Exception):
    """A handler refuses; `said` is the answer."""

    def __init__(self, said: Said) -> None:
        super().__init__(said.status)
        self.said = said


def in_json(
    value: object, status: int = 200, *, media_type: str = "application/json", **headers: str
) -> Said:
    """Return an answer that holds the value as JSON."""
    return Said(status, msgspec.json.encode(value), {"Content-Type": media_type, **headers})


@dataclass(slots=True)
class Fault:
    """What goes wrong with the next requests whose `METHOD path` the pattern matches."""

    on: str
    """A regular expression, searched for in `METHOD path`."""
    times: int = 1
    said: Said | None = None
    """Said instead of the true answer; None: the true one."""
    carried_out: bool = False
    """Whether the request takes effect all the same."""
    cut_after: int | None = None
    """Hang up after so many bytes of the answer, its head included."""
    silent: bool = False
    """Never answer, and keep the line open until the simulation ends."""
    change: Callable[[Said], Said] | None = None
    """Makes the answer from the true one (the request takes effect)."""


Handler = Callable[..., Said]


def route(method: str, path: str) -> Callable[[Handler], Handler]:
    """Declare a method of a Simulation as an operation; `{name}` in the path becomes a keyword."""
    pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path) + r"\Z")

    def declared(handler: Handler) -> Handler:
        handler.__dict__.setdefault("routes", []).append((method, pattern))
        return handler

    return declared


class Simulation:
    """A service on loopback. Requests are handled one at a time, each in whole."""

    _routes: ClassVar[tuple[tuple[str, re.Pattern[str], str], ...]] = ()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls._routes = tuple(
            (method, pattern, name)
            for name in dir(cls)
            for method, pattern in getattr(getattr(cls, name), "__dict__", {}).get("routes", ())
        )

    def __init__(
        self,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.clock = clock
        self._scheme = "http" if tls is None else "https"
        self.asked: list[Asked] = []
        """Every request that arrived, in its order."""
        self.faults: list[Fault] = []
        self.lock = threading.RLock()
        self.ended = threading.Event()
        self._server = _Server(self, tls)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.daemon = True
        self._thread.start()

    @property
    def port(self) -> int:
        """Return the port on loopback."""
        port: int = self._server.server_address[1]
        return port

    @property
    def base_url(self) -> str:
        """Return the address of the service, without a slash at its end."""
        return f"{self._scheme}://{HOST}:{self.port}"

    def close(self) -> None:
        """End the service and every line to it."""
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()
        self._server.hang_up()
        self._thread.join()

    def before(self, asked: Asked) -> None:
        """Check what every operation needs (who asks, media types); raises Refused."""

    def unknown(self, asked: Asked) -> Said:
        """Return the answer to what is no operation of the service."""
        return in_json({"message": f"no such operation: {asked.method} {asked.path}"}, 404)

    def answer(self, asked: Asked) -> Said:
        """Return the true answer; the request takes effect."""
        for method, pattern, name in self._routes:
            found = pattern.match(asked.path)
            if found is not None and method == asked.method:
                try:
                    self.before(asked)
                    said: Said = getattr(self, name)(asked, **found.groupdict())
                except Refused as refused:
                    return refused.said
                return said
        return self.unknown(asked)

    def fault_for(self, asked: Asked) -> Fault | None:
        """Return the fault that hits this request, and count it."""
        for fault in self.faults:
            if fault.times > 0 and re.search(fault.on, f"{asked.method} {asked.path}"):
                fault.times -= 1
                return fault
        return None


class _Server(ThreadingHTTPServer):
    """The sockets of a simulation."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, simulation: Simulation, tls: ssl.SSLContext | None) -> None:
        super().__init__((HOST, 0), _Handler)
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket, server_side=True)
        self.simulation = simulation
        self._lines: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the line."""
        self._lines.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the line."""
        self._lines.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients hang up when they like."""

    def hang_up(self) -> None:
        """End every line that is still open."""
        for line in list(self._lines):
            try:
                line.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


class _Handler(BaseHTTPRequestHandler):
    """Reads requests and writes answers; HTTP/1.1 with lines that are kept."""

    protocol_version = "HTTP/1.1"
    server: _Server

    def handle_one_request(self) -> None:
        """Answer one request, with the fault that is meant for it."""
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        asked = self._read()
        simulation = self.server.simulation
        with simulation.lock:
            simulation.asked.append(asked)
            fault = simulation.fault_for(asked)
            said = _said(simulation, asked, fault)
        if fault is not None and fault.silent:
            simulation.ended.wait()
            self.close_connection = True
            return
        self._write(said, None if fault is None else fault.cut_after)

    def _read(self) -> Asked:
        """Return the request that was announced."""
        length = int(self.headers.get("Content-Length") or 0)
        parts = urlsplit(self.path)
        return Asked(
            method=self.command,
            path=parts.path,
            query=tuple(parse_qsl(parts.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length) if length else b"",
            url=f"{self.server.simulation.base_url}{self.path}",
        )

    def _write(self, said: Said, cut_after: int | None) -> None:
        """Write the answer, or its beginning."""
        now = self.server.simulation.clock()
        head = [f"HTTP/1.1 {said.status} Said", f"Date: {format_datetime(now, usegmt=True)}"]
        head += [f"{name}: {value}" for name, value in said.headers.items()]
        head += [f"Content-Length: {len(said.body)}", "", ""]
        whole = "\r\n".join(head).encode("latin-1") + said.body
        self.wfile.write(whole if cut_after is None else whole[:cut_after])
        self.wfile.flush()
        if cut_after is not None:
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


def _said(simulation: Simulation, asked: Asked, fault: Fault | None) -> Said:
    """Return what is said: the truth, or the fault's word."""
    if fault is None:
        return simulation.answer(asked)
    instead = fault.said is not None or fault.silent or fault.cut_after is not None
    if instead and not fault.carried_out:
        return fault.said or Said(200, b"{}" * 64)
    true = simulation.answer(asked)
    if fault.change is not None:
        return fault.change(true)
    return fault.said or true
