"""The engine's end of the link: one thread, one socket, any number of screens and commands.

A garbled or endless line ends that client's connection and nothing else. A
client that does not read is let go before it can hold up the engine.
"""

from __future__ import annotations

import logging
import os
import selectors
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from inbox.link.protocol import (
    LINE_LIMIT,
    PROTOCOL,
    Down,
    Hello,
    Leave,
    NotOurs,
    Up,
    down_of,
    encode,
    hello_of,
)
from inbox.locations import make_runtime

log = logging.getLogger(__name__)

UNREAD_LIMIT = 1024 * 1024
"""Bytes that may wait for a client before it is let go."""


class Client:
    """One connection: what came in and is no whole line yet, what waits to go out."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.incoming = bytearray()
        self.outgoing = bytearray()
        self.hello: Hello | None = None

    @property
    def screen(self) -> bool:
        """Whether a screen is at the other end."""
        return self.hello is not None and self.hello.screen


Heard = Callable[[Down, Callable[[Up], None]], None]
"""Called in the server's thread with a line and a way to answer it; must not block."""


class LinkServer:
    """Listens until `close`. `tell` may be called from any thread."""

    def __init__(self, path: Path, hello: Hello, heard: Heard) -> None:
        self._path = path
        self._hello = encode(hello)
        self._heard = heard
        self._clients: dict[socket.socket, Client] = {}
        self._guard = threading.Lock()
        self._closing = False
        self.had_screen = False
        """Whether a screen has ever been connected."""
        self._selector = selectors.DefaultSelector()
        self._wake_in, self._wake_out = socket.socketpair()
        for end in (self._wake_in, self._wake_out):
            end.settimeout(0)
        self._listener: socket.socket | None = None
        self._thread = threading.Thread(target=self._serve, name="link", daemon=True)

    def start(self) -> None:
        """Open the socket and begin to listen.

        Only the holder of the engine's lock calls this, so a socket file that
        is already there belongs to a dead engine.
        """
        try:
            make_runtime(self._path.parent)
            self._path.unlink(missing_ok=True)
            self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self._listener.bind(os.fspath(self._path))
            self._path.chmod(0o600)
            self._listener.listen(16)
            self._listener.settimeout(0)
        except BaseException:
            self.close()
            raise
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(self._wake_in, selectors.EVENT_READ)
        self._thread.start()

    def close(self) -> None:
        """Stop listening and let go of everyone; what waits to go out is tried once more."""
        self._closing = True
        self._wake()
        if self._thread.is_alive():
            self._thread.join(2.0)
        with self._guard:
            for client in self._clients.values():
                with suppress(OSError):
                    client.sock.send(client.outgoing)
                client.sock.close()
            self._clients.clear()
        if self._listener is not None:
            self._listener.close()
            self._path.unlink(missing_ok=True)
        self._selector.close()
        self._wake_in.close()
        self._wake_out.close()

    @property
    def screens(self) -> int:
        """How many screens are connected now."""
        with self._guard:
            return sum(client.screen for client in self._clients.values())

    def tell(self, line: Up) -> None:
        """Send a line to everyone who has greeted."""
        raw = encode(line)
        with self._guard:
            for client in self._clients.values():
                if client.hello is not None:
                    client.outgoing += raw
        self._wake()

    def _answer(self, client: Client, line: Up) -> None:
        """Send a line to one client, if it is still there."""
        try:
            raw = encode(line)
        except NotOurs:
            log.exception("an answer does not fit the link")
            return
        with self._guard:
            if client.sock in self._clients:
                client.outgoing += raw
        self._wake()

    def _wake(self) -> None:
        """End the server's wait; a full wake pipe is awake already."""
        with suppress(OSError):
            self._wake_out.send(b"!")

    def _serve(self) -> None:
        """Wait for whatever moves, until closing."""
        while not self._closing:
            for key, _events in self._selector.select():
                if key.fileobj is self._wake_in:
                    with suppress(OSError):
                        self._wake_in.recv(4096)
                elif key.fileobj is self._listener:
                    self._accept()
                elif isinstance(key.data, Client):
                    self._read(key.data)
            self._write_all()

    def _accept(self) -> None:
        """Take a new connection if it is this user's own."""
        assert self._listener is not None  # noqa: S101 - only called while listening
        try:
            sock, _address = self._listener.accept()
        except OSError:
            return
        if not _same_user(sock):
            log.warning("refused a connection of another user")
            sock.close()
            return
        sock.settimeout(0)
        client = Client(sock)
        client.outgoing += self._hello
        with self._guard:
            self._clients[sock] = client
        self._selector.register(sock, selectors.EVENT_READ, client)

    def _read(self, client: Client) -> None:
        """Take what a client says and act on every whole line."""
        try:
            raw = client.sock.recv(LINE_LIMIT)
        except BlockingIOError:
            return
        except OSError:
            raw = b""
        if not raw:
            self._let_go(client)
            return
        client.incoming += raw
        try:
            while (end := client.incoming.find(b"\n")) >= 0:
                line = bytes(client.incoming[:end])
                del client.incoming[: end + 1]
                self._act(client, line)
            if len(client.incoming) > LINE_LIMIT:
                raise NotOurs("an endless line")  # noqa: TRY301 - the same end as any other bad line
        except NotOurs as exc:
            log.warning("a client of the link was let go: %s", exc)
            self._let_go(client)

    def _act(self, client: Client, line: bytes) -> None:
        """Act on one line; raises NotOurs."""
        if client.hello is None:
            client.hello = hello_of(line)
            self.had_screen = self.had_screen or client.screen
            return
        down = down_of(line)
        if client.hello.protocol != PROTOCOL and not isinstance(down, Leave):
            raise NotOurs(f"protocol {client.hello.protocol}")
        try:
            self._heard(down, lambda up: self._answer(client, up))
        except Exception:
            # Whatever a line makes us do, the link and the engine live on.
            log.exception("a line of the link could not be acted on")

    def _write_all(self) -> None:
        """Send what waits, as far as each client takes it."""
        with self._guard:
            waiting = [client for client in self._clients.values() if client.outgoing]
        for client in waiting:
            self._write(client)

    def _write(self, client: Client) -> None:
        """Send what waits for one client; let it go if it stopped reading."""
        with self._guard:
            try:
                sent = client.sock.send(client.outgoing)
                del client.outgoing[:sent]
            except BlockingIOError:
                pass
            except OSError:
                client.outgoing.clear()
                # Its end shows up as readable, and is dealt with there.
                return
            left = len(client.outgoing)
        if left > UNREAD_LIMIT:
            log.warning("a client of the link that does not read was let go")
            self._let_go(client)
            return
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if left else 0)
        self._selector.modify(client.sock, events, client)

    def _let_go(self, client: Client) -> None:
        """Forget a client."""
        with self._guard:
            if self._clients.pop(client.sock, None) is None:
                return
        self._selector.unregister(client.sock)
        client.sock.close()


def _same_user(sock: socket.socket) -> bool:
    """Return whether the peer runs as our user, where the system can tell (the folder is 0700)."""
    if not hasattr(socket, "SO_PEERCRED"):
        return True
    raw = sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    _pid, uid, _gid = struct.unpack("3i", raw)
    return bool(uid == os.getuid())
