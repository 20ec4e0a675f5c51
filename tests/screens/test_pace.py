"""Reading the list again while much comes in takes a small part of the time, however long it is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from inbox.screens.pace import CALM, SHARE, Pace


def test_what_comes_in_after_a_quiet_while_is_read_at_once() -> None:
    """One new question must not wait for a storm that is not there."""
    pace = Pace()

    assert pace.wait(5.0) == 0
    pace.begin(5.0)
    pace.spend(0.001)
    assert pace.wait(5.0) == CALM
    assert pace.wait(5.0 + CALM) == 0


@given(costs=st.lists(st.floats(0, 2), min_size=1, max_size=30))
def test_a_storm_takes_no_more_than_its_share(costs: list[float]) -> None:
    """While an update derives everything anew the store changes all the time."""
    pace, now = Pace(), 0.0
    for cost in costs:
        now += pace.wait(now)
        pace.begin(now)
        pace.spend(cost / 2)
        pace.spend(cost / 2)
    now += pace.wait(now)

    assert sum(costs) <= now * SHARE * (1 + 1e-9)
    assert now >= len(costs) * CALM * (1 - 1e-9)
