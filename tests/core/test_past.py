"""When something happened: the seller's words mean the last such moment, on their own clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox.core.past import happened_at
from inbox.core.snooze import SnoozeError

BERLIN = ZoneInfo("Europe/Berlin")
FRIDAY = datetime(2026, 11, 20, 15, 20, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("", "2026-11-20 15:20"),
        ("now", "2026-11-20 15:20"),
        ("2h ago", "2026-11-20 13:20"),
        ("90m", "2026-11-20 13:50"),
        ("3 days ago", "2026-11-17 15:20"),
        ("9", "2026-11-20 09:00"),
        ("16:30", "2026-11-19 16:30"),
        ("2pm", "2026-11-20 14:00"),
        ("today", "2026-11-20 00:00"),
        ("Yesterday", "2026-11-19 00:00"),
        ("yesterday 14:30", "2026-11-19 14:30"),
        ("mon", "2026-11-16 00:00"),
        ("fri", "2026-11-20 00:00"),
        ("fri 16", "2026-11-13 16:00"),
        ("sat 10", "2026-11-14 10:00"),
        ("2026-11-10", "2026-11-10 00:00"),
        ("2026-11-10 8:15", "2026-11-10 08:15"),
        ("2026-11-10T08:15", "2026-11-10 08:15"),
        ("2026-11-10T08:15:00+01:00", "2026-11-10 08:15"),
        ("3.11.", "2026-11-03 00:00"),
        ("24 dec", "2025-12-24 00:00"),
        ("20 nov", "2026-11-20 00:00"),
        ("21 nov", "2025-11-21 00:00"),
        ("2026-10-25 02:30", "2026-10-25 02:30"),
    ],
)
def test_words_mean_the_last_such_moment(phrase: str, expected: str) -> None:
    """A clock that counts from the wrong day is a wrong clock. What the clock showed twice in
    the night of a change is the first of the two: rather told too early.
    """
    meant = datetime.fromisoformat(expected).replace(tzinfo=BERLIN).astimezone(UTC)

    assert happened_at(phrase, FRIDAY, BERLIN) == meant


@pytest.mark.parametrize(
    "phrase", ["someday", "25:00", "yesterday noonish", "mon noonish", "31.2.", "2026-13-01"]
)
def test_what_is_no_time_is_told(phrase: str) -> None:
    """Nothing is counted from a slip of the finger."""
    with pytest.raises(SnoozeError, match="This is no time"):
        happened_at(phrase, FRIDAY, BERLIN)


@pytest.mark.parametrize("phrase", ["2026-11-21", "2999-01-01", "today 16", "2026-11-20 15:21"])
def test_what_is_yet_to_come_did_not_happen(phrase: str) -> None:
    """A typed year too many must not hide a deadline."""
    with pytest.raises(SnoozeError, match="yet to come"):
        happened_at(phrase, FRIDAY, BERLIN)


@settings(max_examples=25)
@given(
    st.text(alphabet="0123456789 :.-+agotodyesrmnfi", max_size=20)
    | st.from_regex(r"\d{1,5}(h|d|w|m)( ago)?", fullmatch=True),
    st.integers(0, 4_000_000_000).map(lambda each: datetime.fromtimestamp(each, UTC)),
)
def test_whatever_is_typed_nothing_begins_later_than_now(phrase: str, now: datetime) -> None:
    """A clock that has not begun cannot be late."""
    try:
        found = happened_at(phrase, now, BERLIN)
    except SnoozeError:
        return
    assert found <= now
    assert found.utcoffset() == timedelta()
