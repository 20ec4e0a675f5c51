"""Replies written here: in their conversation at once, and one with their copy later."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from connectors.values import Direction, Message, RemoteId, Reply
from inbox.core.model import ConversationUid, Delivery, MessageUid
from inbox.core.query import parse
from inbox.store import conversations, derive, messages, outbox
from inbox.store.database import Store
from inbox.store.uids import UnknownId
from tests.store.making import (
    ACCOUNT,
    BOOK,
    HOUR,
    ME,
    answer,
    assert_whole,
    inbox_place,
    listed,
    question,
    queue,
    reply_to,
    take,
)

ASKED = question(1)
REPLY = reply_to(ASKED, text="Yes, it is.")


def asked_and_answered(store: Store, reply: Reply = REPLY) -> tuple[ConversationUid, MessageUid]:
    """Take a question and queue its answer; return the conversation and the answer's message."""
    (taken,) = take(store, [ASKED])
    with store.write(durable=True) as tx:
        item = queue(tx, taken.conversation, reply)
    return taken.conversation, item.message


def deliver(store: Store, message: MessageUid, delivery: Delivery) -> None:
    """Note where the reply stands, as the engine does."""
    with store.write(durable=True) as tx:
        accepted = delivery is Delivery.ACCEPTED
        messages.set_delivery(
            tx,
            message,
            delivery,
            accepted_at=ASKED.accepted_at + 2 * HOUR if accepted else None,
            remote_id=RemoteId("sent-1") if accepted else None,
        )
        derive.derive(tx, [messages.get(tx, message).conversation], BOOK)


def sent_copy(**changes: Any) -> Message:
    """Return the copy of the reply that comes in from the Sent folder."""
    made = replace(answer(1, ASKED), message_id=REPLY.key, key=REPLY.key, text=REPLY.text)
    return replace(made, **changes)


@pytest.mark.parametrize(
    "delivery", [Delivery.QUEUED, Delivery.SENDING, Delivery.REFUSED, Delivery.UNSURE]
)
def test_only_acceptance_stops_a_clock(store: Store, delivery: Delivery) -> None:
    """An answer that never left must not look like one that did."""
    conversation, message = asked_and_answered(store)
    deliver(store, message, delivery)

    (found,) = listed(store, "is:owed")
    assert (found.uid, found.unsent) == (conversation, delivery)

    deliver(store, message, Delivery.ACCEPTED)
    (found,) = listed(store, "is:waiting")
    assert (found.owed, found.unsent) == (False, None)
    with store.read() as tx:
        stored = messages.get(tx, message)
    assert stored.message.accepted_at == ASKED.accepted_at + 2 * HOUR
    assert stored.delivery is Delivery.ACCEPTED
    assert_whole(store)


def test_a_reply_stands_in_its_conversation_before_it_is_sent(store: Store) -> None:
    """The seller sees what was said, and finds it by its words."""
    conversation, message = asked_and_answered(store)

    with store.read() as tx:
        (_, shown) = messages.of_conversation(tx, conversation)
        assert messages.source(tx, message) is None
        assert conversations.ids(tx, parse("yes"), ASKED.accepted_at) == [conversation]
    assert shown.uid == message
    assert shown.delivery is Delivery.QUEUED
    assert shown.message.direction is Direction.OUT
    assert (shown.message.text, shown.message.sender) == (REPLY.text, ME)
    assert_whole(store)


@pytest.mark.parametrize("delivery", [Delivery.ACCEPTED, Delivery.SENDING])
def test_the_copy_in_sent_is_the_reply_itself(store: Store, delivery: Delivery) -> None:
    """Shown twice it would look sent twice."""
    conversation, message = asked_and_answered(store)
    deliver(store, message, delivery)

    (taken,) = take(store, [sent_copy()])
    (again,) = take(store, [sent_copy(places=(inbox_place(8),), body_digest="by the server")])

    assert (taken.uid, taken.conversation, taken.new) == (message, conversation, False)
    assert again == taken
    with store.read() as tx:
        assert len(messages.heads(tx, conversation)) == 2
        stored = messages.get(tx, message)
        assert messages.source(tx, message) == sent_copy().source
    assert stored.message.remote_id == RemoteId("sent-1")
    assert stored.message.text == REPLY.text
    assert stored.delivery is delivery
    assert_whole(store)


def test_a_copy_without_our_mark_is_known_by_what_the_service_called_it(store: Store) -> None:
    """A service with ids of its own knows no Message-ID."""
    conversation, message = asked_and_answered(store)
    deliver(store, message, Delivery.ACCEPTED)

    (taken,) = take(store, [sent_copy(message_id="", key=None)])

    assert (taken.uid, taken.conversation) == (message, conversation)
    assert_whole(store)


def test_nobody_hides_words_behind_the_id_of_our_reply(store: Store) -> None:
    """Whoever got our reply knows its Message-ID and could send another mail under it."""
    _, message = asked_and_answered(store)
    deliver(store, message, Delivery.ACCEPTED)
    forged = sent_copy(
        direction=Direction.IN,
        claims_to_be_us=True,
        text="Send the money elsewhere.",
        body_digest="forged",
        places=(inbox_place(5),),
    )

    (taken,) = take(store, [forged])

    assert taken.new
    assert taken.uid != message
    assert [found.snippet for found in listed(store, "is:owed")] == ["Send the money elsewhere."]
    assert_whole(store)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_copy_of_our_reply_to_ourselves_is_the_reply(
    store: Store, order: tuple[int, int]
) -> None:
    """A seller who puts himself in Cc owes himself no answer."""
    conversation, message = asked_and_answered(store)
    deliver(store, message, Delivery.ACCEPTED)
    copy = sent_copy(direction=Direction.IN, claims_to_be_us=True, places=(inbox_place(5),))

    for number in order:
        (taken,) = take(store, [(copy, sent_copy())[number]])
        assert taken.uid == message

    (found,) = listed(store)
    assert (found.uid, found.message_count, found.owed) == (conversation, 2, False)
    assert_whole(store)


def test_a_copy_that_was_taken_for_another_message_becomes_the_reply(store: Store) -> None:
    """A server put a line under the copy; the one in Sent has the same body and proves it ours."""
    conversation, message = asked_and_answered(store)
    deliver(store, message, Delivery.ACCEPTED)
    footed = f"{REPLY.text}\n-- \nchecked"
    copy = sent_copy(
        direction=Direction.IN, claims_to_be_us=True, text=footed, places=(inbox_place(5),)
    )
    (other,) = take(store, [copy])
    assert other.new

    (taken,) = take(store, [sent_copy(text=footed)])

    assert taken.uid == message
    with store.read() as tx:
        assert messages.get(tx, other.uid).uid == message
        assert len(messages.heads(tx, conversation)) == 2
    assert len(listed(store)) == 1
    assert_whole(store)


def test_the_buyers_answer_to_a_reply_joins_its_conversation(store: Store) -> None:
    """Even if the mail program keeps no other reference and the subject is new."""
    conversation, _ = asked_and_answered(store)

    (taken,) = take(store, [question(5, subject="Thanks", in_reply_to=(REPLY.key,))])

    assert taken.conversation == conversation
    assert_whole(store)


def test_a_reply_never_ties_two_orders_together(store: Store) -> None:
    """It stands where it was written; its subject may be that of another order."""
    one = question(1, subject="Order", order_ref="1001")
    two = question(2, subject="Order", order_ref=None)
    (first, second) = take(store, [one, two])

    with store.write() as tx:
        queue(tx, first.conversation, reply_to(one))

    assert first.conversation != second.conversation
    assert len(listed(store)) == 2
    assert_whole(store)


def test_a_reply_taken_back_leaves_no_trace(store: Store) -> None:
    """Undo within the window: it never was."""
    conversation, message = asked_and_answered(store)
    with store.write(durable=True) as tx:
        outbox.remove(tx, REPLY.key)
        messages.remove_outgoing(tx, message)
        derive.derive(tx, [conversation], BOOK)

    with store.read() as tx:
        assert outbox.every(tx) == []
        assert len(messages.heads(tx, conversation)) == 1
        assert conversations.ids(tx, parse("yes"), ASKED.accepted_at) == []
        with pytest.raises(UnknownId):
            messages.get(tx, message)
    assert_whole(store)


def test_what_was_sent_or_received_is_never_removed(store: Store) -> None:
    """Nothing that a buyer wrote or read can be made not to have been."""
    _, message = asked_and_answered(store)
    deliver(store, message, Delivery.ACCEPTED)
    (asked,) = take(store, [ASKED])

    with store.write() as tx:
        for uid in (message, asked.uid):
            with pytest.raises(ValueError, match="not accepted"):
                messages.remove_outgoing(tx, uid)


def test_nothing_is_answered_that_is_not_there(store: Store) -> None:
    """A conversation that was forgotten meanwhile."""
    with store.write() as tx, pytest.raises(UnknownId):
        messages.add_outgoing(tx, ACCOUNT, ConversationUid("nothing"), REPLY, Delivery.QUEUED)


def test_the_newest_reply_is_dated_by_the_service(store: Store) -> None:
    """Sorted by when it was taken, not by when it was typed."""
    conversation, message = asked_and_answered(store)
    take(store, [question(90, in_reply_to=(ASKED.message_id,))])
    deliver(store, message, Delivery.ACCEPTED)

    with store.read() as tx:
        heads = messages.heads(tx, conversation)
    assert [head.message.accepted_at - ASKED.accepted_at for head in heads] == [
        timedelta(0),
        timedelta(minutes=89),
        2 * HOUR,
    ]
