"""A TCP proxy on loopback that cuts, delays and garbles what a server says."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass

from connectors.simulation import HOST

_CHUNK = 65536


@dataclass(slots=True)
class Fault:
    """What is wrong with the line from the server to the client; counts are bytes of its words."""

    cut_after: int | None = None
    """Hang up on both once so many bytes came from the server."""
    silent_after: int | None = None
    """Say nothing more after so many bytes, but keep the line open."""
    garble_after: int | None = None
    """Change every byte after so many."""
    cut_on: bytes = b""
    """Hang up as soon as the client says these bytes (the server does not see them)."""
    rewrite: Callable[[bytes], bytes] | None = None
    """Say this instead of what the server says, as who sits on the line could."""
    when: tuple[bytes, Callable[[], None]] | None = None
    """Do this once, when the client says these bytes and before the server hears them."""


class Wire:
    """A line to `port` of loopback; connect to `wire.port` instead. Faults hit new words only.

    `at` is the port to listen at; 0: any.
    """

    host = HOST

    def __init__(self, port: int, at: int = 0) -> None:
        self._target = port
        self.fault = Fault()
        self.always: Callable[[bytes], bytes] | None = None
        """Say this instead of what the server says, also after `mend`: it cannot do more."""
        self.connections = 0
        self.heard = b""
        """All that clients said, but for what was cut off."""
        self._listener = socket.create_server((HOST, at))
        self.port: int = self._listener.getsockname()[1]
        self._lock = threading.Lock()
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._threads: list[threading.Thread] = []
        self._start(self._accept)

    def _start(self, target: object, *arguments: object) -> None:
        assert callable(target)
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self.connections += 1
                try:
                    server = socket.create_connection((HOST, self._target), timeout=10)
                except OSError:
                    client.close()
                    continue
                server.settimeout(None)
                for end in (client, server):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                with self._lock:
                    self._pairs.append((client, server))
                self._start(self._up, client, server)
                self._start(self._down, client, server)

    def _up(self, client: socket.socket, server: socket.socket) -> None:
        """Carry the client's words to the server."""
        with contextlib.suppress(OSError):
            while words := client.recv(_CHUNK):
                if self.fault.cut_on and self.fault.cut_on in words:
                    break
                self.heard += words
                if self.fault.when is not None and self.fault.when[0] in words:
                    action = self.fault.when[1]
                    self.fault.when = None
                    action()
                server.sendall(words)
        self._hang_up(client, server)

    def _down(self, client: socket.socket, server: socket.socket) -> None:
        """Carry the server's words to the client, as the fault allows."""
        told = 0
        with contextlib.suppress(OSError):
            while words := server.recv(_CHUNK):
                fault = self.fault
                if self.always is not None:
                    words = self.always(words)
                if fault.rewrite is not None:
                    words = fault.rewrite(words)
                if fault.garble_after is not None:
                    clean = max(0, fault.garble_after - told)
                    words = words[:clean] + bytes(byte ^ 0x55 for byte in words[clean:])
                if fault.silent_after is not None:
                    words = words[: max(0, fault.silent_after - told)]
                if fault.cut_after is not None and told + len(words) >= fault.cut_after:
                    client.sendall(words[: max(0, fault.cut_after - told)])
                    break
                client.sendall(words)
                told += len(words)
        self._hang_up(client, server)

    def _hang_up(self, *ends: socket.socket) -> None:
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def cut(self) -> None:
        """Hang up on everybody now."""
        with self._lock:
            for pair in self._pairs:
                self._hang_up(*pair)

    def say(self, words: bytes) -> None:
        """Say this to every client, as if the server did."""
        with self._lock:
            clients = [client for client, _ in self._pairs]
        for client in clients:
            with contextlib.suppress(OSError):
                client.sendall(words)

    def mend(self) -> None:
        """Be a good line again."""
        self.fault = Fault()

    def close(self) -> None:
        """Hang up and stop listening."""
        self._hang_up(self._listener)
        self._listener.close()
        self.cut()
        for thread in self._threads:
            thread.join(5)
        for pair in self._pairs:
            for end in pair:
                end.close()
