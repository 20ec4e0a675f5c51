"""Text from strangers made safe to show: the one place where it happens. Pure.

What could drive a terminal or show words in another order than they are
stored in is taken out. What a person can read stays as it is: this never
judges, shortens or translates.
"""

from __future__ import annotations

import re

_INVISIBLE = (
    "\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f"
)
"""Soft hyphens, marks of direction, overrides, isolates, joiners of nothing, tags.

ZWJ and ZWNJ (U+200C, U+200D) and variation selectors stay: scripts and emoji need them.
"""

_SUSPECT = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff{_INVISIBLE}]")
_BREAKS = "\r\n|[\r\x0b\x0c\x85\u2028\u2029]"
_UNSAFE = (
    # a flag made of tags (England, Scotland, Wales) is a picture: kept
    "(\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f)"
    # strings for the terminal (OSC, DCS, SOS, PM, APC) up to their end on the same line
    "|(?:\x1b[\\]PX^_]|[\x90\x98\x9d-\x9f])[^\n\x07\x1b\x90\x98\x9c-\x9f]*+(?:\x07|\x1b\\\\|\x9c)"
    # CSI with its parameters
    "|(?:\x1b\\[|\x9b)[0-?]*+[ -/]*+[@-~]"
    # two letters and more: character sets, resets, keypad modes, introducers of what never ends
    "|\x1b[ -/]*+[0-~]"
    # and every unsafe character by itself
    f"|[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff{_INVISIBLE}]"
)
_BLANKS = re.compile(r"[ \t\n]{2,}|[\t\n]")
_ORDINARY = bytes([0x09, 0x0A, *range(0x20, 0x7F)])
"""The bytes of ASCII that may stay."""
_UNSEEN_MARK = "\u034f"
"""The one of `_INVISIBLE` that Python calls printable."""
_NO_BREAK = "\u00a0"


def clean(text: str, *, one_line: bool = False) -> str:
    r"""Return text without anything that drives a terminal or hides; only `\n` breaks lines.

    With `one_line`, breaks and tabs are a blank, runs of blanks one, none at
    the ends. An escape sequence that never ends takes no words with it: then
    only its introducer goes.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    if not _is_plain(text) and _SUSPECT.search(text) is not None:
        text = re.sub(_UNSAFE, r"\1", re.sub(_BREAKS, "\n", text))
    if one_line and not ("  " not in text and text.isprintable()):
        text = _BLANKS.sub(" ", text)
    return text.strip(" ") if one_line else text


def _is_plain(text: str) -> bool:
    """Return whether a text surely holds nothing suspect; False means only: look at each letter.

    Nearly every text is plain, and this is ten times as fast as looking.
    """
    if text.isascii():
        return not text.encode().translate(None, _ORDINARY)
    seen = text.replace("\n", " ").replace("\t", " ").replace(_NO_BREAK, " ")
    return seen.isprintable() and _UNSEEN_MARK not in seen
