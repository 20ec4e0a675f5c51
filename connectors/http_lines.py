"""The lines that requests go over: how they are made, watched, and ended from another thread."""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import threading
import weakref
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import httpx2

from connectors.contract import Rejected


class Watch:
    """Sees a request's own moments: which line it uses, and when its first byte leaves."""

    def __init__(
        self,
        sockets: weakref.WeakSet[socket.socket],
        closed: threading.Event,
        leaving: Callable[[], None] | None,
    ) -> None:
        self._sockets = sockets
        self._closed = closed
        self._leaving = leaving
        self.left = False

    def __call__(self, moment: str, info: Mapping[str, Any]) -> None:
        """Note a moment that the transport names."""
        if moment.endswith(("connect_tcp.complete", "start_tls.complete")):
            line = info["return_value"].get_extra_info("socket")
            if isinstance(line, socket.socket):
                self._sockets.add(line)
                if self._closed.is_set():  # it was closed while this line was made
                    hang_up(line)
        elif moment.endswith("send_request_headers.started"):
            if self._leaving is not None:
                leaving, self._leaving = self._leaving, None
                leaving()
            self.left = True


@cache
def trusted() -> ssl.SSLContext:
    """Return the authorities we trust: read once, for it takes as long as many requests."""
    return httpx2.create_ssl_context(trust_env=False)


def client_of(context: ssl.SSLContext, times: httpx2.Timeout, *, writes: bool) -> httpx2.Client:
    """Return a client that trusts nothing from the environment and follows nothing by itself."""
    kept = 0 if writes else 2
    limits = httpx2.Limits(max_connections=4, max_keepalive_connections=kept, keepalive_expiry=15.0)
    return httpx2.Client(
        verify=context, limits=limits, timeout=times, trust_env=False, follow_redirects=False
    )


def hang_up(line: socket.socket) -> None:
    """End a line that another thread may be reading."""
    # On a copy of the descriptor: closing the other thread's own is not safe.
    with (
        contextlib.suppress(OSError, ValueError),
        socket.socket(fileno=os.dup(line.fileno())) as copy,
    ):
        copy.shutdown(socket.SHUT_RDWR)


def untrusted(broken: BaseException | None) -> bool:
    """Return whether a certificate that is not trusted is behind a failure."""
    while broken is not None:
        if isinstance(broken, ssl.SSLCertVerificationError):
            return True
        broken = broken.__cause__ or broken.__context__
    return False


def bounded(response: httpx2.Response, limit: int, account: str) -> bytes:
    """Return the body; raise Rejected when it weighs more than the limit."""
    parts: list[bytes] = []
    weight = 0
    for part in response.iter_bytes(65536):
        weight += len(part)
        if weight > limit:
            raise Rejected(f"{account} answered with more than {limit // 1024**2} MB.")
        parts.append(part)
    return b"".join(parts)
