"""Text as format=flowed (RFC 3676, DelSp=no): short lines that can be joined again. Pure.

The other way is `connectors.email.texts.unflowed`.
"""

from __future__ import annotations

import re

WIDTH = 72
"""Characters of a line where its words allow it. RFC 3676 asks for at most 78; with the blank at
its end in quoted-printable it still fits a line."""

SIGNATURE_MARK = "-- "
"""Stands alone above a signature; the one line that ends in a blank and goes on nowhere."""

_WORDS = re.compile(r"[^ ]+ *| +")


def flowed(text: str) -> str:
    r"""Return the text with soft breaks in its long lines, its lines ended by `\n`.

    Blanks at the end of a line mean a soft break there, so those of the text
    go; what stands behind `>` is quoted and stays so, on every line made of it.
    """
    return "\n".join(line for paragraph in text.split("\n") for line in _lines(paragraph))


def _lines(paragraph: str) -> list[str]:
    """Return the lines that one line of the text becomes."""
    content = paragraph.lstrip(">")
    marks = paragraph[: len(paragraph) - len(content)]
    if marks:
        content = content.removeprefix(" ")
    if content != SIGNATURE_MARK:
        content = content.rstrip(" \t")
    return [marks + _stuffed(each, quoted=bool(marks)) for each in _pieces(content, len(marks))]


def _pieces(content: str, marks: int) -> list[str]:
    """Return a line in pieces; each but the last ends in the blank that makes the break soft."""
    if content == SIGNATURE_MARK or len(content) + marks < WIDTH:
        return [content]
    pieces: list[str] = []
    line = ""
    for word in _WORDS.findall(content):
        long = len(line) + len(word.rstrip(" ")) + marks >= WIDTH
        # A piece that looks like the mark of a signature would be taken for it.
        if long and line.strip(" ") and line != SIGNATURE_MARK:
            pieces.append(line)
            line = word
        else:
            line += word
    return [*pieces, line]


def _stuffed(line: str, *, quoted: bool) -> str:
    """Return a line with a blank before it where its beginning would mean something else."""
    stuff = bool(line) if quoted else line.startswith((" ", ">", "From "))
    return f" {line}" if stuff else line
