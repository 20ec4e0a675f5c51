"""What happened, told in short, is what happened: no word of it is lost on the way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.values import Kind, StatedDeadline
from inbox.core.events import EXCLUDED, Event, EventKind, stated_event
from inbox.core.model import MessageUid
from inbox.core.retelling import LONGEST, retold, told
from tests.core.making import at

instants = st.integers(0, 4_000_000_000_000_000).map(
    lambda each: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=each)
)
events = st.builds(
    Event,
    at=instants,
    kind=st.sampled_from(sorted(set(EventKind) - {EventKind.STATED})),
    automatic=st.booleans(),
    message=st.none() | st.sampled_from([MessageUid("4r9w2k7x1mzb"), MessageUid("0nt0apvatmg9")]),
    about=st.sampled_from(Kind),
    excluded=st.sampled_from(["", "bounced", *EXCLUDED]),
    order_at=st.none() | instants,
    answerable=st.booleans(),
    topic=st.sampled_from(["", "claim_granted"]),
)


@settings(max_examples=50)
@given(st.lists(events, max_size=LONGEST))
def test_what_is_told_in_short_is_what_happened(found: list[Event]) -> None:
    """Else a changed rule would judge something that never was."""
    assert retold(told(found)) == tuple(found)


def test_an_ordinary_question_takes_three_words() -> None:
    """It stands in every row of the list."""
    asked = Event(at=at(0), kind=EventKind.ASKED, message=MessageUid("4r9w2k7x1mzb"))

    assert told([asked]) == ((1795176000000000, "asked", "4r9w2k7x1mzb"),)


def test_what_cannot_be_told_in_short_is_not_told_at_all() -> None:
    """Half of it would be worse: a conversation is then judged from its messages."""
    asked = Event(at=at(0), kind=EventKind.ASKED)
    stated = stated_event(StatedDeadline(conversation_ref="t", ref="c", due_at=at(3)), at(1))

    assert told([asked, stated]) == ()
    assert told([asked] * (LONGEST + 1)) == ()
