"""Where one is in a conversation, whatever the width: another one loses no place. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from inbox.widgets.reading_lines import Line

Place = tuple[int, int]
"""A message, by position, and how many of its letters stand before; -1: its first line."""


def top_of(shown: Sequence[Line], index: int) -> Place:
    """Return what the line in that position begins with, whatever the width."""
    if index >= len(shown):
        return 0, -1
    line, letters = shown[index], 0
    for each in reversed(shown[:index]):
        if line.head or each.message != line.message or each.head:
            break
        letters += _letters(each)
    return line.message, -1 if line.head else letters


def line_of(shown: Sequence[Line], place: Place) -> int:
    """Return the position of the line in which that place is now."""
    message, wanted = place
    found, letters = 0, 0
    for index, line in enumerate(shown):
        if line.message != message:
            continue
        if line.head or letters <= wanted:
            found = index
        if line.head and wanted < 0:
            break
        letters += 0 if line.head else _letters(line)
    return found


def _letters(line: Line) -> int:
    """Return how many letters and signs a line has, blanks aside: wrapping takes and adds those."""
    return sum(len("".join(text.split())) for text, _role in line.pieces)
