"""Bytes to text, whatever charset they claim: never raises, never gives up on a letter it can read.

The name is believed first. Where it is unknown or wrong, UTF-8 is tried, then
what `guessing` is sure of, then windows-1252: what nearly all other mail with a
wrong label is written in. A western name is no proof against UTF-8, which
hardly any other text looks like.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

_WIDER = {
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "windows-31j": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "big5": "big5hkscs",
    "cn-big5": "big5hkscs",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "iso-8859-11": "cp874",
    "unicode-1-1-utf-7": "utf-7",
    "utf8mb4": "utf-8",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "macintosh": "mac-roman",
    "x-mac-roman": "mac-roman",
}
"""Names whose letters in real mail come from a larger set than the name says."""

_NO_CHARSETS = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"})
"""Python's codecs that are not charsets: they read backslashes, or are slow on hostile input."""

_LONGEST_NAME = 40
_SAMPLE = 4_000
_NUL, _ESC = b"\0\x1b"
_SEVEN_BIT = re.compile(rb"\x00[^\x00]\x00|\x1b\$[B@]|\x1b\(J")
"""What UTF-8 would take for letters though it is none: UTF-16, and Japanese in seven bits."""


def decode(data: bytes, charset: str = "") -> str:
    """Return the text of `data`; a byte that means nothing anywhere becomes U+FFFD."""
    codec = _codec(charset)
    if codec not in {"", "utf-8", "cp1252"}:
        try:
            return data.decode(codec)
        except (UnicodeError, ValueError):
            pass
    if (_NUL not in data and _ESC not in data) or _SEVEN_BIT.search(data) is None:
        try:
            return data.decode("utf-8")
        except UnicodeError:
            pass
        if codec in {"", "utf-8"} and (damaged := _damaged(data)):
            return damaged
    if codec in {"", "utf-8", "cp1252"} or _no_letter_of(data, codec):
        from connectors.email.guessing import guessed

        if guess := guessed(data):
            return _replaced(data, guess).removeprefix("\ufeff")
    if codec in {"", "utf-8", "cp1252"}:
        from connectors.email.guessing import central

        found = central(data)
        return _replaced(data, found) if found else _western(data)
    return _replaced(data, codec)


def line_feeds(data: bytes) -> bytes:
    r"""Return bytes with `\n` in place of each `\r\n`; a `\r` by itself stays."""
    bare = data.replace(b"\r", b"")
    # Where every one of them ends a line, which is much faster to do, it is the same.
    ends_lines = len(data) - len(bare) == data.count(b"\r\n")
    return bare if ends_lines else data.replace(b"\r\n", b"\n")


def _damaged(data: bytes) -> str:
    """Return `data` as UTF-8 with some bytes broken on the way, "" if most letters are."""
    text = data.decode("utf-8", "replace")
    lost = text.count("\ufffd")
    letters = sum(1 for char in text[:20_000] if char > "\x7f") - lost
    return text if letters >= max(lost, 1) else ""


def _no_letter_of(data: bytes, codec: str) -> bool:
    """Return whether most of what is not ASCII means nothing in that charset."""
    text = _replaced(data[:_SAMPLE], codec)
    lost = text.count("\ufffd")
    return 2 * lost > sum(char > "\x7f" for char in text)


def _western(data: bytes) -> str:
    """Return `data` as windows-1252, with Latin-1 for the five bytes that it leaves open."""
    try:
        return data.decode("cp1252")
    except UnicodeError:
        return data.decode("latin-1")


def _replaced(data: bytes, codec: str) -> str:
    """Return `data` in its declared charset with U+FFFD for what does not belong to it."""
    if codec == "iso2022_jp_ext":
        from connectors.email.guessing import japanese

        return japanese(data)
    try:
        return data.decode(codec, "replace")
    except (UnicodeError, ValueError):
        return _western(data)


@lru_cache(maxsize=256)
def _codec(charset: str) -> str:
    """Return Python's name for a charset, "" for one nobody knows."""
    name = charset.strip(" \t\r\n'\"").lower()
    if not name or len(name) > _LONGEST_NAME or not name.isascii() or "\0" in name:
        return ""
    name = _WIDER.get(name, name)
    try:
        found = codecs.lookup(name).name
        if found.replace("-", "_") in _NO_CHARSETS:
            return ""
        b"\0\0".decode(found)  # not a text's codec: LookupError (hex, zlib, rot13)
    except UnicodeError:
        return name
    except (LookupError, ValueError):
        return ""
    return found
