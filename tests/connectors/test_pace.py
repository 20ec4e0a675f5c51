"""A documented rate is never broken, and "slow down" is taken at its word."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.pace import Pace, Rate, retry_after

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Hands:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


@given(
    st.lists(st.floats(0, 3), max_size=60),
    st.integers(1, 5),
    st.sampled_from([0.5, 1.0, 2.0]),
)
def test_no_window_ever_holds_more_than_the_rate(
    pauses: list[float], count: int, seconds: float
) -> None:
    """A service that counts shuts an account out: the seller would see nothing any more."""
    hands = Hands()
    pace = Pace(Rate(count, seconds), monotonic=hands)
    left: list[float] = []
    for pause in pauses:
        hands.at += pause
        while (wait := pace.take()) > 0:
            hands.at += wait
        left.append(hands.at)

    for i in range(len(left) - count):
        assert left[i + count] - left[i] >= seconds - 1e-6


def test_a_quota_that_is_used_up_waits_for_its_reset() -> None:
    """The headers say it before the refusal does."""
    hands = Hands()
    pace = Pace(monotonic=hands, clock=lambda: NOW)

    pace.note({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "30"})

    assert pace.take() == 30.0
    hands.at += 30
    assert pace.take() == 0.0


def test_a_quota_with_something_left_holds_nobody_up() -> None:
    """One left is one that may be asked."""
    pace = Pace(monotonic=Hands(), clock=lambda: NOW)

    pace.note({"ratelimit-remaining": "1", "ratelimit-reset": "30"})

    assert pace.take() == 0.0


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        ("Sun, 22 Nov 2026 12:01:00 GMT", 60.0),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0.0),
        (str(int(NOW.timestamp()) + 90), 90.0),
        ("999999", 86_400.0),
        ("soon", None),
        ("nan", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(
    value: str | None, seconds: float | None
) -> None:
    """Both forms are allowed, and a service may say nonsense."""
    assert retry_after(value, NOW) == seconds
