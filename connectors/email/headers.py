"""A mail's header block as fields, and their values as text, ids and dates. Never raises.

Each field is decoded by itself: one that is broken does not touch its
neighbours, and what cannot be decoded is shown as it came.
"""

from __future__ import annotations

import binascii
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from connectors.email.charsets import decode

HEADER_LIMIT = 256 * 1024
"""Bytes of header that are read; a longer header block is padding by somebody unkind."""
VALUE_LIMIT = 32 * 1024
"""Bytes of one field that are decoded."""
REFERENCES_LIMIT = 200
"""Ids kept of References: the first, which is the root, and the newest."""
ID_LIMIT = 998
"""Letters of a message id; no line of a header may be longer."""

_FIELD = re.compile(rb"^([!-9;-~]{1,200})[ \t]*:([^\n]*+(?:\n[ \t][^\n]*+)*+)", re.MULTILINE)
_ALL_FIELDS = re.compile(rb"(?:[!-9;-~]{1,200}+[ \t]*+:[^\n]*+(?:\n[ \t][^\n]*+)*+(?:\n|\Z))*+")
_FIELD_LINE = re.compile(rb"[!-9;-~]{1,200}[ \t]*:")
_END = re.compile(rb"\n\r{0,2}\n")
"""The empty line below a header; some relays end each line twice."""
_SPACES = re.compile(rb"[ \t\r\n]+")
_WORD = re.compile(r"=\?([A-Za-z0-9][^?\s*]{0,60})(?:\*[^?\s]{0,40})?\?([bBqQ])\?")
_ID = re.compile(rf"<([^<>]{{1,{ID_LIMIT}}})>")
_DATE = re.compile(
    r"(?:[A-Za-z]{3}, )?(\d\d?) (jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec) ([12]\d{3})"
    r" (\d\d):(\d\d):(\d\d) ([+-])([01]\d)([0-5]\d)",
    re.ASCII | re.IGNORECASE,
)
"""A date as every program writes it; any other is read by the standard library."""
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, start=1)}
_QUOTED_BYTE = re.compile(rb"=([0-9A-Fa-f]{2})")


class Fields:
    """The fields of one header block by lower-case name, in their order, as raw bytes."""

    __slots__ = ("_fields", "block")

    def __init__(self, block: bytes) -> None:
        self.block = block[:HEADER_LIMIT]
        self._fields: dict[str, list[bytes]] = {}
        for name, value in _FIELD.findall(self.block):
            self._fields.setdefault(name.decode("ascii").lower(), []).append(value)

    def __len__(self) -> int:
        """Return how many different names there are."""
        return len(self._fields)

    def __contains__(self, name: object) -> bool:
        """Return whether there is a field of that lower-case name."""
        return name in self._fields

    def raw(self, name: str) -> bytes:
        """Return the first field of that name unfolded, blanks collapsed, b"" if there is none."""
        found = self._fields.get(name)
        return _unfolded(found[0]) if found else b""

    def plain(self, name: str) -> str:
        """Return the first field of that name as text, encoded words left as they are."""
        found = self._fields.get(name)
        return _said(found[0]) if found else ""

    def every(self, name: str) -> tuple[str, ...]:
        """Return all fields of that name as text, encoded words left as they are."""
        found = self._fields.get(name)
        if found is None:
            return ()
        return tuple(map(_said, found))

    def text(self, name: str) -> str:
        """Return the first field of that name as a person reads it, "" if there is none."""
        return decoded(self.plain(name))

    def ids(self, name: str) -> tuple[str, ...]:
        """Return the message ids of a field without their brackets, none twice."""
        if name not in self._fields:
            return ()
        found = tuple(dict.fromkeys(_ids_of(" ".join(self.every(name)))))
        if len(found) <= REFERENCES_LIMIT:
            return found
        return found[:1] + found[1 - REFERENCES_LIMIT :]

    def date(self, name: str) -> datetime | None:
        """Return a date field as an aware UTC instant, None where it says nothing."""
        value = self.plain(name)
        if not value:
            return None
        try:
            if (usual := _DATE.fullmatch(value)) is not None:
                return _instant(usual)
            said = parsedate_to_datetime(value)
            return (said if said.tzinfo else said.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None


def _instant(usual: re.Match[str]) -> datetime:
    """Return the instant that a date in the usual form means; raises ValueError for none."""
    day, month, year, hour, minute, second, sign, hours, minutes = usual.groups()
    at = datetime(
        *(int(year), _MONTHS[month.lower()], int(day)),
        *(int(hour), int(minute), int(second)),
        tzinfo=UTC,
    )
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return at + offset if sign == "-" else at - offset


def _said(value: bytes) -> str:
    """Return a field's value as one line of text."""
    line = _unfolded(value)[:VALUE_LIMIT]
    # Nearly every one: there is no charset to look for.
    plain = line.isascii() and b"\x1b" not in line and b"\0" not in line
    return line.decode("ascii") if plain else decode(line)


def _unfolded(value: bytes) -> bytes:
    """Return a field's value as one line, blanks collapsed."""
    line = value.strip()
    if b"\n" not in line and b"  " not in line and b"\t" not in line and b"\r" not in line:
        return line
    if b"\v" in line or b"\f" in line:  # the two that are no blanks here
        return _SPACES.sub(b" ", line)
    return b" ".join(line.split())


def split(raw: bytes) -> tuple[bytes, int]:
    """Return the header block of a mail and where in `raw` its body begins.

    A line that is no header is passed over while headers still follow it;
    else the body begins there, so that words without an empty line before
    them are not lost.
    """
    start = 0
    if raw.startswith((b"From ", b">From ")):
        start = raw.find(b"\n") + 1
    if raw.startswith((b"\n", b"\r\n")):
        return b"", raw.index(b"\n") + 1
    end = _END.search(raw, start, start + HEADER_LIMIT)
    body = end.end() if end else min(len(raw), start + HEADER_LIMIT)
    block = raw[start : end.start() + 1 if end else body]
    stray = None if _ALL_FIELDS.fullmatch(block) else _stray(block)
    return (block, body) if stray is None else (block[:stray], start + stray)


def _stray(block: bytes) -> int | None:
    """Return where lines begin after which no header comes any more, None if there are none."""
    position, stray = 0, None
    while position < len(block):
        line_end = block.find(b"\n", position) + 1 or len(block)
        if _FIELD_LINE.match(block, position):
            stray = None
        elif block[position : position + 1] not in {b" ", b"\t"} or position == 0:
            stray = position if stray is None else stray
        position = line_end
    return stray


def decoded(value: str) -> str:
    """Return a header value with its encoded words (RFC 2047) read, also slightly broken ones."""
    if "=?" not in value:
        return value
    said: list[str] = []
    position, pending, charset = 0, b"", ""
    while (match := _WORD.search(value, position)) is not None:
        end = value.find("?=", match.end())
        if end < 0:
            break
        between = value[position : match.start()]
        follows = bool(pending) and not between.strip()
        if pending and not (follows and charset == match[1].lower()):
            said.append(decode(pending, charset))
            pending = b""
        if not follows:
            said.append(between)
        charset = match[1].lower()
        pending += _word_bytes(match[2], value[match.end() : end])
        position = end + 2
    if pending:
        said.append(decode(pending, charset))
    said.append(value[position:])
    return "".join(said)


def _word_bytes(encoding: str, content: str) -> bytes:
    """Return the bytes of one encoded word."""
    data = content.encode("utf-8", "replace")
    if encoding in "bB":
        return base64_bytes(data)
    return _QUOTED_BYTE.sub(lambda hexed: binascii.unhexlify(hexed[1]), data.replace(b"_", b" "))


def base64_bytes(data: bytes) -> bytes:
    """Return what base64 text means, foreign characters and missing padding forgiven."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        pass
    digits = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    digits = digits[: len(digits) - 1] if len(digits) % 4 == 1 else digits
    return binascii.a2b_base64(digits + b"=" * (-len(digits) % 4))


def _ids_of(value: str) -> list[str]:
    """Return the ids in a field's text; without any brackets, the words with an @."""
    found = ["".join(match.split()) for match in _ID.findall(value)]
    return [one for one in found if one] or [word for word in value.split() if "@" in word]
