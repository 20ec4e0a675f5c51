"""The time left in at most 7 cells."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from typing import NamedTuple

from inbox.i18n import pgettext

CELLS = 7
"""The width of the countdown column."""

MINUTE, HOUR, DAY = 60, 3_600, 86_400

MOST_DAYS = 9_999
"""Farther away nobody counts; with a wide letter and a sign it still fits."""


class Units(NamedTuple):
    """The letters of the units."""

    day: str
    hour: str
    minute: str
    second: str


def spoken_units() -> Units:
    """Return the letters of the seller's language."""
    return Units(
        day=pgettext("days left", "d"),
        hour=pgettext("hours left", "h"),
        minute=pgettext("minutes left", "m"),
        second=pgettext("seconds left", "s"),
    )


def countdown(due_at: datetime, now: datetime, units: Units | None = None) -> str:
    """Return the time left, like `3d 4h`, `5h 12m`, `12m`, `45s`; late: `-2h 5m`.

    Never more time than there is: the seconds left are rounded down, then cut
    to the units shown. Seconds show only within a minute of the due instant.
    """
    left = (due_at - now) // timedelta(seconds=1)
    return _text(left, units or spoken_units())


def _text(left: int, units: Units) -> str:
    """Return the text for so many whole seconds, rounded down (late: below zero at once)."""
    sign, size = ("-", -left) if left < 0 else ("", left)
    if size < MINUTE:
        return f"{sign}{size}{units.second}"
    if size < HOUR:
        return f"{sign}{size // MINUTE}{units.minute}"
    if size < DAY:
        return _two_parts(sign, (size, HOUR, units.hour), (MINUTE, "59", units.minute))
    return _two_parts(sign, (size, DAY, units.day), (HOUR, "23", units.hour))


def _two_parts(sign: str, whole: tuple[int, int, str], part: tuple[int, str, str]) -> str:
    """Return both parts where even the widest second one fits, else the first."""
    (size, step, letter), (part_step, widest, part_letter) = whole, part
    first = f"{sign}{min(size // step, MOST_DAYS)}{letter}"
    if _cells(f"{first} {widest}{part_letter}") > CELLS:
        return first
    return f"{first} {size % step // part_step}{part_letter}"


def _cells(text: str) -> int:
    """Return how many cells the text takes (wide letters take two)."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
