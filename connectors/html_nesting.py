"""Whether a page is written as a browser nests it: then nobody has to build its tree. Pure.

What a browser does with tags that are not nested is a long story, and lexbor
knows it. Here is only the short one: each element is closed by its own end and
stands where it may stand, so that the tree is what is written. In doubt it is not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from html import unescape
from html.entities import html5
from typing import Final

from connectors.html_events import CLOSE, OPEN, TEXT, VOID, Event, Token

_BLANKS: Final = " \t\n\f\r"
"""What HTML calls blanks."""
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_SECTIONS: Final = frozenset({"tbody", "thead", "tfoot"})
_INLINE: Final = frozenset({"a", "br", "font", "img", "label", "span"})
"""What may stand in a paragraph without ending it."""
_UNWRITTEN: Final = "(tbody)"
"""The part of a table in which rows stand that are written directly in the table."""
_ONLY_IN: Final = {
    **dict.fromkeys(_SECTIONS, frozenset({"table"})),
    "tr": frozenset({_UNWRITTEN, *_SECTIONS}),
    **dict.fromkeys(("td", "th"), frozenset({"tr"})),
    "li": frozenset({"ul", "ol"}),
    **dict.fromkeys(("dt", "dd"), frozenset({"dl"})),
}
"""Elements that change the tree around them, but directly in one of these."""
_OF_TABLES: Final = frozenset({"table", "tr", _UNWRITTEN, *_SECTIONS})
"""Elements in which nothing stands but their own parts, and blanks."""
_INTRICATE: Final = frozenset({"caption", "form", "pre"})
"""Elements with rules of their own, left to who knows them."""

_REFERENCE = re.compile(r"&(?:#(\d{2,4});|([A-Za-z][A-Za-z0-9]{1,30};)|(?=[ \t\n\f\r]|\Z))?")
_LETTERS: Final = (range(0x21, 0x7F), range(0xA0, 10_000))
"""Numbers that are the letter they name, whoever reads them."""

_ROWS_BEGIN: Final = Event(OPEN, "tbody")
_ROWS_END: Final = Event(CLOSE, "tbody")
_ENDS: Final = {name: Event(CLOSE, name) for name in VOID}


def nested(tokens: Sequence[Token]) -> list[Event] | None:
    """Return the events of scanned tokens, None where their tree may be another than is written.

    No two texts may stand together.
    """
    made: list[Event] = []
    around: list[_Place] = []
    here = _OUTSIDE
    for token in tokens:
        if isinstance(token, str):
            text = _read(token if made else token.lstrip(_BLANKS), here)
            if text is None:
                return None
            if text:
                made.append(Event(TEXT, text))
            continue
        act, said, _ = token
        if here.name == _UNWRITTEN and said != "tr":
            made.append(_ROWS_END)
            here = around.pop()
        elif here.name == "table" and said == "tr" and act is OPEN:
            made.append(_ROWS_BEGIN)
            around.append(here)
            here = _place(_UNWRITTEN)
        inside = here[said] if act is OPEN else around.pop() if said == here.name else None
        if inside is None:
            return None
        made.append(token)
        if said in VOID:
            made.append(_ENDS[said])
            continue
        if act is OPEN:
            around.append(here)
        here = inside
    return None if around else made


class _Place(dict[str, "_Place | None"]):
    """An open element: by name, what each element is that begins in it; None: who knows."""

    __slots__ = ("linked", "name", "paragraph")

    def __init__(self, name: str, *, paragraph: bool, linked: bool) -> None:
        super().__init__()
        self.name = name
        self.paragraph = paragraph
        """Whether a paragraph is open, which many elements would end."""
        self.linked = linked
        """Whether a link is open, which another one would end."""

    def __missing__(self, name: str) -> _Place | None:
        found = self[name] = self._inside(name)
        return found

    def _inside(self, name: str) -> _Place | None:
        """Return the place in an element that begins here, None if it does more than that."""
        own = self.name in _ONLY_IN.get(name, ())
        if self.name in _OF_TABLES or name in _ONLY_IN:
            fits = own
        elif name in _INTRICATE or (self.paragraph and name not in _INLINE):
            fits = False
        elif name in _HEADINGS:
            fits = self.name not in _HEADINGS
        else:
            fits = name != "a" or not self.linked
        if not fits:
            return None
        paragraph, linked = self.paragraph or name == "p", self.linked or name == "a"
        return _place(name, paragraph=paragraph, linked=linked)


@lru_cache(maxsize=512)
def _place(name: str, *, paragraph: bool = False, linked: bool = False) -> _Place:
    """Return the one place for all elements that are alike."""
    return _Place(name, paragraph=paragraph, linked=linked)


_OUTSIDE: Final = _place("")


def _read(said: str, here: _Place) -> str | None:
    """Return a text as it is behind its entities, None if it goes elsewhere or is not certain."""
    if here.name in _OF_TABLES and said.strip(_BLANKS):
        return None
    if "&" not in said:
        return said
    return unescape(said) if all(map(_is_certain, _REFERENCE.findall(said))) else None


@lru_cache(maxsize=256)
def _is_certain(found: tuple[str, str]) -> bool:
    """Return whether a reference's number or name means the same to whoever reads it."""
    number, name = found
    if number:
        return any(int(number) in each for each in _LETTERS)
    return name in html5
