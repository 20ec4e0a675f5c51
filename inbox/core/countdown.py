"""The time left in at most 7 cells, and when that text changes next."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

CELLS = 7
"""The width of the countdown column."""

MINUTE, HOUR, DAY = 60, 3_600, 86_400

MOST_DAYS = 9_999
"""Farther away nobody counts; with a wide letter and a sign it still fits."""


class Units(NamedTuple):
    """The letters of the units, so that a translation can bring its own."""

    day: str = "d"
    hour: str = "h"
    minute: str = "m"
    second: str = "s"


LATIN = Units()


def countdown(due_at: datetime, now: datetime, units: Units = LATIN) -> str:
    """Return the time left, like `3d 4h`, `5h 12m`, `12m`, `45s`; late: `-2h 5m`.

    Never more time than there is: the seconds left are rounded down, then cut
    to the units shown. Seconds show only within a minute of the due instant.
    """
    return _text(_left(due_at, now), units)[0]


def next_change(due_at: datetime, now: datetime, units: Units = LATIN) -> datetime:
    """Return the first instant after `now` at which the text is another one.

    What is late by `MOST_DAYS` reads the same for ever: then it is the last instant there is.
    """
    left = min(_left(due_at, now), MOST_DAYS * DAY)
    if -left >= MOST_DAYS * DAY:
        return datetime.max.replace(tzinfo=UTC)
    step = _text(left, units)[1]
    lowest = left - left % step if left >= 0 else -(-left // step * step + step - 1)
    return due_at - timedelta(seconds=lowest) + timedelta(microseconds=1)


def _left(due_at: datetime, now: datetime) -> int:
    """Return the whole seconds left, rounded down (late: below zero at once)."""
    return (due_at - now) // timedelta(seconds=1)


def _text(left: int, units: Units) -> tuple[str, int]:
    """Return the text and the seconds of its smallest unit."""
    sign, size = ("-", -left) if left < 0 else ("", left)
    if size < MINUTE:
        return f"{sign}{size}{units.second}", 1
    if size < HOUR:
        return f"{sign}{size // MINUTE}{units.minute}", MINUTE
    if size < DAY:
        return _two_parts(sign, (size, HOUR, units.hour), (MINUTE, "59", units.minute))
    return _two_parts(sign, (size, DAY, units.day), (HOUR, "23", units.hour))


def _two_parts(
    sign: str, whole: tuple[int, int, str], part: tuple[int, str, str]
) -> tuple[str, int]:
    """Return both parts where even the widest second one fits, else the first, and its step."""
    (size, step, letter), (part_step, widest, part_letter) = whole, part
    first = f"{sign}{min(size // step, MOST_DAYS)}{letter}"
    if _cells(f"{first} {widest}{part_letter}") > CELLS:
        return first, step
    return f"{first} {size % step // part_step}{part_letter}", part_step


def _cells(text: str) -> int:
    """Return how many cells the text takes (wide letters take two)."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
