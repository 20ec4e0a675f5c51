"""Messages that come in: each once, whole, in its conversation."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.values import (
    Attachment,
    Direction,
    Kind,
    Party,
    Place,
    Quarantined,
    RemoteId,
    Role,
)
from inbox.core.model import ConversationUid, MessageUid, State
from inbox.core.turn import state_of
from inbox.store import conversations, held_back, messages
from inbox.store.database import Store
from inbox.store.uids import UnknownId
from tests.store.making import (
    ACCOUNT,
    ANNA,
    BOOK,
    HOUR,
    ME,
    NOON,
    OTHER,
    OWED_SINCE,
    answer,
    assert_whole,
    inbox_place,
    listed,
    question,
    stored_counts,
    take,
)

EVERY_FIELD = question(
    1,
    recipients=(ME, Party("Zoë", "zoe@buyers.example")),
    reply_to=(Party("", "answers@buyers.example"),),
    subject="Größe? 大小 😀",
    text="Hello,\n\nhow large is it?\n> quoted\n",
    html="<p>Hello,</p>",
    attachments=(Attachment("2", "lamp.jpg", "image/jpeg", 1234), Attachment("3", "", "a/b", None)),
    sent_at=NOON - timedelta(minutes=7, microseconds=3),
    seen=True,
    answered=True,
    in_reply_to=("x@y",),
    references=("w@y", "x@y"),
    service="amazon",
    kind=Kind.RETURN,
    buyer_ref="alias@marketplace.example",
    order_ref="302-1234567-1234567",
    places=(inbox_place(1), Place("All", "9", "77", Role.OTHER)),
)


def test_a_message_comes_back_as_it_came(store: Store) -> None:
    """Everything that was received is there without a network, the source included."""
    ((taken),) = take(store, [EVERY_FIELD])

    with store.read() as tx:
        stored = messages.get(tx, taken.uid)
        assert messages.source(tx, taken.uid) == EVERY_FIELD.source
        (head,) = messages.heads(tx, taken.conversation)
        (whole,) = messages.of_conversation(tx, taken.conversation)
    assert set(stored.message.places) == set(EVERY_FIELD.places)
    same_places = replace(EVERY_FIELD, places=stored.message.places, source=None)
    assert stored.message == same_places
    assert whole == stored
    assert head.message == replace(same_places, text="", html=None)


def test_the_same_batch_twice_is_the_same_store(store: Store) -> None:
    """A crash before the checkpoint, or another engine, brings every message again."""
    arrived = [question(1), question(2), answer(1, question(1))]
    first = take(store, arrived)
    before = listed(store)
    revision = store.revision()

    again = take(store, arrived)

    assert [each.new for each in first] == [True, True, True]
    assert again == [replace(each, new=False) for each in first]
    assert listed(store) == before
    assert store.revision() == revision
    assert_whole(store)


def test_one_message_in_two_folders_of_a_batch_is_one(store: Store) -> None:
    """Gmail shows a mail under every label."""
    one = question(1)
    elsewhere = replace(one, places=(Place("All", "1", "5", Role.OTHER),))

    taken = take(store, [one, elsewhere])

    assert [each.new for each in taken] == [True, False]
    with store.read() as tx:
        (head,) = messages.heads(tx, taken[0].conversation)
    assert set(head.message.places) == {*one.places, *elsewhere.places}
    assert_whole(store)


def test_the_same_id_with_another_body_is_another_message(store: Store) -> None:
    """A mail program that reuses Message-IDs must not swallow a buyer's words."""
    first, second = (
        question(1),
        replace(question(1), body_digest="other", text="other words", places=(inbox_place(2),)),
    )

    taken = take(store, [first, second])

    assert [each.new for each in taken] == [True, True]
    assert taken[0].conversation == taken[1].conversation
    with store.read() as tx:
        texts = {each.message.text for each in messages.of_conversation(tx, taken[0].conversation)}
    assert texts == {first.text, "other words"}
    assert_whole(store)


def test_two_accounts_never_share_a_conversation(store: Store) -> None:
    """The same buyer may write to both shops; each shop answers for itself."""
    (one,) = take(store, [question(1)])
    (two,) = take(store, [question(1)], account=OTHER)

    assert one.conversation != two.conversation
    with store.read() as tx:
        assert stored_counts(tx, ACCOUNT) == (1, 1)
        assert stored_counts(tx, OTHER) == (1, 1)
    assert_whole(store)


def test_a_question_is_owed_and_an_answer_from_a_phone_ends_it(store: Store) -> None:
    """That is what the program is for."""
    asked = question(1)
    take(store, [asked])
    (owed,) = listed(store, "is:owed")
    assert owed.due_at == asked.accepted_at + timedelta(hours=24)
    assert owed.snippet == asked.text
    assert owed.unread

    take(store, [answer(1, asked)])

    assert listed(store, "is:owed") == []
    (waiting,) = listed(store, "is:waiting")
    assert waiting.uid == owed.uid
    assert waiting.message_count == 2
    assert_whole(store)


def test_history_opens_nothing_and_is_done(store: Store) -> None:
    """A mailbox of ten years must not be ten years of late answers."""
    old = replace(question(1), accepted_at=OWED_SINCE - HOUR)

    take(store, [old])

    (found,) = listed(store)
    assert (found.owed, found.due_at) == (False, None)
    assert found.done_at == old.accepted_at
    assert state_of(found, NOON) is State.DONE
    assert_whole(store)


def test_a_mail_taken_for_theirs_is_ours_once_it_lies_in_sent(store: Store) -> None:
    """A copy to oneself comes in first; the Sent folder proves that we wrote it."""
    asked = question(1)
    sent = answer(1, asked)
    copy = replace(
        sent, direction=Direction.IN, claims_to_be_us=True, places=(inbox_place(9),), seen=False
    )
    (first,) = take(store, [copy])
    take(store, [asked])
    assert len(listed(store, "is:owed")) == 2

    (again,) = take(store, [sent])

    assert (again.uid, again.new) == (first.uid, False)
    assert listed(store, "is:owed") == []
    with store.read() as tx:
        message = messages.get(tx, first.uid).message
    assert message.direction is Direction.OUT
    assert not message.claims_to_be_us
    assert set(message.places) == {*sent.places, *copy.places}
    assert_whole(store)


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (2, 1, 0)])
def test_a_copy_to_oneself_is_in_the_conversation_in_any_order(
    store: Store, order: tuple[int, ...]
) -> None:
    """Newest first or oldest first: the same conversations come out."""
    asked = question(1)
    sent = answer(1, asked)
    copy = replace(sent, direction=Direction.IN, claims_to_be_us=True, places=(inbox_place(9),))

    for number in order:
        take(store, [(sent, copy, asked)[number]])

    (found,) = listed(store)
    assert found.message_count == 2
    assert_whole(store)


def test_a_mail_read_on_a_phone_stays_read_when_it_is_delivered_again(store: Store) -> None:
    """After a lost checkpoint everything comes again; nothing of it is news."""
    take(store, [question(1, seen=True)])
    take(store, [question(1, seen=False)])

    (found,) = listed(store)
    assert not found.unread


@pytest.mark.parametrize(("folder", "seen"), [("INBOX", False), ("ARCHIVE", True)])
def test_a_mail_numbered_anew_is_as_read_as_the_server_says(
    store: Store, folder: str, *, seen: bool
) -> None:
    """What a phone marked unread while the hoster moved house waits for an answer; a copy that
    lies elsewhere, and is unread there, says nothing of this one.
    """
    take(store, [question(1, seen=True)])
    take(store, [question(1, places=(Place(folder, "2", "9", Role.INBOX),))])

    (row,) = listed(store)
    assert row.unread is not seen


def test_what_could_not_be_read_is_kept_and_told(store: Store) -> None:
    """A mail that breaks our reader is still the buyer's."""
    item = Quarantined(inbox_place(1), "broken", b"\xff source", NOON)
    with store.write() as tx:
        assert messages.quarantine(tx, ACCOUNT, item)
        assert not messages.quarantine(tx, ACCOUNT, replace(item, reason="still broken"))

    with store.read() as tx:
        (held,) = held_back.every(tx)
        assert held_back.every(tx, OTHER) == []
        assert held_back.source(tx, held.uid) == item.source
        with pytest.raises(UnknownId):
            held_back.source(tx, "nothing")
    assert (held.account, held.place, held.reason) == (ACCOUNT, item.place, "still broken")
    assert (held.accepted_at, held.size) == (NOON, 8)
    assert_whole(store)


def test_a_mail_that_can_be_read_after_all_leaves_the_quarantine(store: Store) -> None:
    """A better version of the program reads what an older one could not."""
    with store.write() as tx:
        messages.quarantine(tx, ACCOUNT, Quarantined(inbox_place(1), "broken", b"x"))

    take(store, [question(1)])

    with store.read() as tx:
        assert held_back.every(tx) == []
    assert_whole(store)


def test_a_place_that_holds_another_message_now_is_the_others(store: Store) -> None:
    """A server that gives a number twice is wrong; no message is lost by it."""
    (first,) = take(store, [question(1)])
    take(store, [question(2, places=(inbox_place(1),))])

    with store.read() as tx:
        assert messages.get(tx, first.uid).gone_at is not None
        assert messages.present(tx, ACCOUNT) == 1
    assert len(listed(store, "is:owed")) == 2
    assert_whole(store)


def test_what_nobody_knows_is_said_to_be_unknown(store: Store) -> None:
    """A mistyped id is an answer, not a crash."""
    with store.read() as tx:
        with pytest.raises(UnknownId):
            messages.get(tx, MessageUid("nothing"))
        with pytest.raises(UnknownId):
            messages.source(tx, MessageUid("nothing"))
        with pytest.raises(UnknownId):
            conversations.get(tx, ConversationUid("nothing"))
        assert messages.newest_in(tx, ConversationUid("nothing")) is None
        assert conversations.page(tx, [ConversationUid("nothing")]) == []


def test_the_last_word_of_the_buyer_is_found(store: Store) -> None:
    """An answer is addressed to it."""
    asked, later = question(1), question(2, subject="About lamp 1")
    later = replace(later, in_reply_to=(asked.message_id,))
    (taken, _, _) = take(store, [asked, later, answer(1, later)])

    with store.read() as tx:
        newest = messages.newest_in(tx, taken.conversation)
    assert newest is not None
    assert newest.message.remote_id == RemoteId("remote-2")
    assert newest.message.text == later.text


def test_one_message_alone_is_taken_like_many(store: Store) -> None:
    """The same door for all."""
    with store.write() as tx:
        (taken,) = messages.ingest_messages(tx, ACCOUNT, [question(1)], BOOK)

    assert taken.new
    assert ANNA.address == "anna@buyers.example"
