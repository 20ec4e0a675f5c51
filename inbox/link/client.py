"""The other end of the link: asks a running engine, or finds that there is none.

Loads no connector and nothing of the engine: the screen's process stays light.
"""

from __future__ import annotations

import itertools
import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

from inbox.core.model import AccountUid
from inbox.link.protocol import (
    LINE_LIMIT,
    PROTOCOL,
    Down,
    Hello,
    Leave,
    NotOurs,
    Nudge,
    ReloadConfig,
    Sync,
    Synced,
    Up,
    encode,
    hello_of,
    newer,
    up_of,
    version,
)
from inbox.locations import Locations
from inbox.store.migrations import VERSION as SCHEMA

log = logging.getLogger(__name__)

ANSWERS_WITHIN = 2.0
"""Seconds a living engine needs at most to greet."""
LEAVES_WITHIN = 10.0
"""Seconds an older engine has to end once it was told to."""


class EngineGone(Exception):
    """The engine ended, or stopped answering: start another, or say so."""


class EngineOlder(Exception):
    """The engine that runs is older than we are: it was asked to leave."""


class EngineNewer(Exception):
    """The engine that runs speaks a newer protocol: only a newer `inbox` can use it."""


def ours(*, screen: bool = False, stays: bool = False) -> Hello:
    """Return our own greeting."""
    return Hello(protocol=PROTOCOL, schema=SCHEMA, version=version(), screen=screen, stays=stays)


def _ignore(fact: Up) -> None:
    """Hear a fact and do nothing."""


def _unmoved() -> None:
    """Notice the end of the link and do nothing."""


class Link:
    """A connection to the engine. Methods may be called from any thread.

    `heard` and `lost` are called in the link's own thread; `lost` once, and
    not after `close`.
    """

    def __init__(self, sock: socket.socket, engine: Hello) -> None:
        self.engine = engine
        self._sock = sock
        self._heard: Callable[[Up], None] = _ignore
        self._lost: Callable[[], None] = _unmoved
        self._ids = itertools.count(1)
        self._changed = threading.Condition()
        self._answers: dict[int, Synced] = {}
        self._alive = True
        self._closing = False
        self._writing = threading.Lock()
        self._thread: threading.Thread | None = None

    @property
    def alive(self) -> bool:
        """Whether the engine was still there when we last heard."""
        return self._alive

    def listen(
        self, heard: Callable[[Up], None] = _ignore, lost: Callable[[], None] = _unmoved
    ) -> None:
        """Begin to hear facts; once."""
        self._heard, self._lost = heard, lost
        thread = threading.Thread(target=self._read, name="link-client", daemon=True)
        thread.start()
        # Only now: `close` in another thread may join it.
        self._thread = thread

    def nudge(self, account: AccountUid) -> bool:
        """Tell the engine that there is something to do; return whether it could be told."""
        return self._say(Nudge(account))

    def reload(self) -> bool:
        """Ask the engine to read the configuration again; return whether it could be told."""
        return self._say(ReloadConfig())

    def leave(self) -> bool:
        """Ask the engine to end; return whether it could be told."""
        return self._say(Leave(version()))

    def sync(
        self,
        names: Sequence[str] = (),
        *,
        accept_gone: bool = False,
        timeout: float | None = None,
    ) -> Synced:
        """Run a round of these accounts and return what it did; raises EngineGone.

        `timeout` is in seconds; None waits as long as the engine lives (a first
        round may take minutes).
        """
        if self._thread is None:
            self.listen()
        mine = next(self._ids)
        said = self._say(Sync(id=mine, accounts=tuple(names), accept_gone=accept_gone))
        with self._changed:
            if said:
                self._changed.wait_for(
                    lambda: mine in self._answers or not self._alive, timeout=timeout
                )
            if mine not in self._answers:
                raise EngineGone
            return self._answers.pop(mine)

    def wait_lost(self, timeout: float) -> bool:
        """Return whether the engine is gone, after at most `timeout` seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._alive, timeout=timeout)

    def close(self) -> None:
        """Let go of the engine."""
        self._closing = True
        with suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(2.0)
        self._sock.close()
        self._end()

    def _say(self, line: Down) -> bool:
        """Send a line; return False when nobody hears it any more."""
        raw = encode(line)
        with self._writing:
            try:
                self._sock.sendall(raw)
            except OSError:
                return False
        return True

    def _read(self) -> None:
        """Hand on facts until the engine or we end."""
        try:
            for raw in lines(self._sock):
                self._hear(up_of(raw))
        except (OSError, NotOurs) as exc:
            if not self._closing:
                log.warning("the link broke: %s", exc)
        self._end()
        if not self._closing:
            self._lost()

    def _hear(self, fact: Up) -> None:
        """Keep an answer for who asked; hand anything else on."""
        if isinstance(fact, Synced):
            with self._changed:
                self._answers[fact.id] = fact
                self._changed.notify_all()
            return
        try:
            self._heard(fact)
        except Exception:
            # A listener's mistake must not end the link for the others.
            log.exception("a fact of the engine could not be handled")

    def _end(self) -> None:
        """Wake whoever waits for an engine that is no more."""
        with self._changed:
            self._alive = False
            self._changed.notify_all()


def lines(sock: socket.socket) -> Iterator[bytes]:
    """Yield each line that comes in, without its end; raises OSError and NotOurs."""
    waiting = bytearray()
    while True:
        raw = sock.recv(LINE_LIMIT)
        if not raw:
            return
        waiting += raw
        while (end := waiting.find(b"\n")) >= 0:
            line = bytes(waiting[:end])
            del waiting[: end + 1]
            yield line
        if len(waiting) > LINE_LIMIT:
            raise NotOurs("an endless line")


def connect(locations: Locations, *, screen: bool = False) -> Link | None:
    """Return a link to the running engine, None if none answers.

    Raises EngineOlder (and has asked it to leave) or EngineNewer when the two
    cannot work on one store.
    """
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        link = _greeted(sock, locations, ours(screen=screen))
    except (OSError, NotOurs):
        link = None
    except BaseException:
        sock.close()
        raise
    if link is None:
        sock.close()
    return link


def make_way(locations: Locations) -> bool:
    """Return whether no engine older than us is left; to be called before the store is opened.

    Opening may migrate the store, which an older engine must not live to see.
    A running engine that is our equal stays.
    """
    end = time.monotonic() + LEAVES_WITHIN
    while time.monotonic() < end:
        try:
            link = connect(locations)
        except EngineOlder:
            time.sleep(0.05)
            continue
        except EngineNewer:
            return True
        if link is not None:
            link.close()
        return True
    return False


def _greeted(sock: socket.socket, locations: Locations, hello: Hello) -> Link | None:
    """Return a link once both ends have greeted; raises what `connect` and sockets raise."""
    sock.settimeout(ANSWERS_WITHIN)
    sock.connect(os.fspath(locations.socket))
    sock.sendall(encode(hello))
    raw = _first_line(sock)
    if raw is None:
        return None
    engine = hello_of(raw)
    sock.settimeout(None)
    link = Link(sock, engine)
    if engine.protocol > PROTOCOL:
        raise EngineNewer
    # A command may use an older engine that reads the same store; the screen wants its equal.
    outdated = engine.protocol < PROTOCOL or engine.schema < SCHEMA
    if outdated or (hello.screen and newer(hello, engine)):
        link.leave()
        raise EngineOlder
    return link


def _first_line(sock: socket.socket) -> bytes | None:
    """Return the first line and nothing behind it; None at the end of the stream.

    Byte by byte: what follows belongs to the link's own reader.
    """
    end = time.monotonic() + ANSWERS_WITHIN
    line = bytearray()
    while len(line) < LINE_LIMIT and time.monotonic() < end:
        byte = sock.recv(1)
        if not byte:
            return None
        if byte == b"\n":
            return bytes(line)
        line += byte
    raise NotOurs("no greeting")
