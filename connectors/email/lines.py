"""imaplib's connection, for servers that write in their own letters.

The standard takes answers in any case; imaplib takes upper case alone, and words behind OK.
"""

from __future__ import annotations

import re
from typing import Any

import imapclient
from imapclient.imap4 import IMAP4WithTimeout
from imapclient.tls import IMAP4_TLS

_ANSWER = re.compile(rb"(?:(\*)|[A-P]{4}\d+) (?:\d+ )?([A-Za-z-]+)")
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


class _Plain(IMAP4WithTimeout):  # type: ignore[misc]  # imapclient has no types
    """A line in the clear."""

    def _get_line(self) -> bytes:
        return plain(super()._get_line())


class _Tls(IMAP4_TLS):  # type: ignore[misc]  # as above
    """An encrypted line."""

    def _get_line(self) -> bytes:
        return plain(super()._get_line())


class Client(imapclient.IMAPClient):  # type: ignore[misc]  # as above
    """imapclient on such a line."""

    def _create_IMAP4(self) -> Any:  # noqa: N802 - imapclient's own name
        seconds = self._timeout.connect
        if self.ssl:
            return _Tls(self.host, self.port, self.ssl_context, seconds)
        return _Plain(self.host, self.port, seconds)
