"""Which charset bytes are written in whose label is missing, unknown or wrong. Pure, bounded.

Only alphabets that look nothing like a western one are guessed, and only
where most letters speak for it: a wrong guess would be worse than a wrong accent.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_SAMPLE = 4_000
_FOREIGN = 0.3
"""Share of high bytes above which a text is not a western one with accents."""
_NULLS = 0.3
_SURE = 0.5
_COMMON_CYRILLIC = frozenset("оеаинтсрвліОЕАИНТСРВЛІ")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_LETTER = rb"[A-Za-z\xc0-\xd6\xd8-\xf6\xf8-\xff]"
_CENTRAL_1250 = re.compile(_LETTER + rb"[\xb3\xb9\xba\xbf]" + _LETTER)
_CENTRAL_LATIN2 = re.compile(_LETTER + rb"[\xb1\xb6\xbc\xbe]" + _LETTER)
_ESCAPE = re.compile(rb"(\x1b(?:\$[@B]|\$\([@BD]|\([ABIJ]))")
_PAIR = re.compile(rb"[\x21-\x7e]{2}")
_JAPANESE = (b"\x1b$B", b"\x1b$@", b"\x1b(J")


def guessed(data: bytes) -> str:
    """Return Python's name of the charset that bytes are surely written in, "" if none is sure."""
    sample = data[:_SAMPLE]
    for mark, codec in _BOMS:
        if sample.startswith(mark):
            return codec
    if any(mark in sample for mark in _JAPANESE):
        return "iso2022_jp_ext"
    if (nulls := sample.count(0)) > len(sample) * _NULLS:
        return "utf-16-le" if sample[1::2].count(0) >= nulls / 2 else "utf-16-be"
    written = sample.translate(None, b" \t\r\n")
    high = sum(byte > 0x7F for byte in written)  # noqa: PLR2004 - above it no byte is ASCII
    if high <= len(written) * _FOREIGN:
        return ""
    best = max(_SCORES, key=lambda codec: _score(sample, codec))
    return best if _score(sample, best) >= _SURE else ""


def japanese(data: bytes) -> str:
    """Return ISO-2022-JP as Windows and phones write it: with signs such as (1) in a circle.

    Those stand in rows that the standard leaves empty and Shift_JIS of Windows has.
    """
    done: list[str] = []
    two, kana = False, False
    for piece in _ESCAPE.split(data):
        if piece[:1] == b"\x1b":
            two, kana = piece[1:2] == b"$", piece == b"\x1b(I"
        elif two:
            done.append(_PAIR.sub(_shifted, piece).decode("cp932", "replace"))
        else:
            high = bytes(byte | 0x80 if kana else byte for byte in piece)
            done.append(high.decode("cp932", "replace"))
    return "".join(done)


def _shifted(pair: re.Match[bytes]) -> bytes:
    """Return a character's two bytes of JIS as those of Shift_JIS."""
    row, cell = pair[0]
    first = (row - 0x21 >> 1) + (0x81 if row < 0x5F else 0xC1)  # noqa: PLR2004 - the gap of Shift_JIS
    if row % 2 == 0:
        return bytes((first, cell + 0x7E))
    return bytes((first, cell + (0x1F if cell < 0x60 else 0x20)))  # noqa: PLR2004 - 0x7F is left out


def central(data: bytes) -> str:
    """Return the charset of central Europe that bytes are surely written in, "" if none is sure.

    Where windows-1252 has a sign (a superscript, a turned question mark), those have a letter:
    within a word only a letter can stand.
    """
    if _CENTRAL_LATIN2.search(data) is not None:
        return "iso8859-2"
    return "cp1250" if _CENTRAL_1250.search(data) is not None else ""


def _score(sample: bytes, codec: str) -> float:
    """Return the share of letters beyond ASCII that people of that script use most."""
    try:
        text = sample.decode(codec)
    except UnicodeDecodeError as broken:
        # the sample may end in the middle of a letter, and nowhere else
        if broken.start < len(sample) - 4:
            return 0.0
        text = sample[: broken.start].decode(codec)
    letters = [char for char in text if char > "\x7f"]
    common = _SCORES[codec]
    return sum(map(common, letters)) / len(letters) if letters else 0.0


def _cyrillic(char: str) -> bool:
    return char in _COMMON_CYRILLIC


def _kana(char: str) -> bool:
    return "\u3041" <= char <= "\u30fe" or char in "\u3001\u3002"


def _hangul(char: str) -> bool:
    return "\uac00" <= char <= "\ud7a3"


def _simplified(char: str) -> bool:
    """Return whether a character is one of the 3,755 that GB 2312 calls common."""
    written = char.encode("gb2312", "ignore")
    return b"\xb0\xa1" <= written <= b"\xd7\xf9"


def _traditional(char: str) -> bool:
    """Return whether a character is one of the 5,401 that Big5 calls common."""
    written = char.encode("big5", "ignore")
    return b"\xa4\x40" <= written <= b"\xc6\x7e"


_SCORES: dict[str, Callable[[str], bool]] = {
    "cp1251": _cyrillic,
    "koi8-r": _cyrillic,
    "cp932": _kana,
    "euc_jp": _kana,
    "euc_kr": _hangul,
    "gb18030": _simplified,
    "big5hkscs": _traditional,
}
