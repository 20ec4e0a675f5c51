"""Calendars for tests, written as people say them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, tzinfo
from zoneinfo import ZoneInfo

from inbox.core.calendar import Calendar, Holidays, Hours, no_holidays

NEW_YORK = ZoneInfo("America/New_York")
BERLIN = ZoneInfo("Europe/Berlin")


def hours(*spans: str) -> tuple[Hours, ...]:
    """Return `09:00-12:30` and the like as hours; one that ends before it begins is overnight."""
    found = []
    for span in spans:
        opens, closes = (int(part[:2]) * 60 + int(part[3:]) for part in span.split("-"))
        found.append(Hours(opens, closes if closes > opens else closes + 1440))
    return tuple(found)


def workdays(*spans: str) -> tuple[tuple[Hours, ...], ...]:
    """Return a week with these hours from Monday to Friday."""
    return (hours(*spans),) * 5 + ((), ())


def daily(*spans: str) -> tuple[tuple[Hours, ...], ...]:
    """Return a week with these hours every day."""
    return (hours(*spans),) * 7


def calendar(
    week: tuple[tuple[Hours, ...], ...],
    zone: tzinfo = NEW_YORK,
    *,
    exceptions: Mapping[date, tuple[Hours, ...]] | None = None,
    vacations: tuple[tuple[date, date], ...] = (),
    holidays: Holidays = no_holidays,
) -> Calendar:
    """Return a calendar of these."""
    return Calendar(
        name="desk",
        zone=zone,
        zone_name=str(zone),
        week=week,
        exceptions=exceptions or {},
        vacations=vacations,
        country="" if holidays is no_holidays else "XX",
        holidays=holidays,
    )
