"""What a service says of whole conversations is kept, and believed as far as it goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from connectors.values import ConversationChange, Direction, Message, StatedDeadline
from inbox.core.model import Conversation, ConversationUid
from inbox.core.obligations import Owner, make_book
from inbox.store import conversations, messages
from inbox.triage import Triage
from inbox.view.explain import explain
from inbox.view.replying import NotAnsweredHere
from tests.sync.desk import DAY, Desk
from tests.sync.far_side import US

REF = "ticket-7"
SERVICE = replace(DAY, id="far.answer", owner=Owner.SERVICE, target=timedelta(hours=48))


def asked(desk: Desk, **more: Any) -> Message:
    """Return a message of the conversation that the service calls REF."""
    return desk.far.write("About 7", conversation_ref=REF, message_id="", **more)


def conversation(desk: Desk) -> Conversation:
    """Return the only conversation."""
    with desk.store.read() as tx:
        (uid,) = desk.conversations()
        return conversations.get(tx, uid)


def says(desk: Desk, **words: Any) -> None:
    """Let the service say that of the conversation."""
    desk.ingest(conversations=(ConversationChange(REF, **words),))


def states(desk: Desk, due_at: datetime | None, **more: Any) -> None:
    """Let the service state when an answer is due."""
    stated = StatedDeadline(conversation_ref=REF, ref="case", due_at=due_at, **more)
    desk.ingest(deadlines=(stated,))


def answered(desk: Desk) -> None:
    """Let the seller answer at the service's own page, now."""
    desk.ingest(
        replace(
            asked(desk),
            direction=Direction.OUT,
            sender=US,
            accepted_at=desk.watch(),
        )
    )


def with_the_services_own_rule(desk: Desk) -> None:
    """Let the service have a clock of its own, and the seller none."""
    desk.book = make_book([SERVICE], desk.book.accounts.values())


def test_a_stated_instant_is_when_it_is_due(desk: Desk) -> None:
    """The service counts by its own clock: what it states wins over what we would reckon."""
    desk.ingest(asked(desk))
    with_the_services_own_rule(desk)
    states(desk, desk.watch() + timedelta(hours=5), said="Answer the claim.")

    assert conversation(desk).due_at == desk.watch() + timedelta(hours=5)
    with desk.store.read() as tx:
        deciding = explain(tx, conversation(desk).uid, desk.book).deciding
    assert deciding is not None
    assert (deciding.ref, deciding.said) == ("case", "Answer the claim.")


def test_a_deadline_told_before_its_conversation_waits_for_it(desk: Desk) -> None:
    """The newest comes first: a claim's date may come in a batch before its words."""
    states(desk, desk.watch() + timedelta(hours=5))
    assert desk.conversations() == []

    desk.ingest(asked(desk))

    assert conversation(desk).owed
    with desk.store.read() as tx:
        found = explain(tx, conversation(desk).uid, desk.book).obligations
    assert [each.ref for each in found if each.ref] == ["case"]


def test_a_deadline_taken_back_is_owed_no_more_and_told_again_stands_again(desk: Desk) -> None:
    """A buyer withdraws a claim and opens it anew: only the last word holds."""
    with_the_services_own_rule(desk)
    desk.ingest(asked(desk, automatic=True))
    due = []
    for due_at in (desk.watch() + timedelta(hours=5), None, desk.watch() + timedelta(hours=9)):
        states(desk, due_at)
        due.append(conversation(desk).due_at)

    assert due == [desk.watch() + timedelta(hours=5), None, desk.watch() + timedelta(hours=9)]


def test_an_answer_ends_a_stated_deadline_though_the_service_repeats_it_for_a_while(
    desk: Desk,
) -> None:
    """Services show a claim's date some minutes longer: that must not look like a new one."""
    with_the_services_own_rule(desk)
    desk.ingest(asked(desk))
    due_at = desk.watch() + timedelta(hours=5)
    states(desk, due_at)
    desk.watch.forward(60)
    answered(desk)
    desk.watch.forward(60)
    with desk.store.read() as tx:
        before = [each.open for each in explain(tx, conversation(desk).uid, desk.book).obligations]
    states(desk, due_at)
    with desk.store.read() as tx:
        after = [each.open for each in explain(tx, conversation(desk).uid, desk.book).obligations]

    assert before == after


def test_what_was_closed_before_they_wrote_again_stays_settled(desk: Desk) -> None:
    """The service opens it anew for a new question: the clock of the old one must not come back."""
    with_the_services_own_rule(desk)
    desk.ingest(asked(desk))
    says(desk, closed=True)
    desk.watch.forward(60)
    again = replace(asked(desk), accepted_at=desk.watch())
    desk.ingest(again)

    says(desk, closed=False)

    assert conversation(desk).due_at == again.accepted_at + timedelta(hours=48)


def test_archived_elsewhere_is_done_here_and_back_again(desk: Desk) -> None:
    """The seller tidied up at the service's page: that was the seller's own word."""
    desk.ingest(asked(desk, seen=True))
    says(desk, archived=True)
    assert conversation(desk).done_at == desk.watch()
    assert not conversation(desk).owed

    says(desk, archived=False)

    assert conversation(desk).done_at is None
    assert conversation(desk).owed


def test_archived_elsewhere_ends_nothing_that_nobody_has_read(desk: Desk) -> None:
    """A buyer's words that came while it was being archived must not vanish with it."""
    desk.ingest(asked(desk))
    says(desk, archived=True)

    assert conversation(desk).owed


def test_what_is_closed_elsewhere_is_owed_no_more_until_asked_again(desk: Desk) -> None:
    """A closed ticket takes no answer; a new word of the buyer's opens it again."""
    desk.ingest(asked(desk, seen=True))
    says(desk, closed=True)
    assert not conversation(desk).owed

    desk.ingest(asked(desk))

    assert conversation(desk).owed


def test_the_services_word_that_nothing_is_needed_ends_its_own_clock_only(desk: Desk) -> None:
    """It knows its own counting; what the seller promised is for the seller to take back."""
    with_the_services_own_rule(desk)
    desk.ingest(asked(desk))
    says(desk, reply_needed=False)
    assert not conversation(desk).owed

    desk.book = make_book([DAY], desk.book.accounts.values())
    Triage(desk.store, desk.book, desk.watch).freshen()

    assert conversation(desk).owed


def test_the_services_word_that_an_answer_is_needed_opens_a_clock(desk: Desk) -> None:
    """A return is asked for by a notice without words: no message opens it, the service does."""
    desk.ingest(asked(desk, automatic=True))
    assert not conversation(desk).owed

    says(desk, reply_needed=True)

    assert conversation(desk).owed


def test_said_beside_a_question_it_opens_no_second_clock(desk: Desk) -> None:
    """Nearly every question is also one that the service counts: once is enough."""
    desk.ingest(asked(desk))
    due_at = conversation(desk).due_at
    desk.watch.forward(3600)
    says(desk, reply_needed=True)

    assert conversation(desk).due_at == due_at


def test_a_notice_in_between_is_no_answer_to_the_service(desk: Desk) -> None:
    """Who promised at the portal to look into it still owes the answer: its clock runs on."""
    desk.ingest(asked(desk))
    says(desk, reply_needed=True)
    desk.watch.forward(3600)
    answered(desk)
    told = conversation(desk).owed
    desk.watch.forward(60)
    says(desk, reply_needed=True)
    again = conversation(desk)
    due_at = desk.watch() + timedelta(hours=24)
    desk.watch.forward(600)
    says(desk, reply_needed=True)

    assert (told, again.owed, again.due_at) == (False, True, due_at)
    assert conversation(desk).due_at == due_at
    says(desk, reply_needed=False)
    with_the_services_own_rule(desk)
    Triage(desk.store, desk.book, desk.watch).freshen()
    assert not conversation(desk).owed


def test_an_answer_given_here_is_one_even_if_the_service_is_slow_to_count_it(desk: Desk) -> None:
    """Owed again a minute after it was sent, it would be answered twice."""
    question = asked(desk)
    desk.ingest(replace(question, accepted_at=question.accepted_at - timedelta(hours=1)))
    says(desk, reply_needed=True)
    desk.watch.forward(3600)
    desk.reply(conversation(desk).uid)
    assert desk.deliverer().deliver() == 1
    says(desk, reply_needed=True)

    assert not conversation(desk).owed


def test_read_elsewhere_is_read_here_and_stays_as_the_seller_makes_it(desk: Desk) -> None:
    """The service repeats at each round what it said before: that is no news."""
    desk.ingest(asked(desk))
    says(desk, seen=True)
    assert not conversation(desk).unread
    Triage(desk.store, desk.book, desk.watch).unread([conversation(desk).uid])

    says(desk, seen=True)

    assert conversation(desk).unread


def test_read_again_elsewhere_counts_for_what_came_since(desk: Desk) -> None:
    """Between two rounds a message came and was read: the service says "read" as before."""
    desk.ingest(asked(desk))
    says(desk, seen=True)
    desk.ingest(asked(desk))
    assert conversation(desk).unread

    says(desk, seen=True)

    assert not conversation(desk).unread


def test_what_a_message_tells_of_its_page_is_given_back(desk: Desk) -> None:
    """Where it cannot be answered here the seller needs the page, and nothing but https."""
    told = {"page": "https://shop.example/7", "answerable": False, "item_ref": "item-3"}
    desk.ingest(asked(desk, **told, storefront="de"), asked(desk, page="file:///etc/passwd"))

    with desk.store.read() as tx:
        first, second = messages.heads(tx, ConversationUid(conversation(desk).uid))
    kept = first.message
    assert (kept.page, kept.answerable) == ("https://shop.example/7", False)
    assert (kept.item_ref, kept.storefront) == ("item-3", "de")
    assert (second.message.page, second.message.answerable) == ("", True)


def test_what_cannot_be_answered_here_says_so_and_where_it_can_be(desk: Desk) -> None:
    """A reply written for nothing is an answer that was never given."""
    page = "https://shop.example/7"
    desk.ingest(asked(desk, answerable=False, page=page))
    triage = Triage(desk.store, desk.book, desk.watch)

    with pytest.raises(NotAnsweredHere) as refused:
        triage.reply(conversation(desk).uid, "On its way.")

    assert (refused.value.page, page in refused.value.hint) == (page, True)


def test_a_closed_conversation_is_answered_here_again_once_the_buyer_writes(desk: Desk) -> None:
    """A ticket that was closed and is asked in again is open, whatever was said before."""
    desk.ingest(asked(desk, page="https://shop.example/7"))
    says(desk, closed=True)
    triage = Triage(desk.store, desk.book, desk.watch)
    with pytest.raises(NotAnsweredHere):
        triage.reply_parts(conversation(desk).uid)
    desk.ingest(asked(desk))

    assert triage.reply_parts(conversation(desk).uid).conversation_ref == REF


def test_escape_sequences_in_what_is_stated_never_reach_the_store(desk: Desk) -> None:
    """A sentence of the service's is shown: it is a stranger's text like any other."""
    desk.ingest(asked(desk))
    states(desk, desk.watch() + timedelta(hours=5), said="Act\x1b[2J now", page="javascript:x")

    with desk.store.read() as tx:
        found = explain(tx, conversation(desk).uid, desk.book).obligations
    (stated,) = [each for each in found if each.ref]
    assert (stated.said, stated.page) == ("Act now", "")
