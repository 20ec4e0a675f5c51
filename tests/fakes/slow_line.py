"""A line to a server far away: every byte arrives later, both ways, in order."""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
import time
from typing import Self

from tests.fakes.ports import HOST

_CHUNK = 65536


class SlowLine:
    """Stands for `port` of loopback at its own `port`. Use as a context manager."""

    def __init__(self, port: int, seconds: float) -> None:
        """`seconds`: there and back."""
        self._target, self._delay = port, seconds / 2
        self._listener = socket.create_server((HOST, 0))
        self.port: int = self._listener.getsockname()[1]
        self.turns = 0
        """How often a client had to wait for the server's words after saying something."""
        self._ends: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._start(self._accept)

    def __enter__(self) -> Self:
        """Return the line."""
        return self

    def __exit__(self, *_: object) -> None:
        """Hang up on everybody."""
        for end in (self._listener, *self._ends):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        for end in (self._listener, *self._ends):
            end.close()

    def _start(self, target: object, *arguments: object) -> None:
        assert callable(target)
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection((HOST, self._target), timeout=10)
                server.settimeout(None)
                self._ends += [client, server]
                spoke = [False]
                for source, sink in ((client, server), (server, client)):
                    source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    way: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
                    self._start(self._take, source, way, spoke, source is client)
                    self._start(self._give, sink, way)

    def _take(
        self,
        source: socket.socket,
        way: queue.SimpleQueue[tuple[float, bytes]],
        spoke: list[bool],
        by_client: bool,  # noqa: FBT001 - a thread's target is called by position
    ) -> None:
        """Put on the way what is said at one end."""
        with contextlib.suppress(OSError):
            while words := source.recv(_CHUNK):
                self.turns += spoke[0] and not by_client
                spoke[0] = by_client
                way.put((time.monotonic() + self._delay, words))
        way.put((time.monotonic() + self._delay, b""))

    def _give(self, sink: socket.socket, way: queue.SimpleQueue[tuple[float, bytes]]) -> None:
        """Say it at the other end when it is time."""
        with contextlib.suppress(OSError):
            while True:
                when, words = way.get()
                time.sleep(max(0.0, when - time.monotonic()))
                if not words:
                    sink.shutdown(socket.SHUT_RDWR)
                    return
                sink.sendall(words)
