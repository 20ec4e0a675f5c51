"""Messages that could not be read, as values: what can still be told of each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from email.errors import MessageError
from email.header import decode_header, make_header
from typing import Final

from connectors.frozen import frozen
from inbox.core import plaintext
from inbox.core.obligations import Book
from inbox.store import held_back, uids
from inbox.store.database import Transaction
from inbox.store.held_back import HeldBack

_HEAD: Final = 20_000
"""Bytes of a source in which sender and subject are looked for."""
_LONGEST: Final = 300
"""Characters of either."""


@frozen(kw_only=True)
class Unreadable:
    """One message that is kept aside, whole."""

    uid: str
    account_name: str
    folder: str
    reason: str
    accepted_at: datetime | None
    size: int
    """Bytes of its source."""
    sender: str
    """What stands in its From line, "" where none is found."""
    subject: str
    seen: bool
    """Whether the seller has looked at it."""


def unreadable(tx: Transaction, book: Book) -> tuple[Unreadable, ...]:
    """Return every message that is kept aside, the newest first."""
    found = [_told(item, held_back.source(tx, item.uid), book) for item in held_back.every(tx)]
    return tuple(reversed(found))


def chosen(rows: Sequence[Unreadable], prefix: str) -> Unreadable:
    """Return the one whose id begins so; raises UnknownId, AmbiguousId."""
    found = [row for row in rows if prefix and row.uid.startswith(prefix.strip().lower())]
    if not found:
        raise uids.UnknownId(prefix)
    if len(found) > 1:
        raise uids.AmbiguousId(prefix, len(found))
    return found[0]


def as_json(row: Unreadable) -> dict[str, object]:
    """Return a row of `inbox unreadable --json`; instants are aware datetimes."""
    return {
        "id": row.uid,
        "account": row.account_name,
        "folder": row.folder or None,
        "reason": row.reason,
        "accepted_at": row.accepted_at,
        "size": row.size,
        "sender": row.sender or None,
        "subject": row.subject or None,
        "seen": row.seen,
    }


def _told(item: HeldBack, source: bytes, book: Book) -> Unreadable:
    terms = book.accounts.get(item.account)
    head = re.split(rb"\r?\n\r?\n", source[:_HEAD].lstrip(), maxsplit=1)[0]
    return Unreadable(
        uid=item.uid,
        account_name=terms.name if terms else str(item.account),
        folder=item.place.folder,
        reason=item.reason,
        accepted_at=item.accepted_at,
        size=item.size,
        sender=_field(head, b"from"),
        subject=_field(head, b"subject"),
        seen=item.seen,
    )


def _field(head: bytes, name: bytes) -> str:
    """Return what a header line says, as far as it can be made out."""
    line = re.search(rb"(?im)^" + name + rb":[ \t]*([^\r\n]*(?:\r?\n[ \t][^\r\n]*){0,20})", head)
    if line is None:
        return ""
    raw = line[1].decode("utf-8", "replace")[: 4 * _LONGEST]
    # What broke the message may stand here: then it is shown as it came.
    with suppress(ValueError, LookupError, MessageError):
        raw = str(make_header(decode_header(raw)))
    return plaintext.clean(raw, one_line=True).strip()[:_LONGEST]
