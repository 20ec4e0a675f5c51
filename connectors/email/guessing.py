"""Which charset bytes are written in whose label is missing, unknown or wrong. Pure, bounded.

Only alphabets that look nothing like a western one are guessed, and only
where most letters speak for it: a wrong guess would be worse than a wrong accent.
"""

from __future__ import annotations

from collections.abc import Callable

_SAMPLE = 4_000
_FOREIGN = 0.3
"""Share of high bytes above which a text is not a western one with accents."""
_NULLS = 0.3
_SURE = 0.5
_COMMON_CYRILLIC = frozenset("оеаинтсрвліОЕАИНТСРВЛІ")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
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
