"""An answer that came back: refused in the outbox, and its question owed again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.values import Bounce, Direction, Message, Party, RemoteId, ReplyKey
from inbox.core.model import ConversationUid, Delivery
from inbox.store import conversations, messages, outbox
from inbox.triage import Triage
from inbox.view import outbox as outbox_view
from tests.sync.desk import Desk
from tests.sync.far_side import BUYER, NOON, US

WHY = "The mailbox is full. 552 5.2.2 over quota"


def notice(name: str, number: int = 1, address: str = BUYER.address) -> Message:
    """Return a mail server's word that a mail of ours came back."""
    return Message(
        remote_id=RemoteId(f"notice-{number}"),
        direction=Direction.IN,
        accepted_at=NOON + timedelta(days=1, minutes=number),
        sender=Party("Mail Delivery System", "mailer-daemon@mx.example.net"),
        subject="Undelivered Mail Returned to Sender",
        text="Sorry.",
        automatic=True,
        message_id=f"notice-{number}@mx.example.net",
        bounce=Bounce((name,), (address,), WHY),
    )


@pytest.fixture
def answered(desk: Desk) -> ConversationUid:
    """A question, answered by a reply that the service accepted."""
    uid = desk.asked()
    desk.reply(uid)
    desk.deliverer().deliver()
    assert desk.item().state is Delivery.ACCEPTED
    assert not desk.owed(uid)
    return uid


def test_an_answer_that_came_back_is_owed_again(desk: Desk, answered: ConversationUid) -> None:
    """Accepted by our own server is not read by the buyer: the clock must run on."""
    before = desk.item()

    desk.ingest(notice(before.key))

    assert desk.owed(answered)
    assert desk.delivery() is Delivery.REFUSED
    assert (desk.item().state, desk.item().error) == (Delivery.REFUSED, WHY)


@pytest.mark.usefixtures("answered")
def test_the_outbox_shows_it_until_the_seller_decides(desk: Desk) -> None:
    """Settled long ago, it would else be nowhere to be sent again from."""
    desk.ingest(notice(desk.item().key))

    with desk.store.read() as tx:
        rows = outbox_view.unsent(tx, desk.book)
    assert [(row.key, row.state) for row in rows] == [(desk.item().key, Delivery.REFUSED)]


def test_only_the_answer_that_is_named_came_back(desk: Desk, answered: ConversationUid) -> None:
    """The other one arrived: called refused, it would be sent to the buyer a second time."""
    first = desk.item()
    second = desk.reply(answered, "One more thing.")
    desk.deliverer().deliver()

    desk.ingest(notice(second.key))

    with desk.store.read() as tx:
        states = {each.key: each.state for each in outbox.every(tx)}
    assert states == {first.key: Delivery.ACCEPTED, second.key: Delivery.REFUSED}


def test_the_notice_stands_below_the_answer(desk: Desk, answered: ConversationUid) -> None:
    """Elsewhere nobody would see which of fifty answers it is about."""
    desk.ingest(notice(desk.item().key))

    assert desk.conversations() == [answered]


def test_sent_again_it_counts_again(desk: Desk, answered: ConversationUid) -> None:
    """The mailbox has room now; and the same notice read anew changes nothing."""
    told = notice(desk.item().key)
    desk.ingest(told)
    Triage(desk.store, desk.book, desk.watch).retry(desk.item().key)
    desk.deliverer().deliver()
    desk.ingest(told)

    assert desk.item().state is Delivery.ACCEPTED
    assert not desk.owed(answered)


def test_its_copy_in_sent_does_not_make_it_arrive(desk: Desk, answered: ConversationUid) -> None:
    """The copy may be read after the notice: it was sent, and still it came back."""
    key = desk.item().key
    desk.ingest(notice(key))
    copy = Message(
        remote_id=RemoteId("copy"),
        direction=Direction.OUT,
        accepted_at=NOON + timedelta(days=1),
        sender=US,
        recipients=(BUYER,),
        text="On its way.",
        message_id=key,
        key=ReplyKey(key),
    )

    desk.ingest(copy)

    assert desk.item().state is Delivery.REFUSED
    assert desk.owed(answered)


def test_an_answer_written_elsewhere_comes_back_too(desk: Desk) -> None:
    """A reply typed on a phone stops the clock by its copy; the notice starts it again."""
    uid = desk.asked()
    with desk.store.read() as tx:
        question = messages.heads(tx, uid)[0].message
    phone = Message(
        remote_id=RemoteId("phone"),
        direction=Direction.OUT,
        accepted_at=NOON + timedelta(hours=1),
        sender=US,
        recipients=(question.sender,),
        message_id="from-my-phone@example.com",
        in_reply_to=(question.message_id,),
        subject=question.subject,
    )
    desk.ingest(phone)
    assert not desk.owed(uid)

    desk.ingest(notice("from-my-phone@example.com", address=question.sender.address))

    assert desk.owed(uid)


def test_what_a_marketplaces_filter_stops_is_owed_again(desk: Desk) -> None:
    """Such a service names a message by its own id; the buyer never saw it."""
    question = Message(
        remote_id=RemoteId("m-1"),
        direction=Direction.IN,
        accepted_at=NOON,
        sender=Party("ann", "ann"),
        text="Is it blue?",
        service="allegro",
        conversation_ref="thread-1",
        buyer_ref="ann",
    )
    answer = replace(
        question,
        remote_id=RemoteId("m-2"),
        direction=Direction.OUT,
        accepted_at=NOON + timedelta(hours=1),
        sender=US,
    )
    stopped = replace(
        question,
        remote_id=RemoteId("m-2 stopped"),
        accepted_at=answer.accepted_at,
        automatic=True,
        bounce=Bounce(("m-2",), (), WHY),
    )
    desk.ingest(question, answer)
    (uid,) = desk.conversations()
    assert not desk.owed(uid)

    desk.ingest(stopped)

    assert desk.owed(uid)


@pytest.mark.parametrize("by", ["the canned response", "the seller"])
def test_what_was_done_is_open_again(desk: Desk, by: str) -> None:
    """Done meant answered; now it is not, and nobody would look there again."""
    uid = desk.asked()
    once_sent = {"done": "true", "tag": "sent"} if by == "the canned response" else {}
    desk.reply(uid, after=once_sent)
    desk.deliverer().deliver()
    if by == "the seller":
        Triage(desk.store, desk.book, desk.watch).done([uid])

    desk.ingest(notice(desk.item().key))

    with desk.store.read() as tx:
        conversation = conversations.get(tx, uid)
    assert conversation.owed
    assert conversation.done_at is None
    assert conversation.tags == ()


@pytest.mark.parametrize("names", [(), ("somebody-elses@mail.example.net",)])
def test_a_notice_about_no_mail_of_ours_changes_nothing(
    desk: Desk, answered: ConversationUid, names: tuple[str, ...]
) -> None:
    """Notices of forged mails in our name come by the hundred."""
    forged = replace(notice("x"), bounce=Bounce(names, (BUYER.address,), WHY))

    desk.ingest(forged)

    assert desk.item().state is Delivery.ACCEPTED
    assert not desk.owed(answered)


def test_a_reply_still_waiting_to_leave_is_left_alone(desk: Desk) -> None:
    """Nothing of it can have come back."""
    uid = desk.asked()
    item = desk.reply(uid)

    desk.ingest(notice(item.key))

    assert desk.item().state is Delivery.QUEUED
