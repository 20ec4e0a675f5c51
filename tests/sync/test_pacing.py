"""How long to wait: longer each time, never for ever, never sooner than asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.sync.backoff import Backoff
from inbox.sync.pacing import ASKS_EVERY, FAULT, NOT_SOONER, not_after, pause


@given(st.integers(0, 10_000), st.floats(0, 1), st.none() | st.floats(0, 86_400))
def test_a_wait_keeps_its_bounds(attempts: int, chance: float, asked: float | None) -> None:
    """Whatever happened before, the next attempt comes, and not before the service allows it."""
    backoff = Backoff(first=5.0, cap=900.0, chance=lambda: chance)
    delay = backoff.delay(attempts, asked)

    assert delay >= 2.5
    assert delay >= (asked or 0)
    assert delay <= max(900.0, (asked or 0) + 1)


@given(st.integers(1, 50), st.floats(0, 1))
def test_each_failure_makes_the_wait_no_shorter(attempts: int, chance: float) -> None:
    """A service in trouble is given time."""
    backoff = Backoff(chance=lambda: chance)

    assert backoff.delay(attempts + 1) >= backoff.delay(attempts)


def test_chance_spreads_the_returns() -> None:
    """A thousand inboxes do not come back in the same second."""
    assert Backoff(chance=lambda: 0.0).delay(3) == 10.0
    assert Backoff(chance=lambda: 1.0).delay(3) == 20.0


@pytest.mark.parametrize(
    ("state", "poll_every", "expected"),
    [
        ("ok", 60.0, 60.0),
        ("login", 60.0, 60.0),
        ("login", None, ASKS_EVERY),
        ("asking", None, ASKS_EVERY),
        ("offline", None, 10.0),
    ],
)
def test_a_state_decides_the_pause(state: str, poll_every: float | None, expected: float) -> None:
    """What only the seller can mend is tried seldom; mail that still comes in is not delayed."""
    line = Backoff(first=10.0, chance=lambda: 1.0)

    found = pause(state, poll_every=poll_every, failures=1, retry_after=None, line=line)

    assert found == expected


def test_a_broken_connector_is_tried_seldom() -> None:
    """Its log entries must not fill the disk."""
    assert pause("broken", poll_every=None, failures=99, retry_after=None) >= FAULT.cap / 2


@pytest.mark.parametrize(
    ("state", "due_in", "expected"),
    [
        ("ok", 30.0, 30.0),
        ("ok", 90.0, 60.0),
        ("ok", None, 60.0),
        ("ok", 0.0, NOT_SOONER),
        ("offline", 30.0, 30.0),
        ("login", 30.0, 60.0),
    ],
)
def test_what_falls_due_shortens_the_wait(
    state: str, due_in: float | None, expected: float
) -> None:
    """A scheduled answer leaves at its time; where nobody can send, nobody spins."""
    now = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    waiting = [None, None if due_in is None else now + timedelta(seconds=due_in)]

    assert not_after(60.0, state, waiting, now) == expected
