"""A mail's header block as fields, and their values as text, ids and dates. Never raises.

Each field is decoded by itself: one that is broken does not touch its
neighbours, and what cannot be decoded is shown as it came.
"""

from __future__ import annotations

import binascii
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache

from connectors.email.charsets import decode

HEADER_LIMIT = 256 * 1024
"""Bytes of header that are read; a longer header block is padding by somebody unkind."""
VALUE_LIMIT = 32 * 1024
"""Bytes of one field that are decoded."""
REFERENCES_LIMIT = 200
"""Ids kept of References: the first, which is the root, and the newest."""
ID_LIMIT = 998
"""Letters of a message id; no line of a header may be longer."""

_LINE_END = re.compile(rb"\n(?![ \t])")
"""The end of a field: the next line does not go on with it."""
_SHORT = 40
"""Letters of a field's name that is likely there again: what it is called is kept."""
_NAME = re.compile(rb"([!-9;-~]{1,200}+)[ \t]*+")
_FIELD_LINE = re.compile(rb"[!-9;-~]{1,200}[ \t]*:")
_END = re.compile(rb"\n\r{0,2}\n")
"""The empty line below a header; some relays end each line twice."""
_SPACES = re.compile(rb"[ \t\r\n]+")
_NUL, _TAB, _LF, _VT, _FF, _CR, _ESC = b"\0\t\n\v\f\r\x1b"
"""As numbers: bytes that are looked for `in` bytes cost Python an error it makes and drops."""
_WORD = re.compile(r"=\?([A-Za-z0-9][^?\s*]{0,60})(?:\*[^?\s]{0,40})?\?([bBqQ])\?")
_ID = re.compile(rf"<([^<>]{{1,{ID_LIMIT}}})>")
_ONE_ID = re.compile(rf"[^\s<>]{{1,{ID_LIMIT}}}")
_DATE = re.compile(
    r"(?:[A-Za-z]{3}, )?(\d\d?) (jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec) ([12]\d{3})"
    r" (\d\d):(\d\d):(\d\d) ([+-][01]\d[0-5]\d)",
    re.ASCII | re.IGNORECASE,
)
"""A date as every program writes it; any other is read by the standard library."""
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, start=1)}
_QUOTED_BYTE = re.compile(rb"=([0-9A-Fa-f]{2})")
_ODD_BYTE = re.compile(rb"=(?![0-9A-Fa-f]{2})")
"""A sign of a quoted byte with none behind it, which the standard library drops."""


class Fields:
    """The fields of one header block by lower-case name, in their order, as raw bytes."""

    __slots__ = ("_first", "_more", "_plain", "block", "pure")

    def __init__(self, block: bytes) -> None:
        self.block = block[:HEADER_LIMIT]
        self.pure = True
        """Whether every line is a field's."""
        self._first: dict[str, bytes] = {}
        self._more: dict[str, list[bytes]] = {}
        self._plain: dict[str, str] = {}
        lines = _LINE_END.split(self.block)
        if not lines[-1]:
            del lines[-1]
        for line in lines:
            written, colon, value = line.partition(b":")
            of = _name_before if len(written) <= _SHORT else _name_of
            name = of(written) if colon else ""
            if not name:
                self.pure = False
            elif name in self._first:
                self._more.setdefault(name, []).append(value)
            else:
                self._first[name] = value

    def __len__(self) -> int:
        """Return how many different names there are."""
        return len(self._first)

    def __contains__(self, name: object) -> bool:
        """Return whether there is a field of that lower-case name."""
        return name in self._first

    def has_any(self, names: frozenset[str]) -> bool:
        """Return whether there is a field of one of these lower-case names."""
        return not names.isdisjoint(self._first)

    def raw(self, name: str) -> bytes:
        """Return the first field of that name unfolded, blanks collapsed, b"" if there is none."""
        found = self._first.get(name)
        return b"" if found is None else _unfolded(found)

    def plain(self, name: str) -> str:
        """Return the first field of that name as text, encoded words left as they are."""
        found = self._first.get(name)
        if found is None:
            return ""
        said = self._plain.get(name)
        if said is None:
            said = self._plain[name] = _said(found)
        return said

    def every(self, name: str) -> tuple[str, ...]:
        """Return all fields of that name as text, encoded words left as they are."""
        if name not in self._first:
            return ()
        return (self.plain(name), *map(_said, self._more.get(name, ())))

    def text(self, name: str) -> str:
        """Return the first field of that name as a person reads it, "" if there is none."""
        return decoded(self.plain(name))

    def ids(self, name: str) -> tuple[str, ...]:
        """Return the message ids of a field without their brackets, none twice."""
        if name not in self._first:
            return ()
        said = " ".join(self.every(name))
        inside = said[1:-1]
        if said[:1] == "<" and said[-1:] == ">" and _ONE_ID.fullmatch(inside):
            return (inside,)  # as nearly every one is
        found = tuple(dict.fromkeys(_ids_of(said)))
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


def _name_of(written: bytes) -> str:
    """Return the lower-case name that stands before a field's colon, "" if it is none."""
    found = _NAME.fullmatch(written)
    return found[1].decode("ascii").lower() if found else ""


_name_before = lru_cache(maxsize=1024)(_name_of)


def _instant(usual: re.Match[str]) -> datetime:
    """Return the instant that a date in the usual form means; raises ValueError for none."""
    day, month, year, hour, minute, second, zone = usual.groups()
    at = datetime(
        int(year), _MONTHS[month.lower()], int(day), int(hour), int(minute), int(second), 0, UTC
    )
    return at - _offset(zone)


@lru_cache(maxsize=256)
def _offset(zone: str) -> timedelta:
    """Return how far a zone written as "+0130" is ahead of UTC."""
    ahead = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:]))
    return -ahead if zone[0] == "-" else ahead


def _said(value: bytes) -> str:
    """Return a field's value as one line of text."""
    line = _unfolded(value)[:VALUE_LIMIT]
    # Nearly every one: there is no charset to look for.
    plain = line.isascii() and _ESC not in line and _NUL not in line
    return line.decode("ascii") if plain else decode(line)


def _unfolded(value: bytes) -> bytes:
    """Return a field's value as one line, blanks collapsed."""
    line = value.strip()
    if _LF not in line and _TAB not in line and _CR not in line and line.find(b"  ") < 0:
        return line
    if _VT in line or _FF in line:  # the two that are no blanks here
        return _SPACES.sub(b" ", line)
    return b" ".join(line.split())


def split(raw: bytes) -> tuple[bytes, int]:
    """Return the header block of a mail and where in `raw` its body begins, as `opened` does."""
    fields, body = opened(raw)
    return fields.block, body


def opened(raw: bytes, start: int = 0, end: int | None = None) -> tuple[Fields, int]:
    """Return the header fields of what lies from `start` to `end`, and where its body begins.

    A line that is no header is passed over while headers still follow it;
    else the body begins there, so that words without an empty line before
    them are not lost.
    """
    end = len(raw) if end is None else end
    if raw.startswith((b"From ", b">From "), start, end):
        start = raw.find(b"\n", start, end) + 1 or start
    elif raw.startswith((b"\n", b"\r\n"), start, end):
        return Fields(b""), raw.index(b"\n", start) + 1
    limit = min(end, start + HEADER_LIMIT)
    empty = _END.search(raw, start, limit)
    body = empty.end() if empty else limit
    block = raw[start : empty.start() + 1 if empty else body]
    fields = Fields(block)
    stray = None if fields.pure else _stray(block)
    return (fields, body) if stray is None else (Fields(block[:stray]), start + stray)


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
    if _ODD_BYTE.search(data) is None:
        return binascii.a2b_qp(data, header=True)
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
