"""What a seller types to put something off means what they think it means, in their zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.core.snooze import FARTHEST, SnoozeError, before_due, too_late, until

BERLIN = ZoneInfo("Europe/Berlin")
FRIDAY = datetime(2026, 11, 20, 15, 20, tzinfo=BERLIN)
"""A Friday afternoon in winter time."""


def local(text: str) -> datetime:
    """Return what the seller's clock shows in Berlin as an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("2h", "2026-11-20 17:20"),
        ("90m", "2026-11-20 16:50"),
        ("1.5h", "2026-11-20 16:50"),
        ("1d 12h", "2026-11-22 03:20"),
        ("1d12h", "2026-11-22 03:20"),
        ("in 3 days", "2026-11-23 15:20"),
        ("2 weeks", "2026-12-04 15:20"),
        ("9", "2026-11-21 09:00"),
        ("18", "2026-11-20 18:00"),
        ("14:30", "2026-11-21 14:30"),
        ("15:20", "2026-11-21 15:20"),
        ("at 15:30", "2026-11-20 15:30"),
        ("2pm", "2026-11-21 14:00"),
        ("12am", "2026-11-21 00:00"),
        ("tonight", "2026-11-20 20:00"),
        ("today 18", "2026-11-20 18:00"),
        ("tomorrow", "2026-11-21 09:00"),
        ("Tomorrow 9", "2026-11-21 09:00"),
        ("tomorrow 14:30", "2026-11-21 14:30"),
        ("tomorrow evening", "2026-11-21 20:00"),
        ("mon", "2026-11-23 09:00"),
        ("mon 14:30", "2026-11-23 14:30"),
        ("friday", "2026-11-27 09:00"),
        ("fri 16", "2026-11-20 16:00"),
        ("next week", "2026-11-23 09:00"),
        ("next week 8:15", "2026-11-23 08:15"),
        ("next fri", "2026-11-27 09:00"),
        ("weekend", "2026-11-21 09:00"),
        ("next month", "2026-12-01 09:00"),
        ("24 dec", "2026-12-24 09:00"),
        ("dec 24 14:30", "2026-12-24 14:30"),
        ("24. december 2027 8", "2027-12-24 08:00"),
        ("24.12.", "2026-12-24 09:00"),
        ("24.12.2026 16:00", "2026-12-24 16:00"),
        ("2026-12-24", "2026-12-24 09:00"),
        ("2026-12-24T16:30", "2026-12-24 16:30"),
        ("20 nov", "2027-11-20 09:00"),
        ("1 jan", "2027-01-01 09:00"),
        ("29 feb", "2028-02-29 09:00"),
    ],
)
def test_a_phrase_means_what_the_sellers_clock_and_calendar_say(phrase: str, expected: str) -> None:
    """Written by hand from a calendar of November 2026."""
    assert until(phrase, FRIDAY, BERLIN) == local(expected)


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [("before due", "17:00"), ("1h before due", "17:00"), ("30m before due", "17:30")],
)
def test_before_due_is_counted_from_the_due_instant(phrase: str, expected: str) -> None:
    """The one time that matters is the one the product knows."""
    due = local("2026-11-20 18:00")

    assert until(phrase, FRIDAY, BERLIN, due) == local(f"2026-11-20 {expected}")


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("", "Until when?"),
        ("soonish", "This is no time: soonish."),
        ("tomorrow 25", "This is no time"),
        ("mon 14:75", "This is no time"),
        ("13pm", "This is no time"),
        ("30 feb", "This is no time"),
        ("24/12", "This is no time"),
        ("2h ago", "This is no time"),
        ("0m", "That is past already."),
        ("today 8", "That is past already."),
        ("2026-11-19", "That is past already."),
        ("9999-12-31", "That is more than two years ahead."),
        ("99999 weeks", "That is more than two years ahead."),
        ("before due", "Nothing is due here."),
    ],
)
def test_what_names_no_time_ahead_is_refused_in_words(phrase: str, said: str) -> None:
    """A guess would put a buyer off until nobody knows when."""
    with pytest.raises(SnoozeError) as refused:
        until(phrase, FRIDAY, BERLIN)

    assert refused.value.said.startswith(said)


def test_before_due_is_refused_once_it_has_passed() -> None:
    """An hour before something due in half an hour is no time to put it off until."""
    with pytest.raises(SnoozeError, match="past already"):
        until("before due", FRIDAY, BERLIN, FRIDAY + timedelta(minutes=30))


def test_days_keep_the_time_of_day_and_hours_are_hours_when_the_clocks_change() -> None:
    """On the night of 24 to 25 October 2026 Berlin has an hour twice: 24 h later it is 14:00."""
    saturday = local("2026-10-24 15:00")

    assert until("1d", saturday, BERLIN) == local("2026-10-25 15:00")
    assert until("24h", saturday, BERLIN) == local("2026-10-25 14:00")


def test_a_time_that_the_clocks_skip_is_the_one_after_it() -> None:
    """On 28 March 2027 there is no 02:30 in Berlin."""
    assert until("2:30", local("2027-03-27 20:00"), BERLIN) == local("2027-03-28 03:30")


def test_of_a_time_that_comes_twice_the_first_is_meant() -> None:
    """On 25 October 2026 Berlin has 02:30 twice; too early is better than too late."""
    woken = until("2:30", local("2026-10-24 20:00"), BERLIN)

    assert woken == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


zones = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]).map(
    ZoneInfo
)
instants = st.integers(0, 5 * 365 * 86_400).map(
    lambda seconds: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


@given(now=instants, zone=zones, day=st.integers(0, 6), hour=st.integers(0, 23))
def test_a_weekday_is_the_nearest_one_ahead(
    now: datetime, zone: ZoneInfo, day: int, hour: int
) -> None:
    """Found a second way: look at every hour of the coming eight days."""
    name = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[day]
    woken = until(f"{name} {hour}:00", now, zone).astimezone(zone)

    start = now.replace(minute=0, second=0, microsecond=0)
    halves = (start + timedelta(minutes=30 * number) for number in range(2 * 24 * 16))
    ahead = next(
        each
        for each in halves
        if each > now
        and (each.astimezone(zone).weekday(), each.astimezone(zone).hour) == (day, hour)
        and each.astimezone(zone).minute == 0
    )
    if woken.hour == hour:  # else the clocks skip that hour on that day
        assert woken == ahead


@given(now=instants, zone=zones, minutes=st.integers(1, 2000))
def test_a_span_is_exactly_that_long(now: datetime, zone: ZoneInfo, minutes: int) -> None:
    """Two hours are two hours whatever the clocks do."""
    assert until(f"{minutes}m", now, zone) - now == timedelta(minutes=minutes)


def woken_by(phrase: str, now: datetime, zone: ZoneInfo) -> datetime | str:
    """Return what a phrase means, or the sentence that refuses it."""
    try:
        return until(phrase, now, zone, now + timedelta(hours=5))
    except SnoozeError as refused:
        return refused.said


words = st.sampled_from(
    [
        *("9", "14:30", "2pm", "tomorrow", "mon", "next", "week", "dec", "24", "2026-12-24"),
        *("24.12.", "in", "2h", "1d", "at", "before", "due"),
    ]
)


@given(
    phrase=st.text(max_size=30) | st.lists(words, max_size=4).map(" ".join),
    now=instants,
    zone=zones,
)
def test_any_text_names_a_time_ahead_or_is_refused(
    phrase: str, now: datetime, zone: ZoneInfo
) -> None:
    """Slips of the keyboard are part of typing, and half a phrase comes before the whole one."""
    found = woken_by(phrase, now, zone)

    assert found if isinstance(found, str) else now < found <= now + FARTHEST


def test_what_comes_back_after_its_due_instant_is_late() -> None:
    """At the due instant an answer is still in time."""
    due = FRIDAY + timedelta(hours=3)

    assert not too_late(due, due)
    assert too_late(due + timedelta(seconds=1), due)
    assert not too_late(due, None)
    assert before_due(due, FRIDAY) == FRIDAY + timedelta(hours=2)
    assert before_due(FRIDAY + timedelta(minutes=59), FRIDAY) is None
    assert before_due(None, FRIDAY) is None
