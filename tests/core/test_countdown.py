"""The time left as text: short, true, and never wider than its column."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from inbox.core.countdown import Units, countdown
from tests.core.making import NOON

TICK = timedelta(microseconds=1)
LEFT = st.one_of(
    st.timedeltas(timedelta(days=-12_000), timedelta(days=12_000)),
    st.timedeltas(timedelta(days=-12), timedelta(days=12)),
    st.timedeltas(timedelta(minutes=-2), timedelta(minutes=2)),
    st.builds(
        lambda hours, ticks: timedelta(hours=hours) + ticks * TICK,
        st.integers(-300, 300),
        st.integers(-2, 2),
    ),
)


@pytest.mark.parametrize(
    ("left", "text"),
    [
        (timedelta(days=3, hours=4, minutes=59), "3d 4h"),
        (timedelta(days=1), "1d 0h"),
        (timedelta(hours=23, minutes=59, seconds=59), "23h 59m"),
        (timedelta(hours=5, minutes=12), "5h 12m"),
        (timedelta(minutes=59, seconds=59), "59m"),
        (timedelta(minutes=1), "1m"),
        (timedelta(seconds=59, microseconds=999_999), "59s"),
        (timedelta(), "0s"),
        (-TICK, "-1s"),
        (timedelta(seconds=-45), "-45s"),
        (timedelta(minutes=-12), "-12m"),
        (timedelta(hours=-2, minutes=-5), "-2h 5m"),
        (timedelta(hours=-9, minutes=-59), "-9h 59m"),
        (timedelta(hours=-10, minutes=-5), "-10h"),
        (timedelta(days=-3, hours=-4), "-3d 4h"),
        (timedelta(days=-10, hours=-4), "-10d"),
        (timedelta(days=99, hours=23), "99d 23h"),
        (timedelta(days=100, hours=9), "100d"),
    ],
)
def test_the_time_left_reads_so(left: timedelta, text: str) -> None:
    """Two units at most, the way a person would say it."""
    assert countdown(NOON + left, NOON) == text


UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}


def seconds(text: str) -> int:
    """Return what a countdown says, in seconds."""
    size = sum(int(part[:-1]) * UNITS[part[-1]] for part in text.lstrip("-").split())
    return -size if text.startswith("-") else size


@given(LEFT)
def test_it_never_promises_more_time_than_there_is(left: timedelta) -> None:
    """An answer planned by the countdown must be in time; lateness is not exaggerated."""
    shown = timedelta(seconds=seconds(countdown(NOON + left, NOON)))

    assert (
        shown <= left if left >= timedelta() else left - timedelta(seconds=1) < shown < timedelta()
    )


@given(LEFT, st.sampled_from([Units(*"dhms"), Units(*"天时分秒")]))
def test_it_never_takes_more_than_its_column(left: timedelta, units: Units) -> None:
    """A column that moves by a cell each minute cannot be read."""
    assert cell_len(countdown(NOON + left, NOON, units)) <= 7


@given(LEFT, st.timedeltas(timedelta(), timedelta(days=3)))
def test_it_only_ever_counts_down(left: timedelta, passed: timedelta) -> None:
    """A clock that jumps back is not believed again."""
    due = NOON + left

    later = seconds(countdown(due, NOON + passed))

    assert later <= seconds(countdown(due, NOON))
