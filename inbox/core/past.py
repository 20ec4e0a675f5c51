"""When something happened, as a seller types it: `now`, `2h ago`, `yesterday 14:30`, `2026-11-20`.

    now · 2h ago · 90m · 3 days ago            from now
    9 · 14:30 · 2pm                            the last time the clock showed it
    yesterday · today · mon · fri 14:30        the last such day
    2026-11-20 14:30 · 20.11. · 20 nov         a date, without a year the last one

A day without a time begins with its first hour: what is counted from then is
rather told too early than too late.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from inbox.core.snooze import SnoozeError, dated, on_the_wall, span_of, time_of, weekday_of
from inbox.i18n import gettext as _

_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
_NAMED = {"today": 0, "yesterday": 1}


def happened_at(phrase: str, now: datetime, zone: tzinfo | None = None) -> datetime:
    """Return the instant (aware, UTC, not after `now`) that a phrase means; raises SnoozeError.

    `zone` is the seller's (None: the machine's own). Nothing at all means `now`.
    """
    words = " ".join(phrase.casefold().replace(",", " ").split())
    now = now.astimezone(UTC)
    if words in {"", "now"}:
        return now
    try:
        found = _written_out(phrase, zone) or _ago(words, now) or _wall(words, now, zone)
    except OverflowError:  # a year no clock knows
        found = None
    if found is None:
        said = _("This is no time: {words}. For example: 2h ago, yesterday 9, 2026-11-20 14:30.")
        raise SnoozeError(said.format(words=phrase.strip()))
    if found > now:
        raise SnoozeError(_("{} is yet to come.").format(phrase.strip()))
    return found


def _written_out(phrase: str, zone: tzinfo | None) -> datetime | None:
    """Return the instant of a date as machines write it, with or without time and offset."""
    try:
        found = datetime.fromisoformat(phrase.strip())
    except ValueError:
        return None
    if found.tzinfo is not None:
        return found.astimezone(UTC)
    return on_the_wall(found.date(), found.time(), zone)


def _ago(words: str, now: datetime) -> datetime | None:
    """Return the instant of `2h ago`; days are 24 hours."""
    span = span_of(words.removesuffix("ago").strip())
    return now - span if span is not None else None


def _wall(words: str, now: datetime, zone: tzinfo | None) -> datetime | None:
    """Return the last instant of a time, of a day, or of a day with a time."""
    today = now.astimezone(zone).date()
    if (only := time_of(words)) is not None:
        found = on_the_wall(today, only, zone)
        return found if found <= now else on_the_wall(today - _DAY, only, zone)
    name, _space, rest = words.partition(" ")
    if name in _NAMED:
        return _on(today - _NAMED[name] * _DAY, rest, zone)
    if (number := weekday_of(name)) is not None:
        day = today - (today.weekday() - number) % 7 * _DAY
        meant = _on(day, rest, zone)
        return _on(day - _WEEK, rest, zone) if meant is not None and meant > now else meant
    dayed = dated(words, date(today.year - 1, today.month, min(today.day, 28)) + _DAY)
    return _on(*dayed, zone) if dayed is not None else None


def _on(day: date, rest: str, zone: tzinfo | None) -> datetime | None:
    """Return that day at the time in the words behind it, at its first hour without any."""
    at = time_of(rest) if rest else time()
    return None if at is None else on_the_wall(day, at, zone)
