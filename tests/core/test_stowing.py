"""Which conversations may leave the store: those that nobody waits for, and no other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.values import Party
from inbox.core.model import AccountUid, Conversation, ConversationUid, Delivery, Held
from inbox.core.stowing import Standing, Stays, age_of, stays

BEFORE = datetime(2023, 11, 20, tzinfo=UTC)
DAY = timedelta(days=1)
_OLD = BEFORE - 10 * DAY
_INSTANTS = st.sampled_from([_OLD, BEFORE - timedelta(microseconds=1), BEFORE, BEFORE + DAY])
_MAYBE = st.none() | _INSTANTS
_FLAGS = st.booleans()


def conversation(**changes: object) -> Conversation:
    """Return one that has been silent for long."""
    plain: dict[str, object] = {
        "uid": ConversationUid("c00000000001"),
        "account": AccountUid("shop00000001"),
        "service": "email",
        "party": Party("Anna", "anna@buyers.example"),
        "subject": "A lamp",
        "last_at": _OLD,
        "message_count": 2,
    }
    return Conversation(**{**plain, **changes})  # type: ignore[arg-type] # changed by name


def nobody_waits(one: Standing) -> bool:
    """Say the same the slow way: a list of all that may not be."""
    told = one.conversation
    for at in (told.last_at, told.done_at, told.snoozed_until, one.done_last, one.stated_until):
        if at is not None and not at < BEFORE:
            return False
    if told.unread and not told.spam:
        return False
    return not any(
        [
            told.owed,
            told.due_at,
            told.starred,
            told.unsent,
            told.held,
            told.message_count == 0,
            one.draft,
            one.leaving,
            one.untold,
            one.needed,
            one.undecided,
            one.sender,
            one.apart,
        ]
    )


@settings(max_examples=30)
@given(
    one=st.builds(
        Standing,
        conversation=st.builds(
            conversation,
            last_at=_INSTANTS,
            owed=_FLAGS,
            due_at=_MAYBE,
            snoozed_until=_MAYBE,
            done_at=_MAYBE,
            starred=_FLAGS,
            unread=_FLAGS,
            spam=_FLAGS,
            unsent=st.none() | st.sampled_from(list(Delivery)),
            held=st.none() | st.sampled_from(list(Held)),
            message_count=st.integers(0, 2),
        ),
        done_last=_MAYBE,
        draft=_FLAGS,
        leaving=_FLAGS,
        untold=_FLAGS,
        needed=_FLAGS,
        stated_until=_MAYBE,
        undecided=_FLAGS,
        sender=_FLAGS,
        apart=_FLAGS,
    )
)
def test_what_anybody_waits_for_stays(one: Standing) -> None:
    """An answer owed, a reply on its way, words unseen: none of it may go out of sight."""
    assert (stays(one, BEFORE) is None) is nobody_waits(one)


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (Standing(conversation=conversation()), None),
        (Standing(conversation=conversation(done_at=_OLD)), None),
        (Standing(conversation=conversation(their_turn=True)), None),
        (Standing(conversation=conversation(unread=True, spam=True)), None),
        (Standing(conversation=conversation(snoozed_until=_OLD)), None),
        (Standing(conversation=conversation(), stated_until=_OLD), None),
        (Standing(conversation=conversation(last_at=BEFORE)), Stays.YOUNG),
        (Standing(conversation=conversation(), done_last=BEFORE), Stays.YOUNG),
        (Standing(conversation=conversation(owed=True)), Stays.OWED),
        (Standing(conversation=conversation(due_at=_OLD)), Stays.OWED),
        (Standing(conversation=conversation(snoozed_until=BEFORE + DAY)), Stays.SNOOZED),
        (Standing(conversation=conversation(starred=True)), Stays.STARRED),
        (Standing(conversation=conversation(unread=True)), Stays.UNREAD),
        (Standing(conversation=conversation(), draft=True), Stays.DRAFT),
        (Standing(conversation=conversation(message_count=0)), Stays.DRAFT),
        (Standing(conversation=conversation(unsent=Delivery.UNSURE)), Stays.LEAVING),
        (Standing(conversation=conversation(), leaving=True), Stays.LEAVING),
        (Standing(conversation=conversation(), untold=True), Stays.UNTOLD),
        (Standing(conversation=conversation(), needed=True), Stays.STATED),
        (Standing(conversation=conversation(), stated_until=BEFORE + DAY), Stays.STATED),
        (Standing(conversation=conversation(), undecided=True), Stays.UNDECIDED),
        (Standing(conversation=conversation(), sender=True), Stays.SENDER),
        (Standing(conversation=conversation(), apart=True), Stays.APART),
    ],
)
def test_it_is_said_why_one_stays(one: Standing, why: Stays | None) -> None:
    """A seller asks why the store is not smaller."""
    assert stays(one, BEFORE) is why


@pytest.mark.parametrize(
    ("text", "days"), [("3y", 1095), ("18m", 540), ("26w", 182), ("90d", 90), (" 1Y ", 365)]
)
def test_an_age_is_written_as_elsewhere(text: str, days: int) -> None:
    """As `history` of an account is."""
    assert age_of(text) == timedelta(days=days)


@pytest.mark.parametrize("text", ["", "3", "y", "89d", "2m", "0y", "-1y", "1.5y", "12345d", "3 y"])
def test_what_is_no_age_or_too_little_is_refused(text: str) -> None:
    """Platforms measure over 90 days: what they may ask about stays at hand."""
    with pytest.raises(ValueError, match=r"^"):
        age_of(text)
