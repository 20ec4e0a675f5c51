"""Open time: the vectors of the design, and what other desks get wrong about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest

from inbox.core.calendar import (
    Calendar,
    due_after,
    next_open,
)
from tests.core.open_hours import BERLIN, NEW_YORK, calendar, daily, hours, workdays

HOUR = timedelta(hours=1)
DESK = calendar(workdays("09:00-17:00"))
SUNDAYS = calendar(((),) * 6 + (hours("00:00-06:00"),), BERLIN)


def thanksgiving(year: int) -> Mapping[date, str]:
    return {date(2026, 11, 26): "Thanksgiving"} if year == 2026 else {}


@pytest.mark.parametrize(
    ("open_hours", "target", "start", "due"),
    [
        (DESK, HOUR, "2026-11-20 16:30", "2026-11-23 09:30"),
        (DESK, 2 * HOUR, "2026-11-18 07:00", "2026-11-18 11:00"),
        (
            calendar(workdays("08:00-12:00", "13:30-18:00")),
            HOUR,
            "2026-11-18 11:30",
            "2026-11-18 14:00",
        ),
        (calendar(daily("21:00-02:00")), HOUR, "2026-11-18 01:30", "2026-11-18 21:30"),
        (
            calendar(daily("00:00-24:00")),
            timedelta(minutes=2),
            "2026-11-18 23:59:30",
            "2026-11-19 00:01:30",
        ),
        (
            calendar(workdays("09:00-17:00"), holidays=thanksgiving),
            HOUR,
            "2026-11-25 16:30",
            "2026-11-27 09:30",
        ),
        (SUNDAYS, 6 * HOUR, "2027-03-28 00:00", "2027-04-04 01:00"),
        (
            calendar(workdays("09:00-17:00"), vacations=((date(2026, 12, 15), date(2027, 1, 15)),)),
            HOUR,
            "2026-12-14 18:00",
            "2027-01-18 10:00",
        ),
        (DESK, timedelta(seconds=60), "2026-11-18 16:59:30", "2026-11-19 09:00:30"),
    ],
    ids=["V3", "V4", "V5", "V6", "V7", "V8", "V9", "V10", "V11"],
)
def test_open_time_is_counted_as_the_vectors_say(
    open_hours: Calendar, target: timedelta, start: str, due: str
) -> None:
    """Each is a way in which somebody's desk gave a wrong due instant."""
    begun = datetime.fromisoformat(start).replace(tzinfo=open_hours.zone)

    found = due_after(open_hours, begun, target)

    assert found is not None
    assert found.astimezone(open_hours.zone).replace(tzinfo=None) == datetime.fromisoformat(due)
    assert found.tzinfo is UTC


def test_v12_a_calendar_that_never_opens_ends_in_unreachable() -> None:
    """Neither a loop nor a silent fall-back to hours nobody promised."""
    never = calendar(workdays())

    assert due_after(never, datetime(2026, 11, 18, tzinfo=UTC), HOUR) is None
    assert next_open(never, datetime(2026, 11, 18, tzinfo=UTC)) is None


def test_a_vacation_of_more_than_400_days_is_unreachable_and_one_of_a_year_is_not() -> None:
    """LibreDesk fails on long vacations; we look 400 days ahead and say when that is not enough."""
    start = datetime(2026, 12, 31, 12, tzinfo=NEW_YORK)
    year = calendar(workdays("09:00-17:00"), vacations=((date(2027, 1, 1), date(2027, 12, 31)),))
    longer = calendar(workdays("09:00-17:00"), vacations=((date(2027, 1, 1), date(2028, 6, 1)),))

    # 2026-12-31 12:00 to 17:00 are 5 hours; the next open day is Monday 2028-01-03.
    assert due_after(year, start, 6 * HOUR) == datetime(2028, 1, 3, 10, tzinfo=NEW_YORK)
    assert due_after(longer, start, 5 * HOUR) == datetime(2026, 12, 31, 17, tzinfo=NEW_YORK)
    assert due_after(longer, start, 6 * HOUR) is None
