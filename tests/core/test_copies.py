"""Copies of answers given in a portal: whose they are, and that a doubt stops no clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.values import Direction, Message, Party, RemoteId
from inbox.core.copies import NEAR, Asked, belongs_to, name_of
from inbox.core.model import ConversationUid

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ONE, TWO = ConversationUid("one"), ConversationUid("two")


def asked(conversation: ConversationUid = ONE, before: timedelta = HOUR, order: str = "") -> Asked:
    """Return a question of that long before the copy."""
    return Asked(conversation, NOON - before, order)


def relayed(**changes: object) -> Message:
    """Return a buyer's message that a marketplace relayed."""
    fields: dict[str, object] = {
        "remote_id": RemoteId("1"),
        "direction": Direction.IN,
        "accepted_at": NOON,
        "sender": Party("Tainá  Guimarães", "x@marketplace.example"),
        "message_id": "1@marketplace.example",
        "buyer_ref": "x@marketplace.example",
    }
    return Message(**{**fields, **changes})  # type: ignore[arg-type]  # a table of fields


def test_the_only_buyer_of_the_name_is_the_one() -> None:
    """What was answered in the portal is answered."""
    assert belongs_to(NOON, "", [asked(), asked(before=2 * HOUR)]) == ONE


def test_two_of_one_name_are_a_tie() -> None:
    """Stopping the wrong clock loses a buyer; leaving both loses a glance."""
    assert belongs_to(NOON, "", [asked(ONE), asked(TWO)]) is None


def test_the_order_decides_between_two_of_one_name() -> None:
    """An order number is in most copies about something bought."""
    both = [asked(ONE, order="111"), asked(TWO, order="222")]

    assert belongs_to(NOON, "222", both) == TWO
    assert belongs_to(NOON, "333", both) is None
    assert belongs_to(NOON, "333", [*both, asked(ConversationUid("three"))]) == "three"


@pytest.mark.parametrize(
    ("before", "expected"),
    [(timedelta(0), ONE), (NEAR, ONE), (NEAR + HOUR, None), (-HOUR, None)],
)
def test_a_question_after_the_answer_or_long_before_it_is_not_what_was_answered(
    before: timedelta, expected: ConversationUid | None
) -> None:
    """A new question of yesterday's buyer is not answered by yesterday's copy."""
    assert belongs_to(NOON, "", [asked(before=before)]) == expected


questions = st.builds(
    asked,
    st.sampled_from([ONE, TWO]),
    st.integers(-5, 24 * 100).map(lambda hours: timedelta(hours=hours)),
    st.sampled_from(["", "111", "222"]),
)


def counted(known: list[Asked], order: str) -> ConversationUid | None:
    """Return the same, found by trying each conversation by itself."""
    near = [each for each in known if timedelta(0) <= NOON - each.at <= NEAR]
    fits = {
        where
        for where in (ONE, TWO)
        for each in near
        if each.conversation == where and order in {"", each.order_ref}
    }
    silent = {ONE, TWO} & {each.conversation for each in near}
    silent -= {each.conversation for each in near if each.order_ref}
    sure = fits or (silent if order else set())
    return sure.pop() if len(sure) == 1 else None


@given(st.lists(questions, max_size=6), st.sampled_from(["", "111"]))
def test_a_copy_belongs_where_a_slow_search_says(known: list[Asked], order: str) -> None:
    """A second way of counting finds what the first forgot."""
    assert belongs_to(NOON, order, known) == counted(known, order)


def test_names_are_compared_as_people_read_them() -> None:
    """The portal writes the name with other blanks and letters than the mail."""
    copy = relayed(
        direction=Direction.OUT, copy_for="TAINÁ GUIMARÃES", buyer_ref=None, sender=Party("A", "a")
    )

    assert name_of(relayed()) == name_of(copy) == "tainá guimarães"


@pytest.mark.parametrize(
    "changes",
    [{"buyer_ref": None}, {"message_id": ""}, {"automatic": True}, {"direction": Direction.OUT}],
)
def test_only_relayed_words_of_a_buyer_are_found_by_a_name(changes: dict[str, object]) -> None:
    """Anybody may call himself Tainá in a mail of his own."""
    assert name_of(relayed(**changes)) == ""
