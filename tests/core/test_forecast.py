"""The forecast: what becomes late before the seller is back, and when to begin each answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from inbox.core.calendar import Calendar, Hours, next_open, open_spans
from inbox.core.forecast import Absence, Item, When, absence, forecast
from inbox.core.model import ConversationUid

OFFICE = Calendar(
    name="office", zone=ZoneInfo("Europe/Berlin"), week=((Hours(540, 1020),),) * 5 + ((), ())
)
TEN = timedelta(minutes=10)


def at(text: str) -> datetime:
    """Return a time of November 2026 by the clock in Berlin: `20 16:40` (the 20th is a Friday)."""
    day, clock = text.split()
    hour, minute = clock.split(":")
    return datetime(2026, 11, int(day), int(hour), int(minute), tzinfo=ZoneInfo("Europe/Berlin"))


def told(now: str, *due: str, back: str = "") -> list[tuple[str, str, str]]:
    """Return (due, begin, when) of each, as the clock in Berlin shows it."""
    owed = [(ConversationUid(f"c{n}"), at(each)) for n, each in enumerate(due)]
    moment = at(now)
    absent = Absence(leaves_at=moment, back_at=at(back)) if back else absence(OFFICE, moment)
    return [
        (shown(item.due_at), shown(item.start_by), item.when.value)
        for item in forecast(owed, OFFICE, absent, moment, TEN)
    ]


def shown(moment: datetime) -> str:
    return f"{moment.astimezone(OFFICE.zone):%d %H:%M}"


def test_at_the_desk_the_seller_leaves_at_five_and_is_back_on_monday() -> None:
    """By the calendar, not by how long a day is."""
    found = absence(OFFICE, at("20 16:00"))

    assert (found.leaves_at, found.back_at) == (at("20 17:00"), at("23 9:00"))
    assert not found.away(at("20 16:00"))


def test_in_the_evening_the_seller_is_away_until_the_next_opening() -> None:
    """Tonight is the time between."""
    found = absence(OFFICE, at("19 20:00"))

    assert (found.leaves_at, found.back_at) == (at("19 20:00"), at("20 9:00"))
    assert found.away(at("19 20:00"))


def test_what_falls_due_over_the_weekend_is_to_be_begun_on_friday_at_the_latest() -> None:
    """Three fall due on the weekend: the last is begun at 16:50, each before it 10 minutes sooner;
    what is due on Monday at 12 waits until then.
    """
    assert told("20 16:00", "21 10:00", "21 12:00", "22 20:00", "23 12:00") == [
        ("21 10:00", "20 16:30", "before_leaving"),
        ("21 12:00", "20 16:40", "before_leaving"),
        ("22 20:00", "20 16:50", "before_leaving"),
        ("23 12:00", "23 11:50", "later"),
    ]


def test_what_the_evening_brings_is_to_be_done_tonight() -> None:
    """Away since five, due at 22:00 and 22:05: begun in turn, nobody is at the desk then."""
    assert told("19 20:00", "19 22:00", "19 22:05", "20 9:30") == [
        ("19 22:00", "19 21:45", "away"),
        ("19 22:05", "19 21:55", "away"),
        ("20 09:30", "20 09:20", "later"),
    ]


def test_what_is_due_when_the_desk_has_just_opened_is_for_tonight_too() -> None:
    """Five minutes of Friday morning do not hold an answer of ten."""
    assert told("19 20:00", "20 9:05") == [("20 09:05", "20 08:55", "away")]


def test_late_ones_come_first_and_what_cannot_be_in_time_is_begun_now() -> None:
    """Nothing is hidden because it is hopeless."""
    assert told("20 10:00", "20 9:00", "20 10:05") == [
        ("20 09:00", "20 10:00", "late"),
        ("20 10:05", "20 10:00", "before_leaving"),
    ]


def test_what_the_last_half_hour_does_not_hold_is_for_the_evening() -> None:
    """Half an hour holds three answers of ten minutes; the fourth is for the evening."""
    found = told("20 16:30", "21 8:00", "21 9:00", "21 10:00", "21 11:00")

    assert [when for _due, _begin, when in found] == ["away", *["before_leaving"] * 3]
    assert [begin for _due, begin, _when in found] == [
        "21 07:50",
        "20 16:30",
        "20 16:40",
        "20 16:50",
    ]


def test_a_seller_who_leaves_now_has_no_hours_until_back() -> None:
    """A day off that no calendar knows of."""
    assert told("20 10:00", "20 15:00", "24 10:00", back="24 9:00") == [
        ("20 15:00", "20 14:50", "away"),
        ("24 10:00", "24 09:50", "later"),
    ]


instants = st.integers(0, 14 * 24 * 60).map(lambda m: at("16 0:00") + timedelta(minutes=m))


@given(due=st.lists(instants, max_size=8), now=instants)
def test_a_start_is_in_time_and_at_the_desk_unless_it_says_otherwise(
    due: list[datetime], now: datetime
) -> None:
    """Whoever begins each at its time and works in order is never late by the plan."""
    now = now.astimezone(UTC)
    owed = [(ConversationUid(f"c{n}"), each.astimezone(UTC)) for n, each in enumerate(due)]
    found = forecast(owed, OFFICE, absence(OFFICE, now), now, TEN)

    assert sorted(item.conversation for item in found) == sorted(uid for uid, _due in owed)
    assert [item.due_at for item in found] == sorted(each for _uid, each in owed)
    desk = [item for item in found if item.when is When.LATER]
    for item, following in zip_longest(desk, desk[1:]):
        end = min(item.due_at, following.start_by) if following else item.due_at
        assert next_open(OFFICE, item.start_by) == item.start_by
        spans = open_spans(OFFICE, item.start_by, end)
        assert sum((closes - opens for opens, closes in spans), timedelta()) >= TEN
    for item in found:
        assert (item.when is When.LATE) == (item.due_at < now)
        assert item.start_by >= now


def test_a_calendar_that_never_opens_leaves_everything_to_the_evenings() -> None:
    """A vacation without end is no reason to fail."""
    closed = Calendar(name="", zone=UTC, week=((),) * 7)
    now = at("20 10:00")
    (item,) = forecast(
        [(ConversationUid("c"), at("20 12:00"))], closed, absence(closed, now), now, TEN
    )

    assert item == Item(
        conversation=ConversationUid("c"),
        due_at=at("20 12:00"),
        start_by=at("20 11:50"),
        when=When.AWAY,
    )
