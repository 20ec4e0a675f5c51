"""The outbox: what is to be done for a reply, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from connectors.values import RemoteId, ReplyKey
from inbox.core.model import (
    ConversationUid,
    Delivery,
    Held,
    MessageUid,
    OutboxItem,
    Schedule,
)
from inbox.store import outbox
from inbox.store.database import Store
from inbox.store.uids import UnknownId
from tests.store.making import ACCOUNT, NOON, OTHER, question, reply_to

SECOND = timedelta(seconds=1)
EMPTY = OutboxItem(
    key=ReplyKey("k@lamps.example"),
    account=ACCOUNT,
    conversation=ConversationUid("conversation"),
    message=MessageUid("message"),
    reply=reply_to(question(1)),
    state=Delivery.QUEUED,
    created_at=NOON,
    send_after=NOON + 10 * SECOND,
)


def item(number: int, **changes: Any) -> OutboxItem:
    """Return the item of that number."""
    key = ReplyKey(f"k{number}@lamps.example")
    made = replace(
        EMPTY,
        key=key,
        reply=replace(EMPTY.reply, key=key),
        created_at=NOON + number * SECOND,
    )
    return replace(made, **changes)


def put_in(store: Store, *items: OutboxItem) -> None:
    """Put items into the outbox."""
    with store.write(durable=True) as tx:
        for each in items:
            outbox.add(tx, each)


def ready(store: Store, now: datetime) -> list[str]:
    """Return the keys of what there is to do."""
    with store.read() as tx:
        return [each.key for each in outbox.ready(tx, ACCOUNT, now)]


def test_an_item_comes_back_as_it_was_put(store: Store) -> None:
    """Every attempt sends the same message, whatever happened in between."""
    whole = item(
        1,
        state=Delivery.ACCEPTED,
        attempts=3,
        next_attempt_at=NOON + SECOND,
        error="no line",
        left=True,
        accepted_at=NOON + 2 * SECOND,
        remote_id=RemoteId("r"),
        settled=True,
        settle_attempts=2,
        after={"done": "true"},
        schedule=Schedule(
            at=NOON + 60 * SECOND,
            lead=30 * 60 * SECOND,
            said="9:00 their time",
            knew=NOON,
            earliest=NOON + 10 * SECOND,
            held=Held.THEY_WROTE,
            held_at=NOON + 20 * SECOND,
            waits=True,
        ),
        reply=replace(EMPTY.reply, references=("a@b", "c@d"), conversation_ref="ref"),
    )
    put_in(store, whole, item(2))

    with store.read() as tx:
        assert outbox.get(tx, whole.key) == whole
        assert outbox.every(tx) == [whole, item(2)]
        assert outbox.unsettled(tx) == [item(2)]
        assert outbox.of_conversation(tx, whole.conversation) == [whole, item(2)]
        assert outbox.of_conversation(tx, ConversationUid("another")) == []


def test_a_change_is_the_item_from_then_on(store: Store) -> None:
    """`left` decides whether a reply may be sent again: it must never be read old."""
    put_in(store, item(1))
    with store.write(durable=True) as tx:
        outbox.put(tx, item(1, state=Delivery.SENDING, left=True))
    with store.read() as tx:
        assert outbox.get(tx, item(1).key).left


def test_one_taken_out_cannot_be_written_again(store: Store) -> None:
    """A reply withdrawn while the engine held it must not come back."""
    put_in(store, item(1))
    with store.write() as tx:
        outbox.remove(tx, item(1).key)
        with pytest.raises(UnknownId):
            outbox.put(tx, item(1))
        with pytest.raises(UnknownId):
            outbox.get(tx, item(1).key)


PLANNED = NOON + 60 * SECOND


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({}, NOON + 10 * SECOND),
        ({"next_attempt_at": PLANNED}, PLANNED),
        ({"send_after": PLANNED, "next_attempt_at": NOON}, PLANNED),
        ({"state": Delivery.SENDING}, NOON + SECOND),
        ({"state": Delivery.SENDING, "next_attempt_at": PLANNED}, PLANNED),
        ({"state": Delivery.UNSURE}, None),
        ({"state": Delivery.UNSURE, "next_attempt_at": PLANNED}, PLANNED),
        ({"state": Delivery.REFUSED, "next_attempt_at": PLANNED}, None),
        ({"state": Delivery.ACCEPTED, "accepted_at": NOON + 5 * SECOND}, NOON + 5 * SECOND),
        ({"state": Delivery.ACCEPTED, "next_attempt_at": PLANNED}, PLANNED),
        ({"state": Delivery.ACCEPTED, "settled": True}, None),
        ({"account": OTHER}, None),
    ],
)
def test_an_item_is_ready_when_there_is_something_to_do(
    store: Store, changes: dict[str, Any], at: datetime | None
) -> None:
    """Too early breaks the undo window, too late the promise, and never loses the reply."""
    put_in(store, item(1, **changes))

    with store.read() as tx:
        assert outbox.next_at(tx, ACCOUNT, NOON) == at
    if at is None:
        assert ready(store, NOON + timedelta(days=365)) == []
    else:
        assert ready(store, at - timedelta(microseconds=1)) == []
        assert ready(store, at) == [item(1).key]


@pytest.mark.parametrize("state", [Delivery.QUEUED, Delivery.SENDING])
def test_a_clock_that_was_set_back_keeps_no_reply_waiting(store: Store, state: Delivery) -> None:
    """A laptop that wakes in another zone's time is put right, and the answer is hours late."""
    before = NOON - timedelta(hours=2)
    plan = Schedule(at=NOON, lead=None, said="12:00", knew=None, earliest=before)
    put_in(store, item(1, state=state), item(2, schedule=plan))

    assert ready(store, before) == [item(1).key]
    with store.read() as tx:
        assert outbox.next_at(tx, ACCOUNT, before) == before
    assert ready(store, NOON - timedelta(seconds=30)) == []  # a little is the time to take it back


def test_the_oldest_goes_first(store: Store) -> None:
    """Two answers to one buyer must arrive in the order they were written."""
    put_in(store, item(3), item(1), item(2))

    assert ready(store, NOON + timedelta(hours=1)) == [item(n).key for n in (1, 2, 3)]
    with store.read() as tx:
        assert outbox.next_at(tx, OTHER, NOON) is None


def test_what_is_held_for_good_is_never_ready(store: Store) -> None:
    """An answer went out from the phone: only the seller's word lets this one go."""
    plan = Schedule(at=NOON, lead=None, said="now", knew=None, earliest=NOON)
    put_in(store, item(1, schedule=replace(plan, waits=True)), item(2, schedule=plan))

    assert ready(store, NOON + timedelta(days=400)) == [item(2).key]
    with store.read() as tx:
        assert outbox.next_at(tx, ACCOUNT, NOON) == item(2).send_after
