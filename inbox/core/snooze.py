"""What a seller types to put something off, as an instant: `2h`, `tomorrow 9`, `mon`, `before due`.

    2h · 90m · 1d 12h · in 3 days · 2 weeks        from now
    9 · 14:30 · 2pm · tonight · today 18           the next time the clock shows it
    tomorrow · tomorrow 9 · mon · fri 14:30        a day, at 9:00 unless a time stands behind it
    next week · next mon · weekend · next month
    24 dec · dec 24 14:30 · 2026-12-24 · 24.12.
    before due · 30m before due                    an hour before the answer is due

Hours and minutes are elapsed time; days keep the time of the day, whatever the
clocks do in between. A time that a change of clocks skips is the one after it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from inbox.i18n import gettext as _

MORNING = time(9)
"""When a day begins for which no time is given."""

EVENING = time(20)
"""What `tonight` means."""

BEFORE_DUE = timedelta(hours=1)
"""How long before the due instant `before due` is."""

FARTHEST = timedelta(days=731)

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "october", "november", "december"),
)
_SHORTEST = 3
_WEEK, _DECEMBER, _NOON = 7, 12, 12
_PART = re.compile(
    r"(\d{1,5}(?:\.\d{1,3})?) ?(minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w)(?: |(?=\d)|$)"
)
_TIME = re.compile(r"(?:at )?(\d{1,2})(?:[:.](\d\d))? ?(am|pm)?")
_ISO = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)(?:[t ]|$)")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(?:(\d{4}))?(?: |$)")
_DAY_MONTH = re.compile(r"(\d{1,2})\.? ([a-z]{3,9})\.?(?: (\d{4})(?!\S))?(?: |$)")
_MONTH_DAY = re.compile(r"([a-z]{3,9})\.? (\d{1,2}),?(?: (\d{4})(?!\S))?(?: |$)")


class SnoozeError(Exception):
    """The phrase names no instant that can be meant; `said` tells the seller why."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


def until(
    phrase: str, now: datetime, zone: tzinfo | None = None, due_at: datetime | None = None
) -> datetime:
    """Return the instant (aware, UTC, after `now`) that a phrase means; raises SnoozeError.

    `zone` is the seller's (None: the machine's own); `due_at` is when the
    answer is due, which only `before due` needs.
    """
    # Adding to a datetime of a zone is arithmetic on the wall: hours are counted in UTC.
    now, due_at = now.astimezone(UTC), due_at.astimezone(UTC) if due_at else None
    words = " ".join(phrase.casefold().replace(",", " ").split())
    if not words:
        raise SnoozeError(_("Until when? For example: 2h, tomorrow 9, mon, before due."))
    try:
        found = _before_due(words, due_at) or _span(words, now, zone) or _wall(words, now, zone)
    except OverflowError as beyond:  # a year no clock knows
        raise SnoozeError(_("That is more than two years ahead.")) from beyond
    if found is None:
        said = _("This is no time: {words}. For example: 2h, tomorrow 9, mon 14:30, before due.")
        raise SnoozeError(said.format(words=phrase.strip()))
    if found <= now:
        raise SnoozeError(_("That is past already."))
    if found - now > FARTHEST:
        raise SnoozeError(_("That is more than two years ahead."))
    return found


def before_due(due_at: datetime | None, now: datetime) -> datetime | None:
    """Return an hour before the due instant, None where there is none or it has passed."""
    if due_at is None or due_at - BEFORE_DUE <= now:
        return None
    return due_at - BEFORE_DUE


def too_late(wakes: datetime, due_at: datetime | None) -> bool:
    """Return whether something that comes back then would be late by then."""
    return due_at is not None and wakes > due_at


def span_of(words: str) -> timedelta | None:
    """Return the length of `30 min` or `1h 30m`, days as 24 hours; None where it is none.

    One that is longer than any calendar is longer than `FARTHEST`.
    """
    try:
        parts = _parts(words.casefold().strip())
    except OverflowError:
        return FARTHEST + timedelta(days=1)
    return sum((span for span, _days in parts), timedelta()) if parts else None


def _before_due(words: str, due_at: datetime | None) -> datetime | None:
    """Return the instant of `before due` and `30m before due`."""
    if words not in {"before due", "due"} and not words.endswith(" before due"):
        return None
    if due_at is None:
        raise SnoozeError(_("Nothing is due here."))
    lead = _parts(words.removesuffix("before due").strip()) if words[:1].isdigit() else []
    if words == "due":
        return due_at
    if words == "before due":
        return due_at - BEFORE_DUE
    if not lead:
        return None
    return due_at - sum((span for span, _days in lead), timedelta())


def _span(words: str, now: datetime, zone: tzinfo | None) -> datetime | None:
    """Return the instant of `2h`, `1d 12h`, `in 3 days`; None where it is no span."""
    parts = _parts(words.removeprefix("in "))
    if not parts:
        return None
    days = sum(number for _span, number in parts)
    elapsed = sum((span for span, number in parts if not number), timedelta())
    start = now
    if days:
        if days > FARTHEST.days:
            return now + FARTHEST + timedelta(days=1)
        local = now.astimezone(zone)
        start = on_the_wall(local.date() + timedelta(days=days), local.time(), zone)
    return start + elapsed


def _parts(words: str) -> list[tuple[timedelta, int]]:
    """Return each part of a span as time and whole days; empty where something else is in it."""
    found: list[tuple[timedelta, int]] = []
    position = 0
    while position < len(words):
        part = _PART.match(words, position)
        if part is None:
            return []
        number, unit = float(part[1]), part[2][0]
        days = int(number) * (_WEEK if unit == "w" else 1) if unit in "dw" else 0
        if unit in "dw" and number != int(number):
            return []
        seconds = {"m": 60, "h": 3600}.get(unit, 0) * number
        found.append((timedelta(days=days) + timedelta(seconds=seconds), days))
        position = part.end()
    return found


def _wall(words: str, now: datetime, zone: tzinfo | None) -> datetime | None:
    """Return the instant of a day, a time, or a day with a time."""
    today = now.astimezone(zone).date()
    if (only := time_of(words)) is not None:
        return _next(today, only, now, zone, lambda day: day + timedelta(days=1))
    for read in (_named_day, _weekday, _date):
        found = read(words, today)
        if found is None:
            continue
        day, rest, usual, again = found
        at = time_of(rest) if rest else usual
        if at is None:
            return None
        return _next(day, at, now, zone, again) if again else on_the_wall(day, at, zone)
    return None


_Again = Callable[[date], date]
"""The day meant where the first one has passed."""

_Found = tuple[date, str, time, _Again | None]
"""A day, the words behind it, its usual time, and the day meant if that has passed."""


def _named_day(words: str, today: date) -> _Found | None:
    """Return the day of `tomorrow`, `tonight`, `next week` and their like."""
    saturday = today + timedelta(days=(5 - today.weekday()) % _WEEK)
    monday = today + timedelta(days=_WEEK - today.weekday())
    first = date(today.year + today.month // _DECEMBER, today.month % _DECEMBER + 1, 1)
    named: dict[str, tuple[date, time]] = {
        "tonight": (today, EVENING),
        "this evening": (today, EVENING),
        "today": (today, EVENING),
        "tomorrow": (today + timedelta(days=1), MORNING),
        "tmr": (today + timedelta(days=1), MORNING),
        "next week": (monday, MORNING),
        "next month": (first, MORNING),
        "weekend": (saturday, MORNING),
    }
    for name, (day, usual) in named.items():
        if words == name or words.startswith(f"{name} "):
            again = _week_later if name == "weekend" else None
            return day, words[len(name) :].strip(), usual, again
    return None


def _weekday(words: str, today: date) -> _Found | None:
    """Return the day of `mon`, `friday 14:30` and `next mon`."""
    following = words.startswith("next ")
    name, _space, rest = words.removeprefix("next ").partition(" ")
    number = weekday_of(name)
    if number is None:
        return None
    if following:
        monday = today + timedelta(days=_WEEK - today.weekday())
        return monday + timedelta(days=number), rest, MORNING, None
    ahead = (number - today.weekday()) % _WEEK
    return today + timedelta(days=ahead), rest, MORNING, _week_later


def weekday_of(word: str) -> int | None:
    """Return which day of the week a word names, 0 for Monday; None if none."""
    return _named(word, _DAYS)


def dated(words: str, first: date) -> tuple[date, str] | None:
    """Return the day of a date and the words behind it; without a year not before `first`."""
    found = _date(words, first)
    return None if found is None else found[:2]


def _date(words: str, today: date) -> _Found | None:
    """Return the day of a date; without a year it is the next one."""
    year: str | None
    if found := _ISO.match(words):
        year, month, day = found[1], int(found[2]), int(found[3])
    elif found := _DOTTED.match(words):
        day, month, year = int(found[1]), int(found[2]), found[3]
    elif (found := _DAY_MONTH.match(words)) and (number := _named(found[2], _MONTHS)) is not None:
        day, month, year = int(found[1]), number + 1, found[3]
    elif (found := _MONTH_DAY.match(words)) and (number := _named(found[1], _MONTHS)) is not None:
        day, month, year = int(found[2]), number + 1, found[3]
    else:
        return None
    rest = words[found.end() :].strip()
    if year is not None:
        exact = _day(int(year), month, day)
        return None if exact is None else (exact, rest, MORNING, None)
    years = range(today.year, today.year + 9)
    days = [each for each in (_day(year, month, day) for year in years) if each is not None]
    ahead = [each for each in days if each >= today]
    if not ahead:
        return None
    return ahead[0], rest, MORNING, lambda day: next((d for d in ahead if d > day), day)


def _day(year: int, month: int, day: int) -> date | None:
    """Return the date, None if the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _named(word: str, names: tuple[str, ...]) -> int | None:
    """Return which of the names a word is or begins (three letters do), None if none."""
    if len(word) < _SHORTEST:
        return None
    return next((number for number, name in enumerate(names) if name.startswith(word)), None)


def time_of(words: str) -> time | None:
    """Return the time of `9`, `14:30`, `2pm`, `at 9`; None if it is none."""
    found = _TIME.fullmatch(words)
    if found is None:
        return {"morning": MORNING, "noon": time(12), "evening": EVENING}.get(words)
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if found[3] == "pm" else 0)
    try:
        return time(hour, minute)
    except ValueError:
        return None


def _next(day: date, at: time, now: datetime, zone: tzinfo | None, again: _Again) -> datetime:
    """Return that time of the day, or of the next such day where it has passed."""
    found = on_the_wall(day, at, zone)
    return found if found > now else on_the_wall(again(day), at, zone)


def _week_later(day: date) -> date:
    """Return the same day of the next week."""
    return day + timedelta(days=_WEEK)


def on_the_wall(day: date, at: time, zone: tzinfo | None) -> datetime:
    """Return when the seller's clock shows that, in UTC; of two such moments the first."""
    naive = datetime.combine(day, at.replace(tzinfo=None, fold=0))
    return (naive.astimezone() if zone is None else naive.replace(tzinfo=zone)).astimezone(UTC)
