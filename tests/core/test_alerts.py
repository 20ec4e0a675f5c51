"""What is told of changes: each by itself while it is news, together what was missed."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.core.alerts import LATE, SOON, SUMMARY, Change, Quiet, alerts, intervals_of
from inbox.core.model import AccountUid, ConversationUid

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def change(name: str, state: str, *, since: float, due: float) -> Change:
    """Return a change, in minutes before and after noon."""
    return Change(
        conversation=ConversationUid(name),
        account=AccountUid("shop"),
        party=name,
        subject="Lamp",
        state=state,
        due_at=NOON + timedelta(minutes=due),
        since=NOON - timedelta(minutes=since),
    )


def test_news_is_told_one_by_one() -> None:
    """Who it is about and how long is left: enough to decide whether to get up."""
    omar, bo = change("Omar", SOON, since=1, due=120), change("Bo", SOON, since=1, due=180)

    told = alerts([bo, omar, change("Kate", LATE, since=0.5, due=-0.5)], NOON)

    assert [(alert.state, alert.text) for alert in told] == [
        (LATE, "Late by 30s: Kate · Lamp"),
        (SOON, "Due in 2h 0m: Omar · Lamp"),
        (SOON, "Due in 3h 0m: Bo · Lamp"),
    ]


def test_a_machine_that_slept_past_deadlines_gets_one_honest_summary() -> None:
    """Ten notifications at once tell nothing; one that hides the age would be a lie."""
    missed = [change(f"L{hour}", LATE, since=60 * hour, due=-60 * hour) for hour in (1, 2, 9)]
    missed += [change("S", SOON, since=30, due=90)]

    (told,) = alerts(missed, NOON)

    assert (told.state, told.late, told.soon) == (SUMMARY, 3, 1)
    assert told.text == (
        "Not told until now: 3 answers are late (the oldest by 9h 0m: L9 · Lamp);"
        " 1 is due soon (the first in 1h 30m)."
    )


def test_a_single_one_that_was_missed_is_named() -> None:
    """A summary of one is a riddle."""
    (told,) = alerts([change("Kate", LATE, since=130, due=-130)], NOON)

    assert (told.state, told.text) == (LATE, "Late by 2h 10m: Kate · Lamp")


def test_many_at_the_same_moment_are_one_summary() -> None:
    """A first sync brings a hundred of them."""
    (told,) = alerts([change(str(n), LATE, since=0, due=-1) for n in range(4)], NOON)

    assert told.late == 4


def test_no_control_character_gets_into_what_is_told() -> None:
    """It goes to a terminal and into a command's environment."""
    (told,) = alerts([change("Ka\x1b]52;c;x\x07te\n", LATE, since=0, due=-1)], NOON)

    assert told.text.isprintable()


times = st.tuples(st.integers(0, 600), st.integers(-600, 600), st.sampled_from([SOON, LATE]))


@given(st.lists(times, max_size=12))
def test_every_change_is_in_exactly_one_of_the_alerts(found: list[tuple[int, int, str]]) -> None:
    """None is lost in the counting, and none is told twice."""
    changes = [
        change(str(n), state, since=since, due=due) for n, (since, due, state) in enumerate(found)
    ]
    told = alerts(changes, NOON)

    assert sum(alert.late for alert in told) == sum(each.state == LATE for each in changes)
    assert sum(alert.soon for alert in told) == sum(each.state == SOON for each in changes)
    named = [alert.change for alert in told if alert.change]
    assert len({each.conversation for each in named}) == len(named)
    assert len(told) <= 4


@pytest.mark.parametrize(
    ("clock", "quiet"),
    [("21:59", False), ("22:00", True), ("00:30", True), ("06:59", True), ("07:00", False)],
)
def test_quiet_hours_go_over_midnight_by_the_sellers_clock(clock: str, *, quiet: bool) -> None:
    """Nobody wants to be woken by their shop; the machine's zone has no say in it."""
    zone = ZoneInfo("Asia/Tokyo")
    at = datetime.fromisoformat(f"2026-11-20T{clock}").replace(tzinfo=zone)

    assert Quiet(intervals_of("22:00-07:00")).now(at.astimezone(UTC), zone) is quiet


def test_several_quiet_hours_can_be_written() -> None:
    """Lunch, too; 24:00 is midnight."""
    assert intervals_of("12:30-13:15, 20:00-24:00") == (
        (time(12, 30), time(13, 15)),
        (time(20), time(0)),
    )
    assert intervals_of(" ") == ()


@pytest.mark.parametrize("wrong", ["22-7", "22:00", "25:00-07:00", "07:00-07:00", "22:00-07:60"])
def test_hours_that_are_none_are_refused(wrong: str) -> None:
    """A slip would make every hour quiet, or none."""
    with pytest.raises(ValueError, match=r"-|\d"):
        intervals_of(wrong)
