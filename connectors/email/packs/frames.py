"""A buyer's own words, found inside what a marketplace writes around them. Pure.

Nothing is taken away: the words come first, between two lines that say so,
and all else stands below them, to be folded. Where the words cannot be found
for certain the text stays as it is.
"""

from __future__ import annotations

import re

from connectors.email.packs.pack import Pack

BEGIN = "------------- Begin message -------------"
END = "------------- End message -------------"
_LIMIT = 200_000
_MARK = re.compile(r"(?<!-)(-{8,40})[ \t]{0,3}([^\n-]{3,60}?)[ \t]{0,3}\1(?!-)")
"""A phrase between two equal rows of dashes: a marketplace's, in whatever language."""
_ENDS = re.compile(r"(?i)-{3,}\s{0,3}end message\s{0,3}-{3,}")
_BEGINS = re.compile(r"(?i)-{3,}\s{0,3}begin message\s{0,3}-{3,}")


def framed(pack: Pack, text: str, html: str | None) -> tuple[str, str]:
    """Return (text, rest): the text with the buyer's words first and marked, and all else.

    Where no words are found the text is what it was, and so is the rest.
    """
    if len(text) > _LIMIT:
        return text, text
    words, rest = _found(pack, text, html)
    if not words:
        return text, text
    if _BEGINS.search(words):
        return text, rest
    if _ENDS.search(words):
        return words, rest  # the words look like a frame's end; its source holds the rest
    return f"{BEGIN}\n\n{words}\n\n{END}\n\n{rest}".rstrip() + "\n", rest


def _found(pack: Pack, text: str, html: str | None) -> tuple[str, str]:
    """Return the buyer's words and all else, ("", "") where they are not certain."""
    if pack.dashes and (between := _between(text)) is not None:
        return between
    if pack.element and html and (words := _of_element(html[: 4 * _LIMIT], pack.element)):
        at = text.find(words)
        rest = f"{text[:at].rstrip()}\n\n{text[at + len(words) :].lstrip()}" if at >= 0 else text
        return words, rest.strip()
    opened = pack.opening.search(text) if pack.opening else None
    if opened is None:
        return "", ""
    closed = pack.closing.search(text, opened.end()) if pack.closing else None
    if closed is None and pack.closing_needed:
        return "", ""
    end = closed.start() if closed else len(text)
    return text[opened.end() : end].strip(), f"{text[: opened.end()]}\n{text[end:]}".strip()


def _between(text: str) -> tuple[str, str] | None:
    """Return what stands between the first and the last row of dashes with a phrase, and the rest.

    The last one counts: a buyer may write the same between them.
    """
    marks = list(_MARK.finditer(text))
    if len(marks) < 2 or marks[0][2].casefold() == marks[-1][2].casefold():  # noqa: PLR2004 - a begin and an end
        return None
    first, last = marks[0], marks[-1]
    words = text[first.end() : last.start()].strip()
    rest = f"{text[: first.start()].rstrip()}\n\n{text[last.end() :].lstrip()}".strip()
    return words, rest


def _of_element(html: str, element: str) -> str:
    """Return the text of the one element of that name or id, "" if there is none or several."""
    from selectolax.lexbor import LexborHTMLParser

    from connectors.html import text_of

    found = LexborHTMLParser(html).css(element)
    return text_of(found[0].html or "").strip() if len(found) == 1 else ""
