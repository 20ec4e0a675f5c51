"""The words of a mail as a simple page: paragraphs, links, quotations. Pure, nothing remote.

Only the seller's own words and what they quote are in it, every sign of them
escaped: the page loads nothing, runs nothing and looks as the reader likes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby

_LINK = re.compile(r"https?://[^\s<>\"'`]{1,2000}")
_NOT_OF_LINK = ".,;:!?)]}»”\u2019"
"""What ends a sentence and not an address."""
_OPEN = '<blockquote type="cite">'
_CLOSE = "</blockquote>"


def page_of(text: str) -> str:
    """Return the page that says what the text says, lines that begin with `>` as quotations."""
    lines = map(_quoted, text.rstrip("\n").split("\n"))
    done: list[str] = []
    depth = 0
    for level, run in groupby(lines, key=lambda line: line[0]):
        done += [_OPEN] * (level - depth) + [_CLOSE] * (depth - level)
        done += _paragraphs(content for _, content in run)
        depth = level
    done += [_CLOSE] * depth
    return "\n".join(
        ('<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>', *done, "</body></html>")
    )


def _quoted(line: str) -> tuple[int, str]:
    """Return how deep a line is quoted, at most ten, and what it says."""
    depth, content = 0, line
    while content.startswith(">") and depth < 10:  # noqa: PLR2004 - deeper than anybody reads
        depth, content = depth + 1, content[1:].removeprefix(" ")
    return depth, content


def _paragraphs(lines: Iterable[str]) -> Iterator[str]:
    """Yield lines in paragraphs, which empty lines divide."""
    for empty, run in groupby(lines, key=lambda line: not line.strip()):
        if not empty:
            yield '<p dir="auto">' + "<br>\n".join(map(_linked, run)) + "</p>"


def _linked(line: str) -> str:
    """Return a line escaped, its addresses as links that say where they lead."""
    done: list[str] = []
    at = 0
    for match in _LINK.finditer(line):
        address = match[0].rstrip(_NOT_OF_LINK)
        done.append(_escaped(line[at : match.start()]))
        done.append(f'<a href="{escape(address)}">{escape(address)}</a>')
        at = match.start() + len(address)
    done.append(_escaped(line[at:]))
    return "".join(done)


def _escaped(words: str) -> str:
    """Return words that mean nothing but themselves, their blanks kept."""
    return escape(words).replace("\t", "    ").replace("  ", " &nbsp;")
