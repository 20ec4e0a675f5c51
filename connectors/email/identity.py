"""What makes two mails the same mail: pure functions of their bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256

from connectors.email.charsets import line_feeds
from connectors.email.headers import Fields, opened
from connectors.values import RemoteId

_NAMED_BY = ("message-id", "from", "date", "subject")
_TRAILING = re.compile(rb"(?<![ \t])[ \t]++(?=\n|\Z)")
_TAB = ord("\t")
_LENGTH = 32


def remote_id_of(header: bytes) -> RemoteId:
    """Return the id of the mail with this header block (a whole mail will do), 32 hex digits.

    It is made of the raw Message-ID, From, Date and Subject, unfolded; without
    a Message-ID of the whole header block. So a copy in another folder, or the
    Sent copy of a reply, is the same message.
    """
    return remote_id_in(opened(header)[0])


def remote_id_in(fields: Fields) -> RemoteId:
    """Return the id of the mail with these fields, 32 hex digits."""
    values = [fields.raw(name) for name in _NAMED_BY]
    if not values[0]:
        values = [_settled(fields.block)]
    return RemoteId(sha256(b"\n".join(values)).hexdigest()[:_LENGTH])


def body_digest(pieces: Iterable[bytes]) -> str:
    """Return a hash of a body, 32 hex digits; line ends and blanks before them do not count."""
    digest = sha256()
    for piece in pieces:
        digest.update(_settled(piece))
    return digest.hexdigest()[:_LENGTH]


def _settled(data: bytes) -> bytes:
    r"""Return bytes with `\n` line ends and without what servers add or drop at them."""
    data = line_feeds(data)
    blank = data.find(b" \n") >= 0 or (_TAB in data and data.find(b"\t\n") >= 0)
    if blank or data.endswith((b" ", b"\t")):
        data = _TRAILING.sub(b"", data)
    return data.rstrip(b"\n")
