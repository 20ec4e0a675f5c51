"""The times of a query, by hand: what a day is depends on where the seller sits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.core.moments import is_time, stretch

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)
"""In Berlin it is half past midnight of the day on which the clocks go forward."""


def utc(*parts: int) -> datetime:
    """Return an instant."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]  # mypy counts no star


@pytest.mark.parametrize(
    ("field", "value", "begin", "end"),
    [
        ("due", "today", utc(2026, 3, 28, 23), utc(2026, 3, 29, 22)),
        ("due", "tomorrow", utc(2026, 3, 29, 22), utc(2026, 3, 30, 22)),
        ("due", "<tomorrow", None, utc(2026, 3, 29, 22)),
        ("due", ">tomorrow", utc(2026, 3, 30, 22), None),
        ("due", "<2h", None, utc(2026, 3, 29, 1, 30)),
        ("due", ">3d", utc(2026, 3, 31, 23, 30), None),
        ("due", "2026-12", utc(2026, 11, 30, 23), utc(2026, 12, 31, 23)),
        ("due", "<2026-04-01", None, utc(2026, 3, 31, 22)),
        ("before", "today", None, utc(2026, 3, 28, 23)),
        ("before", "30d", None, utc(2026, 2, 26, 23, 30)),
        ("before", "2026", None, utc(2025, 12, 31, 23)),
        ("after", "yesterday", utc(2026, 3, 27, 23), None),
        ("after", "2026-03-29", utc(2026, 3, 28, 23), None),
        ("after", "90m", utc(2026, 3, 28, 22), None),
    ],
)
def test_a_time_means_this_stretch(
    field: str, value: str, begin: datetime | None, end: datetime | None
) -> None:
    """A day of the seller's begins at the seller's midnight and may have 23 hours."""
    assert is_time(field, value)
    assert stretch(field, value, NOW, BERLIN) == (begin, end)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("due", "2h"),
        ("due", "<"),
        ("due", "<2q"),
        ("due", "<1000y"),
        ("before", "<2h"),
        ("after", "2026-13"),
        ("after", "2026-02-30"),
        ("after", "2026-2-3"),
        ("before", "0000"),
        ("due", "Today"),
        ("due", "\u0662h"),
    ],
)
def test_what_is_no_time_is_refused(field: str, value: str) -> None:
    """Guessing what was meant would hide what is due."""
    assert not is_time(field, value)


@given(
    day=st.datetimes(datetime(1971, 1, 2), datetime(2100, 1, 1)),  # noqa: DTZ001 - hypothesis adds the zone
    zone=st.sampled_from([None, UTC, BERLIN, ZoneInfo("Pacific/Apia")]),
    field=st.sampled_from(["before", "after", "due"]),
)
def test_before_and_after_share_no_instant(
    day: datetime, zone: ZoneInfo | None, field: str
) -> None:
    """What is before a day and what is from that day on are all there is."""
    now = day.replace(tzinfo=UTC)
    begin, end = stretch("due", f"{day:%Y-%m-%d}", now, zone)

    assert begin is not None
    assert end is not None
    assert timedelta(hours=20) <= end - begin <= timedelta(hours=49)
    assert stretch("before", f"{day:%Y-%m-%d}", now, zone) == (None, begin)
    assert stretch("after", f"{day:%Y-%m-%d}", now, zone) == (begin, None)
    assert is_time(field, f"{day:%Y-%m-%d}")
