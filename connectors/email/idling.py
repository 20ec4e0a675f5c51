"""Waiting in IDLE: told of news, woken by another thread, and never fooled by a dead line."""

from __future__ import annotations

import imaplib
import select
import socket
import ssl
import time
from typing import Any

RENEW_SECONDS = 25 * 60.0
"""IDLE is renewed before a server's half hour is over."""
LEAVE_SECONDS = 3.0
"""Seconds to wait for the end of IDLE: who nudges wants us now."""
_NEWS = (b"EXISTS", b"EXPUNGE", b"FETCH", b"VANISHED")


def idle(imap: Any, wake: int, seconds: float) -> tuple[bool, bool]:
    """Return whether there are news of the open folder, and whether the line is still good.

    Ends with news, once the seconds are over, or as soon as the file
    descriptor `wake` can be read. `imap` is imaplib's connection; raises what
    imaplib and sockets raise, `abort` for a line that has ended.
    """
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        tag, early = _enter(imap)
        news, woken = (True, False) if early else _listen(imap, wake, min(left, RENEW_SECONDS))
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


def _listen(imap: Any, wake: int, seconds: float) -> tuple[bool, bool]:
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
        if wake in dict(poller.poll(left * 1000)):
            return False, True


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
