"""What a server answers to a FETCH, read fast: ten thousand mails are read at a first sync. Pure.

imapclient reads an answer letter by letter. These answers hold only what we
ask for (UID, FLAGS, INTERNALDATE, RFC822.SIZE, BODY[...]), so a few patterns do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache

_SECTION = re.compile(rb"BODY\[([^\]]*)\](?:<0>|(<\d+>))? ~?\{\d+\}$", re.IGNORECASE)
_SHORT_SECTION = re.compile(
    rb'BODY\[([^\]]*)\](?:<0>|(<\d+>))? (?:"((?:[^"\\]++|\\.)*+)"|NIL)', re.IGNORECASE | re.DOTALL
)
_UID = re.compile(rb"\bUID (\d+)", re.IGNORECASE)
_FLAGS = re.compile(rb"\bFLAGS \(([^)]*)\)", re.IGNORECASE)
_DATE = re.compile(rb'\bINTERNALDATE "([^"]*)"', re.IGNORECASE)
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)", re.IGNORECASE)
_USUAL = re.compile(
    rb"\d+ \((?:FLAGS \(([^()]*)\) )?UID (\d+)(?: FLAGS \(([^()]*)\))?"
    rb'(?: INTERNALDATE "([^"]*)")?(?: RFC822\.SIZE (\d+))?(?: BODY\[\] \{\d+\})?\)'
)
"""What nearly every answer is: one look instead of five."""
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_INSTANT = re.compile(rb"[ 0]?(\d{1,2})-(\w{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-]\d{4})", re.ASCII)
_MONTHS = {
    name: number
    for number, name in enumerate(
        b"jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1
    )
}

Piece = bytes | tuple[bytes, bytes] | None
"""imaplib's part of an answer: a line's end, or a line's text with the literal behind it."""


@dataclass(slots=True)
class Fetched:
    """What a server told about one mail."""

    uid: int
    flags: frozenset[bytes] | None = None
    r"""Lower case, `\seen`."""
    accepted_at: datetime | None = None
    size: int | None = None
    sections: dict[str, bytes] = field(default_factory=dict)
    """By the name between the brackets, upper case; "" is the whole mail.

    A piece that does not begin at the beginning stands under "1<4096>".
    """


def read_fetch(pieces: Iterable[Piece]) -> dict[int, Fetched]:
    """Return what the answers tell by UID; what names no UID or cannot be read is left out."""
    found: dict[int, Fetched] = {}
    text = b""
    sections: dict[str, bytes] = {}
    for piece in pieces:
        if isinstance(piece, tuple):
            text += piece[0]
            if match := _SECTION.search(piece[0]):
                sections[_name(match)] = piece[1]
        elif piece is not None:
            _add(found, text + piece, sections)
            text, sections = b"", {}
    return found


def _add(found: dict[int, Fetched], text: bytes, sections: dict[str, bytes]) -> None:
    """Add what one answer tells; a mail may be told of in several."""
    usual = _USUAL.fullmatch(text)
    if usual is not None:
        early, uid, late, date, size = usual.groups()
        mail = _mail(found, int(uid), sections)
        _note(mail, early if early is not None else late, size, date)
        return
    if b'] "' in text or b'> "' in text:
        for match in _SHORT_SECTION.finditer(text):
            if match[3] is not None:
                sections[_name(match)] = _ESCAPED.sub(rb"\1", match[3])
        text = _SHORT_SECTION.sub(b"", text)
    named = _UID.search(text)
    if named is None:
        return
    told = (pattern.search(text) for pattern in (_FLAGS, _SIZE, _DATE))
    _note(_mail(found, int(named[1]), sections), *(one[1] if one else None for one in told))


def _mail(found: dict[int, Fetched], uid: int, sections: dict[str, bytes]) -> Fetched:
    """Return what is known of a mail, these sections too."""
    mail = found.get(uid)
    if mail is None:
        mail = found[uid] = Fetched(uid)
    mail.sections |= sections
    return mail


def _note(mail: Fetched, flags: bytes | None, size: bytes | None, date: bytes | None) -> None:
    """Note what was told of a mail, None where nothing was."""
    if flags is not None:
        mail.flags = _flags(flags)
    if size is not None:
        mail.size = int(size)
    if date is not None:
        mail.accepted_at = instant(date)


@lru_cache(maxsize=256)
def _flags(said: bytes) -> frozenset[bytes]:
    """Return the flags of a list, in lower case."""
    return frozenset(said.lower().split())


def _name(match: re.Match[bytes]) -> str:
    """Return what a section is called here, with where a later piece of it begins."""
    return (match[1] + (match[2] or b"")).decode("ascii", "replace").upper()


def instant(text: bytes) -> datetime | None:
    """Return an INTERNALDATE as aware UTC; None if it is no date."""
    match = _INSTANT.fullmatch(text)
    try:
        if match is None:
            return _loose_instant(text)
        day, month, year, hour, minute, second, zone = match.groups()
        seconds = min(int(second), 59)
        local = datetime(
            int(year), _MONTHS[month.lower()], int(day), int(hour), int(minute), seconds, 0, UTC
        )
        return local - _offset(zone)
    except (ValueError, KeyError, OverflowError):
        return None


@lru_cache(maxsize=256)
def _offset(zone: bytes) -> timedelta:
    """Return how far a zone written as "+0130" is ahead of UTC."""
    ahead = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:]))
    return ahead if zone[:1] == b"+" else -ahead


def _loose_instant(text: bytes) -> datetime | None:
    """Return a date some server writes in its own way; no zone is taken as UTC."""
    found = parsedate_to_datetime(text.decode("ascii", "replace").replace("-", " ", 2))
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
