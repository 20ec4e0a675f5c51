"""Open time against a second way of counting it: minute by minute, by the clock on the wall."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from inbox.core.calendar import (
    Calendar,
    Hours,
    days_of,
    due_after,
    next_open,
    open_spans,
)
from inbox.core.obligations import Clock, Event, EventKind, obligations
from tests.core.making import rule
from tests.core.open_hours import BERLIN, calendar, daily, hours, workdays

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
ZONES = [
    ZoneInfo(name)
    for name in (
        "Europe/Berlin",
        "America/New_York",
        "America/Santiago",  # changes at midnight
        "America/Havana",
        "Australia/Lord_Howe",  # by half an hour
        "Pacific/Chatham",
        "Pacific/Apia",  # has no 2011-12-30
        "Asia/Kathmandu",
        "Africa/Casablanca",
        "UTC",
    )
]
MINUTES = st.integers(0, 288).map(lambda each: each * 5)


@st.composite
def day_hours(draw: st.DrawFn) -> tuple[Hours, ...]:
    """Return up to three intervals of a day that do not overlap; the last may be overnight."""
    marks = sorted(draw(st.sets(MINUTES, max_size=6)))
    found = [Hours(a, b) for a, b in zip(marks[::2], marks[1::2], strict=False)]
    overnight: bool = draw(st.booleans())
    if found and overnight and found[-1].opens < 1440:
        found[-1] = Hours(found[-1].opens, 1440 + draw(st.integers(1, 60)) * 5)
    return tuple(found)


@st.composite
def situations(draw: st.DrawFn) -> tuple[Calendar, datetime, timedelta]:
    """Return a calendar, a start near a clock change as often as not, and a target."""
    zone = draw(st.sampled_from(ZONES))
    near = [
        datetime(2027, 3, 28, tzinfo=UTC),
        datetime(2026, 10, 25, tzinfo=UTC),
        datetime(2026, 11, 1, tzinfo=UTC),
        datetime(2027, 3, 14, tzinfo=UTC),
        datetime(2027, 4, 4, tzinfo=UTC),
        datetime(2026, 9, 6, tzinfo=UTC),
        datetime(2011, 12, 30, tzinfo=UTC),
        datetime(2026, 6, 10, tzinfo=UTC),
    ]
    start = draw(st.sampled_from(near)) + timedelta(seconds=draw(st.integers(-172_800, 172_800)))
    first = start.astimezone(zone).date()
    some_day = st.integers(-1, 6).map(lambda each: first + each * DAY)
    vacation = draw(some_day)
    several = draw(st.lists(day_hours(), min_size=2, max_size=3))
    made = calendar(
        tuple(several[each % len(several)] for each in range(7)),
        zone,
        exceptions=draw(st.dictionaries(some_day, day_hours(), max_size=2)),
        vacations=((vacation, vacation + DAY),) if draw(st.booleans()) else (),
    )
    assume(sum(map(bool, made.week)) >= 3)
    return made, start, timedelta(seconds=draw(st.integers(1, 14_400)))


def own_hours(one: Calendar, on: date) -> tuple[Hours, ...] | None:
    """Return the hours of a date, None where it is closed as a whole by more than its weekday."""
    if on in one.exceptions:
        return one.exceptions[on] or None
    if any(first <= on <= last for first, last in one.vacations):
        return None
    return one.week[on.weekday()]


def at_desk(one: Calendar, at: datetime) -> bool:
    """Return whether a person who looks at the clock on the wall is at the desk."""
    wall = at.astimezone(one.zone)
    minute = wall.hour * 60 + wall.minute
    today, before = own_hours(one, wall.date()), own_hours(one, wall.date() - DAY)
    if today is None:
        return False
    running = any(each.opens <= minute < each.closes for each in today)
    return running or any(minute < each.closes - 1440 for each in before or ())


def walked(one: Calendar, start: datetime, target: timedelta) -> datetime | None:
    """Return the due instant by walking: nothing opens or closes within a minute."""
    at, left = start, int(target.total_seconds())
    while at - start < 12 * DAY:
        step = 60 - at.second
        if at_desk(one, at):
            if step >= left:
                return at + left * SECOND
            left -= step
        at += step * SECOND
    return None


@given(situations())
@settings(max_examples=20, deadline=None)
def test_both_ways_of_counting_agree(situation: tuple[Calendar, datetime, timedelta]) -> None:
    """Over clock changes, nights, exceptions and vacations: exactly the target in open seconds."""
    one, start, target = situation
    expected = walked(one, start, target)
    assume(expected is not None)

    assert due_after(one, start, target) == expected


@given(situations())
@settings(max_examples=20, deadline=None)
def test_nothing_is_due_in_closed_time_and_exactly_the_target_has_passed(
    situation: tuple[Calendar, datetime, timedelta],
) -> None:
    """No reminder at night, and no minute more or less than promised."""
    one, start, target = situation
    due = due_after(one, start, target)
    assert due is not None

    assert at_desk(one, due - SECOND)
    assert next_open(one, due - SECOND) == due - SECOND
    spans = list(open_spans(one, start, due))
    assert sum((b - a for a, b in spans), timedelta()) == target
    assert spans[0][0] == next_open(one, start)


@given(situations(), st.integers(0, 5))
@settings(max_examples=20, deadline=None)
def test_a_day_is_shown_as_it_is_counted(
    situation: tuple[Calendar, datetime, timedelta], later: int
) -> None:
    """The seller looks at the same calendar that the clocks run by."""
    one, start, _target = situation
    on = start.astimezone(one.zone).date() + later * DAY

    [day] = days_of(one, on, 1)

    for opens, closes in day.open:
        assert opens.astimezone(one.zone).date() == on
        assert at_desk(one, opens)
        assert at_desk(one, closes - SECOND)
    noon = datetime(on.year, on.month, on.day, 12, tzinfo=one.zone).astimezone(UTC)
    if noon.astimezone(one.zone).date() == on:
        assert any(a <= noon < b for a, b in day.open) == at_desk(one, noon)


@given(situations(), st.lists(st.integers(0, 500_000), max_size=5))
@settings(max_examples=20, deadline=None)
def test_writing_again_moves_nothing_by_a_desks_clock_either(
    situation: tuple[Calendar, datetime, timedelta], again: list[int]
) -> None:
    """A burst of messages does not reset the clock, and does not hurry it."""
    one, start, target = situation
    promise = replace(rule(target), clock=Clock.BUSINESS, hours=one)
    first = Event(at=start, kind=EventKind.ASKED)
    more = [Event(at=start + each * SECOND, kind=EventKind.ASKED) for each in again]

    [alone], [burst] = obligations([first], [promise]), obligations([first, *more], [promise])

    assert burst.due_at == alone.due_at == due_after(one, start, target)
    assert len(burst.counted) == 1 + len(more)


@given(situations(), situations())
@settings(max_examples=15, deadline=None)
def test_a_merge_takes_the_oldest_and_a_split_gives_back_what_was(
    one: tuple[Calendar, datetime, timedelta], other: tuple[Calendar, datetime, timedelta]
) -> None:
    """Two conversations made one and one made two again owe what they owed."""
    promise = replace(rule(one[2]), clock=Clock.BUSINESS, hours=one[0])
    mine = Event(at=one[1], kind=EventKind.ASKED)
    theirs = Event(at=other[1], kind=EventKind.ASKED)
    before = obligations([mine], [promise])

    [merged] = obligations([theirs, mine], [promise])
    split = obligations([each for each in (theirs, mine) if each is mine], [promise])

    assert merged.opened_at == min(one[1], other[1])
    assert split == before


def test_what_is_looked_at_grows_with_the_days_crossed_and_no_faster() -> None:
    """A long vacation is crossed day by day, once."""
    start = datetime(2026, 11, 20, 12, tzinfo=BERLIN)
    for days in (1, 10, 100, 390):
        away = (date(2026, 11, 21), date(2026, 11, 20) + days * DAY)
        one = calendar(daily("09:00-17:00"), BERLIN, vacations=(away,))

        due = due_after(one, start, timedelta(hours=6))

        assert due is not None
        assert len(one.days) == days + 2


def test_a_whole_day_has_no_minute_missing() -> None:
    """Zammad's 00:00-23:59 lost a minute each day: ten days of 24 hours are ten days."""
    start = datetime(2026, 6, 1, 0, tzinfo=UTC)
    always = calendar(daily("00:00-24:00"), ZoneInfo("UTC"))

    assert due_after(always, start, 10 * DAY) == start + 10 * DAY


def test_seconds_are_neither_dropped_nor_rounded() -> None:
    """LibreDesk cut its starts to the minute, which is up to a minute of false lateness."""
    desk = calendar(workdays("09:00-17:00"), BERLIN)
    start = datetime(2026, 11, 18, 16, 59, 59, 250_000, tzinfo=BERLIN)

    due = due_after(desk, start, timedelta(seconds=90))

    assert due == datetime(2026, 11, 19, 9, 1, 29, 250_000, tzinfo=BERLIN)


def test_a_closed_day_cuts_the_evening_before() -> None:
    """The night shift that would run into a holiday ends at midnight."""
    shift = calendar(daily("21:00-02:00"), BERLIN, exceptions={date(2026, 12, 25): hours()})
    start = datetime(2026, 12, 24, 22, tzinfo=BERLIN)

    due = due_after(shift, start, timedelta(hours=3))

    # Two hours until midnight; then the 25th is closed, and the 26th opens at 21:00.
    assert due == datetime(2026, 12, 26, 22, tzinfo=BERLIN)
