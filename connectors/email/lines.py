"""imaplib's connection: quick for what tells of mails, and for servers with letters of their own.

The standard takes answers in any case; imaplib takes upper case alone, and words behind OK.
"""

from __future__ import annotations

import imaplib
import re
from collections.abc import Callable
from typing import Any

import imapclient
from imapclient.imap4 import IMAP4WithTimeout
from imapclient.tls import IMAP4_TLS

_ANSWER = re.compile(rb"(?:(\*)|[A-P]{4}\d+) (?:\d+ )?([A-Za-z-]+)")
_FETCHED = re.compile(rb"\* (\d+ )FETCH (.*)")
_LITERAL = re.compile(rb"\{(\d+)\}\Z")
"""So many bytes follow, whatever they are."""
_CODE = re.compile(rb" \[[A-Za-z-]+")


def plain(line: bytes) -> bytes:
    """Return a line of a server as imaplib reads it: its word in upper case, its code too."""
    answer = _ANSWER.match(line)
    if answer is None:
        return line
    if answer.end() == len(line) and not answer[1]:
        return line.upper() + b" "
    if answer[2].isupper():
        return line
    code = _CODE.match(line, answer.end())
    end = code.end() if code else answer.end()
    return line[:end].upper() + line[end:]


class _Reading:
    """What both kinds of line read in our way.

    Ten thousand answers of a first sync tell of mails, and imaplib looks at each
    line of them with five patterns, and keeps a record of what was said.
    """

    _held: bytes | None = None
    read: Callable[[int], bytes]
    readline: Callable[[], bytes]
    _append_untagged: Callable[[str, bytes | tuple[bytes, bytes]], None]

    def _get_line(self) -> bytes:
        held, self._held = self._held, None
        return plain(self._line()) if held is None else held

    def _get_response(self) -> bytes | None:
        line = self._line()
        told = _FETCHED.match(line)
        if told is None:
            self._held = plain(line)
            said: bytes | None = super()._get_response()  # type: ignore[misc]  # imaplib's
            return said
        text = told[1] + told[2]
        while text.endswith(b"}") and (literal := _LITERAL.search(text)):
            self._append_untagged("FETCH", (text, self.read(int(literal[1]))))
            text = self._line()
        self._append_untagged("FETCH", text)
        return line

    def _line(self) -> bytes:
        """Return a line as it came, without its end.

        As imaplib does, which also makes a text of each for its log.
        """
        line = self.readline()
        if not line.endswith(b"\r\n"):
            said = f"unterminated line: {line!r}" if line else "EOF"
            raise imaplib.IMAP4.abort(f"socket error: {said}")
        return line[:-2]

    def _log(self, line: str) -> None:
        """Keep nothing: a password would be among it."""


class _Plain(_Reading, IMAP4WithTimeout):  # type: ignore[misc]  # imapclient has no types
    """A line in the clear."""


class _Tls(_Reading, IMAP4_TLS):  # type: ignore[misc]  # as above
    """An encrypted line."""


class Client(imapclient.IMAPClient):  # type: ignore[misc]  # as above
    """imapclient on such a line."""

    def _create_IMAP4(self) -> Any:  # noqa: N802 - imapclient's own name
        seconds = self._timeout.connect
        if self.ssl:
            return _Tls(self.host, self.port, self.ssl_context, seconds)
        return _Plain(self.host, self.port, seconds)
