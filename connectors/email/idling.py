"""Waiting in IDLE: told of news, woken by another thread, and never fooled by a dead line."""

from __future__ import annotations

import imaplib
import select
import socket
import ssl
import time
from collections.abc import Callable
from typing import Any

RENEW_SECONDS = 50.0
"""IDLE is renewed so often: a line that died silently is noticed within a minute."""
FIRST_SECONDS = 2.0
"""IDLE is renewed so soon the first time: some servers tell of what came in while it began only
when it ends."""
ALIVE_SECONDS = 10.0
"""Seconds to wait for the answer to nothing before a line is taken for dead."""
LOOK_SECONDS = 2.0
"""So often we look whether the computer slept; it does not tell."""
SLEPT_SECONDS = 15.0
"""The clock on the wall ran ahead by so much: we slept (or it was set, which costs a round)."""
LEAVE_SECONDS = 3.0
"""Seconds to wait for the end of IDLE: who nudges wants us now."""
_NEWS = (b"EXISTS", b"EXPUNGE", b"FETCH", b"VANISHED")


class Sleep:
    """Notices that the computer slept: its clock went on, ours did not."""

    def __init__(self, wall: Callable[[], float]) -> None:
        self._wall = wall
        self._ahead = wall() - time.monotonic()

    def over(self) -> bool:
        """Return whether it slept since this was made."""
        return self._wall() - time.monotonic() - self._ahead > SLEPT_SECONDS


def doze(wake: int, seconds: float, wall: Callable[[], float]) -> bool:
    """Wait without a line; return whether there may be news because the computer slept."""
    deadline = time.monotonic() + seconds
    sleep = Sleep(wall)
    while (left := deadline - time.monotonic()) > 0:
        if select.select([wake], [], [], min(left, LOOK_SECONDS))[0]:
            return False
        if sleep.over():
            return True
    return False


def still_there(imap: Any) -> None:
    """Ask for nothing; raises what sockets raise if no answer comes within a short time."""
    seconds = imap.sock.gettimeout()
    imap.sock.settimeout(ALIVE_SECONDS if seconds is None else min(seconds, ALIVE_SECONDS))
    imap.noop()
    imap.sock.settimeout(seconds)


def idle(
    imap: Any, wake: int, seconds: float, wall: Callable[[], float] = time.time
) -> tuple[bool, bool]:
    """Return whether there are news of the open folder, and whether the line is still good.

    Ends with news, once the seconds are over, as soon as the file descriptor
    `wake` can be read, or (with news) when the computer slept. `imap` is imaplib's
    connection; raises what imaplib and sockets raise, `abort` for a line that
    has ended.
    """
    deadline = time.monotonic() + seconds
    sleep = Sleep(wall)
    most = FIRST_SECONDS
    while (left := deadline - time.monotonic()) > 0:
        tag, early = _enter(imap)
        news, woken = (True, False) if early else _listen(imap, wake, min(left, most), sleep)
        most = RENEW_SECONDS
        try:
            late = _leave(imap, tag)
        except TimeoutError:
            if news or woken:
                return news, False  # what we know is worth more than a tidy end
            raise
        if news or late or woken:
            return news or late, True
    return False, True


def _enter(imap: Any) -> tuple[bytes, bool]:
    """Begin to IDLE; return the command's tag and whether there were news already."""
    tag: bytes = imap._command("IDLE")  # noqa: SLF001 - imaplib knows no IDLE
    news = False
    while (line := imap._get_response()) is not None:  # noqa: SLF001 - as above
        if imap.tagged_commands.get(tag):
            imap.tagged_commands.pop(tag)
            raise imaplib.IMAP4.error("IDLE failed: refused")
        news = _is_news(line) or news
    return tag, news


def _listen(imap: Any, wake: int, seconds: float, sleep: Sleep) -> tuple[bool, bool]:
    """Return whether there are news, and whether we were woken."""
    deadline = time.monotonic() + seconds
    poller = select.poll()
    poller.register(wake, select.POLLIN)
    poller.register(imap.sock, select.POLLIN)
    while True:
        # What TLS or the line's buffer holds already, poll does not see.
        while _can_read(imap):
            if _is_news(imap._get_response() or b""):  # noqa: SLF001 - as above
                return True, False
        left = deadline - time.monotonic()
        if left <= 0:
            return False, False
        if wake in dict(poller.poll(min(left, LOOK_SECONDS) * 1000)):
            return False, True
        if sleep.over():
            return True, False


def _can_read(imap: Any) -> bool:
    """Return whether a byte can be read without waiting; raises abort if the line has ended."""
    line = imap.sock
    seconds = line.gettimeout()
    line.settimeout(0)
    try:
        if imap.file.peek(1):
            return True
        if isinstance(line, ssl.SSLSocket) or not line.recv(1, socket.MSG_PEEK):
            raise imaplib.IMAP4.abort("socket error: EOF")
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    finally:
        line.settimeout(seconds)
    return True


def _leave(imap: Any, tag: bytes) -> bool:
    """End IDLE within a short time; return whether news came just then."""
    seconds = imap.sock.gettimeout()
    imap.sock.settimeout(LEAVE_SECONDS if seconds is None else min(seconds, LEAVE_SECONDS))
    imap.send(b"DONE\r\n")
    news = False
    while True:
        line = imap._get_response()  # noqa: SLF001 - as above
        if imap.tagged_commands.get(tag):
            break
        news = _is_news(line or b"") or news
    imap.tagged_commands.pop(tag)
    imap.sock.settimeout(seconds)
    return news


def _is_news(line: bytes) -> bool:
    """Return whether a server's line tells of a change (and is not "still here")."""
    if line.startswith(b"* BYE"):
        raise imaplib.IMAP4.abort("BYE")
    return any(word in _NEWS for word in line.upper().split()[1:3])
