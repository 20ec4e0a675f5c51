"""A `[calendars.<name>]` table as a calendar, or the reason why it is none."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from inbox.core.calendar import MINUTES, Calendar, Hours, ever_open, no_holidays
from inbox.i18n import gettext as _
from inbox.rules.faults import RuleFault
from inbox.rules.public_holidays import CODE, holidays_of

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SEVERAL = {"daily": DAYS, "weekdays": DAYS[:5], "weekend": DAYS[5:]}
KEYS = ("timezone", *SEVERAL, *DAYS, "holidays", "vacations", "dates")

_HOURS = re.compile(r"\s*(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})\s*")
_LONGEST = timedelta(days=1000)


class _Wrong(ValueError):
    """What a value should have been."""


def calendar_of(file: Path, name: str, raw: Mapping[str, Any], zone: str) -> Calendar:
    """Return the calendar of one table; raise RuleFault at the key that is wrong.

    `zone` is the zone of one that names none: an IANA name, "" for the machine's.
    """
    reader = _Reader(file, f"calendars.{name}", raw)
    for key in raw:
        if key not in KEYS:
            said = _("This name means nothing here: {name}. Known are: {known}.")
            reader.refuse(key, said.format(name=key, known=", ".join(KEYS)))
    zone_name, found = reader.zone(zone)
    code = reader.code()
    calendar = Calendar(
        name=name,
        zone=found,
        zone_name=zone_name,
        week=reader.week(),
        exceptions=reader.dates(),
        vacations=reader.vacations(),
        country=code,
        holidays=holidays_of(code) if code else no_holidays,
    )
    if not ever_open(calendar):
        reader.refuse("", _("It is never open, so nothing could ever be due by it."))
    return calendar


class _Reader:
    """One table, and where to point when something in it is wrong."""

    def __init__(self, file: Path, at: str, raw: Mapping[str, Any]) -> None:
        self.file, self.at, self.raw = file, at, raw

    def refuse(self, key: str, said: str) -> None:
        """Raise the fault."""
        raise RuleFault(self.file, f"{self.at}.{key}" if key else self.at, said)

    def zone(self, default: str) -> tuple[str, ZoneInfo]:
        """Return the zone with its name."""
        name = self.raw.get("timezone") or default or machine_zone()
        try:
            return name, ZoneInfo(name)
        except (TypeError, ValueError, ZoneInfoNotFoundError, OSError):
            self.refuse("timezone", _("It must be the name of a time zone, such as Europe/Berlin."))
            raise

    def code(self) -> str:
        """Return whose holidays are closed."""
        code = self.raw.get("holidays", "")
        if not isinstance(code, str) or (code and not CODE.fullmatch(code)):
            self.refuse("holidays", _('It must be a country, or with a region, such as "DE-BE".'))
        return str(code)

    def week(self) -> tuple[tuple[Hours, ...], ...]:
        """Return the hours of seven days; what is said of one day goes before what of several."""
        closed: tuple[Hours, ...] = ()
        week = dict.fromkeys(DAYS, closed)
        for key, days in (*SEVERAL.items(), *((day, (day,)) for day in DAYS)):
            if key in self.raw:
                week.update(dict.fromkeys(days, self._hours(key, self.raw[key])))
        return tuple(week.values())

    def dates(self) -> dict[date, tuple[Hours, ...]]:
        """Return the exceptions."""
        table = self.raw.get("dates", {})
        if not isinstance(table, Mapping):
            self.refuse(
                "dates", _('It must be a table of dates, as in 2026-12-24 = ["9:00-12:00"].')
            )
        found = {}
        for key, value in table.items():
            try:
                on = date.fromisoformat(key)
            except ValueError:
                self.refuse(f"dates.{key}", _("It must be a date, such as 2026-11-01."))
            else:
                found[on] = self._hours(f"dates.{key}", value)
        return found

    def vacations(self) -> tuple[tuple[date, date], ...]:
        """Return the first and last days."""
        return tuple(self._vacation(each) for each in _several(self.raw.get("vacations", ())))

    def _vacation(self, value: object) -> tuple[date, date]:
        try:
            return _vacation(value)
        except _Wrong as wrong:
            self.refuse("vacations", str(wrong))
            raise
        except ValueError:
            self.refuse(
                "vacations",
                _('Each must be its first and last day, such as "2026-12-15/2027-01-15".'),
            )
            raise

    def _hours(self, key: str, value: object) -> tuple[Hours, ...]:
        try:
            return hours_of(value)
        except _Wrong as wrong:
            self.refuse(key, str(wrong))
            raise


def hours_of(value: object) -> tuple[Hours, ...]:
    """Return `"09:00-17:00"` or a list of such as hours, in order; raise ValueError saying why."""
    spans = sorted((_span(each) for each in _several(value)), key=lambda each: each.opens)
    for before, after in pairwise(spans):
        if after.opens < before.closes:
            raise _Wrong(_("Two of these hours overlap."))
    return tuple(spans)


def machine_zone() -> str:
    """Return the name of the machine's own zone; UTC where it does not tell."""
    said = os.environ.get("TZ", "").removeprefix(":")
    if said and not said.startswith("/"):
        return said
    _before, _mark, name = os.path.realpath("/etc/localtime").partition("zoneinfo/")
    return name or "UTC"


def _several(value: object) -> Sequence[object]:
    """Return one or several values as several."""
    return value if isinstance(value, list | tuple) else (value,)


def _span(value: object) -> Hours:
    """Return one open interval; one that ends before it begins ends on the next day."""
    found = _HOURS.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise _Wrong(_('Hours are written as "09:00-17:00".'))
    opens, closes = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
    minutes_fit = int(found[2]) < 60 and int(found[4]) < 60  # noqa: PLR2004 - of an hour
    if not minutes_fit or opens >= MINUTES or closes > MINUTES:
        raise _Wrong(_("A day has the times 00:00 to 24:00."))
    if opens == closes:
        raise _Wrong(_('It opens and closes at once; for a whole day write "00:00-24:00".'))
    return Hours(opens, closes if closes > opens else closes + MINUTES)


def _vacation(value: object) -> tuple[date, date]:
    """Return the first and last day of a vacation, one date standing for both."""
    if isinstance(value, date):
        value = value.isoformat()
    if not isinstance(value, str):
        raise ValueError(value)  # noqa: TRY004 - one error for all
    first, _slash, last = (part.strip() for part in value.partition("/"))
    begin = date.fromisoformat(first)
    end = date.fromisoformat(last) if last else begin
    if end < begin:
        raise _Wrong(_("It ends before it begins: {}.").format(value))
    if end - begin > _LONGEST:
        raise _Wrong(_("It is longer than {} days: {}.").format(_LONGEST.days, value))
    return begin, end
