"""Copies of answers given in a marketplace's portal, in the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.values import Direction, Message, Origin, Party
from inbox.core.model import ConversationUid
from inbox.store import conversations, drafts, uids
from inbox.store.database import Store
from inbox.store.drafts import Draft
from tests.store.making import (
    HOUR,
    NOON,
    assert_whole,
    listed,
    partition,
    question,
    take,
)

AMAZON = Party("Amazon.com", "donotreply@amazon.com")


def asks(number: int, name: str = "Tainá", alias: str = "a1", **changes: object) -> Message:
    """Return a question that Amazon relayed."""
    address = f"{alias}@marketplace.amazon.com"
    return question(
        number,
        sender=Party(name, address),
        buyer_ref=address,
        service="amazon",
        subject="Product details inquiry",
        **changes,
    )


def copied(number: int, name: str = "Tainá", **changes: object) -> Message:
    """Return Amazon's proven copy of what we answered in its portal."""
    return question(
        number,
        direction=Direction.OUT,
        sender=AMAZON,
        subject=f"Your e-mail to {name}",
        text="It takes 110 to 240 volts.",
        service="amazon",
        copy_for=name,
        origin=Origin.GENUINE,
        **changes,
    )


def test_a_copy_stops_the_clock_of_the_buyer_it_names(store: Store) -> None:
    """What was answered in Seller Central must not be answered again, nor shown as late."""
    take(store, [asks(1)])
    assert listed(store)[0].owed

    take(store, [copied(2)])

    (only,) = listed(store)
    assert not only.owed
    assert only.their_turn
    assert only.message_count == 2
    assert [each.uid for each in listed(store, "volts")] == [only.uid]
    assert_whole(store)


def test_a_copy_that_came_first_finds_its_buyer_later(store: Store) -> None:
    """A first sync brings the newest first: the answer before the question."""
    (alone,) = take(store, [copied(2)])
    take(store, [asks(1)])

    (only,) = listed(store)
    assert not only.owed
    with store.read() as tx:  # the name the copy had for a while leads to where it is now
        assert uids.resolve(tx, alone.conversation) == only.uid
    assert_whole(store)


def test_two_buyers_of_one_name_both_stay_owed(store: Store) -> None:
    """One Anna's answer must not hide another Anna's question."""
    take(store, [asks(1), copied(2)])
    take(store, [asks(0, alias="b2")])

    assert sorted(each.owed for each in listed(store)) == [False, True, True]
    assert partition(store) == {
        frozenset({"remote-0"}), frozenset({"remote-1"}), frozenset({"remote-2"})
    }  # fmt: skip
    assert_whole(store)


def test_a_tie_ends_when_the_two_turn_out_to_be_one(store: Store) -> None:
    """The mail that ties both may come last."""
    first = asks(0, order_ref="111-1")
    second = asks(1, order_ref="111-2")
    take(store, [first, second, copied(2)])
    assert [each.owed for each in listed(store)].count(True) == 2

    take(store, [asks(3, in_reply_to=(first.message_id, second.message_id))])

    (only,) = listed(store)
    assert only.message_count == 4
    assert only.owed  # what was asked after the copy
    assert only.due_at == NOON + timedelta(minutes=3, hours=24)
    assert_whole(store)


def test_an_unproven_copy_stops_nothing(store: Store) -> None:
    """Whoever knows a buyer's name could else hide a question from us."""
    take(store, [asks(1)])
    take(store, [replace(copied(2), direction=Direction.IN, copy_for="", automatic=True)])

    assert [each.owed for each in listed(store)].count(True) == 1


def test_a_copy_that_was_worked_with_stays_where_it_is(store: Store) -> None:
    """A draft begun beside a lone copy is not moved below another buyer's name."""
    (alone,) = take(store, [copied(2)])
    with store.write() as tx:
        drafts.put(tx, Draft(alone.conversation, "Dear", "Re: it", NOON + HOUR))
    take(store, [asks(1)])

    assert len(listed(store)) == 2
    assert_whole(store)


def test_the_next_question_is_owed_again(store: Store) -> None:
    """A copy answers what was asked before it and nothing later."""
    take(store, [asks(1), copied(2), asks(3)])

    (only,) = listed(store)
    assert only.due_at == NOON + timedelta(minutes=3, hours=24)


def test_a_forgotten_buyers_name_is_kept_nowhere(store: Store) -> None:
    """The law asks for all of it."""
    from inbox.store.keeping import forget

    (asked,) = take(store, [asks(1, "Zebedeus Quill")])
    with store.write() as tx:
        (doc_id,) = tx.sql.execute(
            "SELECT doc_id FROM doc_messages WHERE uid = ?", (asked.uid,)
        ).fetchone()
        forget.erase_messages(tx, [doc_id])
        assert tx.sql.execute("SELECT count(*) FROM named").fetchone() == (0,)


@st.composite
def mails(draw: st.DrawFn) -> list[Message]:
    """Draw questions of buyers of two names behind three aliases, and copies for them."""
    made = []
    for number in range(draw(st.integers(2, 6))):
        name = draw(st.sampled_from(["Tainá", "Ben"]))
        order = draw(st.sampled_from([None, None, "111-1"]))
        if draw(st.booleans()):
            made.append(copied(number, name, order_ref=order))
        else:
            alias = draw(st.sampled_from(["a1", "b2", "c3"]))
            made.append(asks(number, name, alias, order_ref=order))
    return made


@pytest.mark.slow
@settings(max_examples=60)
@given(mails(), st.data())
def test_the_order_of_arrival_changes_nothing(arrived: list[Message], data: st.DataObject) -> None:
    """Whatever came first, the same clocks run."""
    shuffled = data.draw(st.permutations(arrived))
    cut = data.draw(st.integers(0, len(arrived)))

    assert _found([arrived]) == _found([shuffled[:cut], shuffled[cut:]])


def _found(batches: Sequence[Sequence[Message]]) -> set[tuple[frozenset[str], bool]]:
    """Return the conversations that come of these batches, and whether each is owed."""
    with TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "inbox.db")
        for batch in batches:
            take(store, batch)
        assert_whole(store)
        with store.read() as tx:
            rows: list[tuple[ConversationUid, str]] = tx.sql.execute(
                "SELECT conversation, remote_id FROM doc_messages"
            ).fetchall()
            owed = {uid: conversations.get(tx, uid).owed for uid, _ in rows}
        store.close()
    return {
        (frozenset(remote for each, remote in rows if each == uid), owes)
        for uid, owes in owed.items()
    }
