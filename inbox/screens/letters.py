"""For terminals without UTF-8: each letter they cannot show stands as one they can.

As many cells wide as before, or every column behind it would be out of place.
"""

from __future__ import annotations

import codecs
import unicodedata
from io import TextIOWrapper
from typing import TextIO

from rich.cells import cell_len

_NAME = "inbox.cells"
_ALIKE = {
    letter: plain
    for plain, letters in {
        "*": "\u25cf\u2022\u2219\u25a0\u25c6\u2605\u2606",  # round and square marks, stars
        "o": "\u25cb\u25cc\u25c7\u25a1",  # the same, hollow
        "-": "\u2500\u2501\u2550\u2010\u2011\u2013\u2014\u2015\u2212",  # lines and dashes
        "|": "\u2502\u2503\u2551\u258f\u258e\u258d\u258c\u2590\u2595",  # upright lines
        "'": "\u2018\u2019\u201a\u2032",  # quotation marks
        '"': "\u201c\u201d\u201e\u2033",
        ">": "\u25b8\u25b6\u2192\u203a",  # arrows
        "<": "\u25c2\u25c0\u2190\u2039",
        "v": "\u25be\u25bc\u2193\u2713",  # and the check mark
        "^": "\u25b4\u25b2\u2191",
        ".": "\u00b7",
        "~": "\u2026",
        "x": "\u00d7",
    }.items()
    for letter in letters
}
_BOXES, _BLOCKS = range(0x2500, 0x2580), range(0x2580, 0x25A0)


def stand_in(letter: str) -> str:
    """Return ASCII of the same width: a likeness, the letter without its mark, else `?`."""
    if letter in _ALIKE:
        return _ALIKE[letter]
    if ord(letter) in _BOXES or ord(letter) in _BLOCKS:
        return "+" if ord(letter) in _BOXES else "#"
    plain = unicodedata.normalize("NFKD", letter)[0]
    width = cell_len(letter)
    return plain if plain.isascii() and plain.isprintable() and width == 1 else "?" * width


def suit(terminal: TextIO | None) -> None:
    """Let what is painted there be of letters it has."""

    def replaced(error: UnicodeError) -> tuple[str | bytes, int]:
        if not isinstance(error, UnicodeEncodeError):
            raise error
        return "".join(map(stand_in, error.object[error.start : error.end])), error.end

    codecs.register_error(_NAME, replaced)
    if isinstance(terminal, TextIOWrapper):
        terminal.reconfigure(errors=_NAME)
