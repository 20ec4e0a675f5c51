"""The times of a query: `<2h`, `today`, `2026-11`, as the stretch of time they mean. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

Stretch = tuple[datetime | None, datetime | None]
"""From (inclusive) and until (exclusive), aware; None: open on that side."""

_UNITS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
    "y": timedelta(days=365),
}
_SPAN = re.compile(r"([0-9]{1,5}(?=[mhdw])|[0-9]{1,3}(?=y))([mhdwy])")
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}


def is_time(field: str, value: str) -> bool:
    """Return whether the value may stand behind that field."""
    sign, rest = _split(field, value)
    if _SPAN.fullmatch(rest):
        return field != "due" or bool(sign)
    return _day(rest, datetime(2000, 1, 1, tzinfo=UTC)) is not None


def stretch(field: str, value: str, now: datetime, zone: tzinfo | None = None) -> Stretch:
    """Return the stretch that a value means at `now`; raises ValueError if it is no time.

    Days begin at midnight in `zone` (None: the machine's own). `before` and `after` count a
    span backwards from now, `due` forwards. `after:` a day begins with that
    day, `due:>` a day behind it.
    """
    sign, rest = _split(field, value)
    span = _SPAN.fullmatch(rest)
    if span is not None:
        length = int(span[1]) * _UNITS[span[2]]
        begin = end = now + length if field == "due" else now - length
    else:
        days = _day(rest, now.astimezone(zone))
        if days is None:
            raise ValueError(value)
        begin, end = (at.astimezone() if zone is None else at.replace(tzinfo=zone) for at in days)
    if field == "before" or sign == "<":
        return None, begin
    if sign == ">":
        return end, None
    return (begin, None) if field == "after" else (begin, end)


def _split(field: str, value: str) -> tuple[str, str]:
    """Return the sign before a due time, and the rest."""
    if field == "due" and value[:1] in ("<", ">"):
        return value[0], value[1:]
    return "", value


def _day(text: str, today: datetime) -> tuple[datetime, datetime] | None:
    """Return the begin and end, without zone, of the day, month or year named; None for none."""
    midnight = datetime(today.year, today.month, today.day)  # noqa: DTZ001 - the zone comes later
    if text in _DAYS:
        begin = midnight + timedelta(days=_DAYS[text])
        return begin, begin + timedelta(days=1)
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(part or 0) for part in found.groups())
    try:
        begin = datetime(year, month or 1, day or 1)  # noqa: DTZ001 - as above
        if day:
            return begin, begin + timedelta(days=1)
        return begin, _later(begin, months=1 if found[2] else 12)
    except (ValueError, OverflowError):
        return None


def _later(begin: datetime, *, months: int) -> datetime:
    """Return the first of a month as many months later."""
    number = begin.year * 12 + begin.month - 1 + months
    return begin.replace(year=number // 12, month=number % 12 + 1)
