"""When a scheduled answer leaves: never late by itself, never blindly, and as it was typed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.values import Kind, Role
from inbox.core.model import Delivery, Held, Schedule, StoredMessage
from inbox.core.scheduling import LEAD, Wish, held_by, known_by, leaves_at, wish_of
from inbox.core.snooze import SnoozeError
from tests.core.making import at, ours, stored, theirs

BERLIN, TOKYO = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Tokyo")
FRIDAY = datetime(2026, 11, 20, 15, 20, tzinfo=BERLIN)
HALF = timedelta(minutes=30)
DUE = FRIDAY + timedelta(hours=20)


def berlin(text: str) -> datetime:
    """Return what the seller's clock shows as an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("phrase", "wanted", "lead"),
    [
        ("in 2 h", "2026-11-20 17:20", None),
        ("tomorrow 9:00", "2026-11-21 09:00", None),
        # Tokyo is eight hours ahead: 9:00 there is 1:00 here.
        ("9:00 their time", "2026-11-21 01:00", None),
        ("at 9:00 their time, but at latest 30 min before due", "2026-11-21 01:00", HALF),
        ("tomorrow 9 at the latest before due", "2026-11-21 09:00", HALF),
        ("tomorrow 9 no later than 1h 15m before due", "2026-11-21 09:00", timedelta(minutes=75)),
        ("tomorrow 9 my time", "2026-11-21 09:00", None),
        ("before due", "2026-11-21 10:50", HALF),
        ("2h before due", "2026-11-21 09:20", timedelta(hours=2)),
        ("at latest 45 min before due", "2026-11-21 10:35", timedelta(minutes=45)),
    ],
)
def test_a_phrase_means_what_the_seller_thinks(
    phrase: str, wanted: str, lead: timedelta | None
) -> None:
    """An answer that leaves at another hour than was meant wakes a buyer, or is late."""
    found = wish_of(phrase, FRIDAY, BERLIN, TOKYO, DUE)

    assert (found.at, found.lead) == (berlin(wanted), lead)


@pytest.mark.parametrize(
    "phrase",
    ["", "someday", "2026-11-19", "9 at latest soon before due", "1d before due", "due soon"],
)
def test_what_is_no_time_is_refused_in_words(phrase: str) -> None:
    """A phrase half understood would send at a time nobody chose."""
    with pytest.raises(SnoozeError):
        wish_of(phrase, FRIDAY, BERLIN, None, None)


def test_their_time_is_ours_where_it_is_not_known() -> None:
    """It is said that it is not known; the value must not guess."""
    found = wish_of("9:00 their time", FRIDAY, BERLIN, None, None)

    assert (found.at, found.theirs) == (berlin("2026-11-21 09:00"), True)


@pytest.mark.parametrize(
    ("wanted", "lead", "held", "leaves"),
    [
        (9, None, None, 9),
        (30, None, None, 30),
        (9, HALF, None, 9),
        (30, HALF, None, 19.5),
        (9, None, Held.THEY_WROTE, 19.5),
        (30, None, Held.THEY_WROTE, 30),
        (9, timedelta(hours=2), Held.THEY_WROTE, 18),
        (30, timedelta(hours=2), Held.THEY_WROTE, 18),
        (9, HALF, Held.ANSWERED, None),
    ],
)
def test_when_it_leaves_with_an_answer_due_at_twenty(
    wanted: float, lead: timedelta | None, held: Held | None, leaves: float | None
) -> None:
    """Held back it leaves half an hour before due: an answer too many is better than a late one."""
    expected = None if leaves is None else at(leaves)

    assert leaves_at(at(wanted), lead, at(20), held) == expected


def test_where_nothing_is_due_a_held_answer_waits_for_the_seller() -> None:
    """Nothing is late there, so nothing need be sent unread."""
    assert leaves_at(at(9), HALF, None, Held.THEY_WROTE) is None
    assert leaves_at(at(9), HALF, None) == at(9)


SEEN = Schedule(at=at(9), lead=None, said="9", knew=at(1), earliest=at(2))


@pytest.mark.parametrize(
    ("came", "held"),
    [
        ([], None),
        ([stored(theirs(1))], None),
        ([stored(theirs(3)), stored(theirs(4))], (Held.THEY_WROTE, at(3))),
        ([stored(theirs(3, automatic=True))], None),
        ([stored(theirs(3, kind=Kind.NOTICE))], None),
        ([stored(theirs(3, role=Role.JUNK))], None),
        ([stored(ours(4))], (Held.ANSWERED, at(4))),
        ([stored(theirs(3)), stored(ours(4))], (Held.ANSWERED, at(4))),
        ([replace(stored(ours(4)), delivery=Delivery.ACCEPTED)], None),
    ],
)
def test_what_came_since_holds_it_back(
    came: list[StoredMessage], held: tuple[Held, datetime] | None
) -> None:
    """A person's new words do, an auto-reply does not; nor does an answer written here."""
    assert held_by(SEEN, came) == held


def test_what_the_seller_had_seen_is_what_the_service_has() -> None:
    """Our own queued answer stands there with our clock's time: it was never the service's."""
    queued = replace(stored(ours(8)), delivery=Delivery.QUEUED)

    assert known_by([stored(theirs(0)), stored(theirs(3)), queued]) == at(3)
    assert known_by([queued]) is None


_INSTANTS = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001 - the zone is put on below
    datetime(2028, 1, 1),  # noqa: DTZ001 - as above
    timezones=st.just(UTC),
)
_LEADS = st.none() | st.timedeltas(timedelta(0), timedelta(days=3))


@given(_INSTANTS, _LEADS, st.none() | _INSTANTS, st.sampled_from([None, *Held]))
def test_it_never_leaves_later_than_its_latest_instant(
    wanted: datetime, lead: timedelta | None, due_at: datetime | None, held: Held | None
) -> None:
    """A capped one never passes its cap; one held back never makes itself later than wished."""
    leaves = leaves_at(wanted, lead, due_at, held)

    if held is not Held.ANSWERED and due_at is not None:
        assert leaves is not None
        assert leaves <= max(wanted, due_at - LEAD)
        if lead is not None:
            assert leaves <= due_at - lead
    if held is None:
        assert leaves is not None
        assert leaves <= wanted


_ZONES = st.sampled_from(
    [BERLIN, TOKYO, ZoneInfo("America/New_York"), ZoneInfo("Australia/Sydney")]
)


@given(_INSTANTS, _ZONES, _ZONES, st.integers(0, 23), st.integers(0, 59))
def test_a_clock_time_is_the_next_such_moment_there_whatever_the_clocks_do(
    now: datetime, mine: tzinfo, buyers: tzinfo, hour: int, minute: int
) -> None:
    """On the night of a clock change too: it is found by walking every minute of two days."""
    found: Wish = wish_of(f"{hour}:{minute:02} their time", now, mine, buyers, None)

    assert now < found.at <= now + timedelta(hours=49)
    shown = found.at.astimezone(buyers)
    if (shown.hour, shown.minute) != (hour, minute):
        skipped = datetime(shown.year, shown.month, shown.day, hour, minute, tzinfo=buyers)
        assert skipped.astimezone(UTC).astimezone(buyers).replace(fold=0) != skipped
    start = now.replace(second=0, microsecond=0)
    walked = (start + timedelta(minutes=step) for step in range(1, 49 * 60))
    first = next(
        each
        for each in walked
        if (local := each.astimezone(buyers)).hour == hour and local.minute == minute
    )
    assert found.at <= first or (shown.hour, shown.minute) != (hour, minute)
