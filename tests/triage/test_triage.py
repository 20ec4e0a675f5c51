"""The verbs: what each writes, what undo takes back, how an answer is addressed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from connectors import steps
from connectors.values import Capabilities, Mark, Party
from inbox.core.model import ConversationUid, Delivery, Verb
from inbox.core.query import parse
from inbox.store import conversations, journal, messages, outbox, untold
from inbox.triage import AlreadyLeft, EmptyReply, NothingToAnswer, TooLong, Triage, Unfilled
from tests.screens.shop import MAIL, TERMS, US, Shop, answered, hours, open_shop, wrote
from tests.triage.test_composing import learn


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with open_shop(tmp_path) as found:
        yield found


def state(shop: Shop, uid: ConversationUid) -> tuple[bool, bool]:
    """Return whether it is owed, and whether it is done."""
    with shop.store.read() as tx:
        found = conversations.get(tx, uid)
    return found.owed, found.done_at is not None


def owed(shop: Shop) -> set[str]:
    with shop.store.read() as tx:
        ids = conversations.ids(tx, parse("is:owed"), shop.hands())
        return {each.subject for each in conversations.page(tx, ids)}


def test_done_ends_the_sellers_own_promise_and_undo_brings_it_back(shop: Shop) -> None:
    """A wrong key costs one more key, never a buyer."""
    lamp = shop.uid("Lamp")

    shop.triage.done([lamp])
    after = state(shop, lamp)
    undone = shop.triage.undo()

    assert after == (False, True)
    assert undone is not None
    assert undone.verb is Verb.DONE
    assert undone.conversations == (lamp,)
    assert state(shop, lamp) == (True, False)


def test_done_ends_only_what_was_there_to_be_seen(shop: Shop) -> None:
    """A question the server took before the key but that came in after it was never read."""
    lamp = shop.uid("Lamp")

    shop.triage.done([lamp])
    shop.take(wrote("Kate O'Neil", "And does it come with a bulb?", ago=hours(0.1), subject="Lamp"))

    assert state(shop, lamp) == (True, False)


def test_a_buyers_own_braces_in_the_subject_do_not_hold_up_an_answer(shop: Shop) -> None:
    """Only places of our own canned responses must be filled in, not a stranger's words."""
    shop.take(wrote("Bo Bach", "My order?", ago=hours(1), subject="{{ order.number }}"))

    item = shop.triage.reply(shop.uid("{{ order.number }}"), "It left yesterday.")

    assert item.reply.subject == "Re: {{ order.number }}"


def test_what_one_key_did_to_many_is_undone_by_one_key(shop: Shop) -> None:
    """Selecting thirty rows and pressing the wrong key would else be thirty undos."""
    both = [shop.uid("Lamp"), shop.uid("Paket 1001")]

    shop.triage.done(both)
    shop.triage.undo()

    assert {state(shop, uid) for uid in both} == {(True, False)}


def test_redo_does_again_what_was_undone_until_something_new_is_done(shop: Shop) -> None:
    """Redo after a new action would land on something it never knew."""
    lamp, parcel = shop.uid("Lamp"), shop.uid("Paket 1001")
    shop.triage.done([lamp])
    shop.triage.undo()

    redone = shop.triage.redo()
    after = state(shop, lamp)
    shop.triage.undo()
    shop.triage.star([parcel])

    assert redone is not None
    assert after == (False, True)
    assert shop.triage.redo() is None


def test_looking_at_a_conversation_is_nothing_to_undo(shop: Shop) -> None:
    """Undo means the last thing the seller did, not the last thing they read."""
    lamp = shop.uid("Lamp")
    shop.triage.done([lamp])

    shop.triage.opened(shop.uid("Paket 1001"))
    undone = shop.triage.undo()

    assert undone is not None
    assert undone.verb is Verb.DONE
    assert state(shop, lamp) == (True, False)


def test_reading_and_unreading_are_undone_too(shop: Shop) -> None:
    """A message marked read by accident must not be lost among the read ones."""
    lamp = shop.uid("Lamp")

    shop.triage.read([lamp])
    with shop.store.read() as tx:
        read = conversations.get(tx, lamp).unread
    shop.triage.undo()

    with shop.store.read() as tx:
        assert (read, conversations.get(tx, lamp).unread) == (False, True)


def test_what_was_so_before_stays_so_when_it_is_taken_back(shop: Shop) -> None:
    """`U` on what was unread, then `z`: it must not be lost among the read, here or there."""
    lamp, paper = shop.uid("Lamp"), shop.uid("Paket 1001")
    shop.triage.unread([lamp])
    shop.triage.undo()
    shop.triage.done([lamp])
    shop.triage.read([paper])
    shop.triage.read([lamp, paper])
    shop.triage.done([lamp])
    shop.triage.undo()
    shop.triage.undo()

    with shop.store.read() as tx:
        assert [conversations.get(tx, each).unread for each in (lamp, paper)] == [True, False]
        told = untold.due(tx, MAIL, shop.hands(), 9)
    assert {(word.conversation, word.mark) for word in told} == {
        (lamp, Mark.UNSEEN),
        (lamp, Mark.ARCHIVED),
        (paper, Mark.SEEN),
    }


def test_a_sender_who_is_no_buyer_owes_nothing_in_any_conversation(tmp_path: Path) -> None:
    """One key silences a supplier for ever, and undo gives every question back."""
    found = [
        wrote("Sam Supply", "Please pay", ago=hours(3), subject="Invoice 1"),
        wrote("Sam Supply", "Please pay", ago=hours(2), subject="Invoice 2"),
        wrote("Kate O'Neil", "Where?", ago=hours(1), subject="Lamp"),
    ]
    with open_shop(tmp_path, found) as shop:
        shop.triage.not_a_buyer([shop.uid("Invoice 1")])
        after = owed(shop)
        shop.triage.undo()

        assert after == {"Lamp"}
        assert owed(shop) == {"Invoice 1", "Invoice 2", "Lamp"}


def test_a_whole_domain_can_be_no_buyer(tmp_path: Path) -> None:
    """A marketplace's notices come from many addresses of one domain."""
    found = [
        wrote("A", "x", ago=hours(3), subject="One", address="a@notices.example"),
        wrote("B", "x", ago=hours(2), subject="Two", address="b@notices.example"),
        wrote("C", "x", ago=hours(1), subject="Three", address="c@mynotices.example"),
    ]
    with open_shop(tmp_path, found) as shop:
        shop.triage.not_a_buyer([shop.uid("One")], domain=True)

        assert owed(shop) == {"Three"}


def test_an_answer_goes_to_who_asked_from_the_address_they_wrote_to(tmp_path: Path) -> None:
    """A buyer who wrote to an alias must not learn another address of ours."""
    asked = wrote("Kate O'Neil", "Where?", ago=hours(2), subject="Lamp", to="Hello@Example.com")
    with open_shop(tmp_path, [asked]) as shop:
        item = shop.triage.reply(shop.uid("Lamp"), "It ships today.")

        reply = item.reply
        assert reply.sender == Party("Lamps & Co", "Hello@Example.com")
        assert reply.recipients == (Party("Kate O'Neil", "kate@example.org"),)
        assert reply.subject == "Re: Lamp"
        assert reply.in_reply_to == asked.message_id
        assert reply.references == (asked.message_id,)
        assert reply.answers == asked.places
        assert reply.text == "It ships today.\n"
        assert reply.key.endswith("@Example.com")
        assert shop.nudged == [MAIL]


def test_an_address_in_letters_of_its_own_still_has_a_plain_message_id(tmp_path: Path) -> None:
    """Servers that know only ASCII would change the name by which the answer is known again."""
    ours = "hallo@läden.example"
    terms = replace(TERMS, addresses=frozenset({ours}), address_order=(ours,))
    asked = wrote("Kate O'Neil", "Where?", ago=hours(2), subject="Lamp", to=ours)
    with open_shop(tmp_path, [asked], terms=terms) as shop:
        item = shop.triage.reply(shop.uid("Lamp"), "It ships today.")

        assert item.reply.sender.address == ours
        assert item.reply.key.isascii()


def test_an_answer_goes_to_reply_to_with_its_case_kept(tmp_path: Path) -> None:
    """A relay finds the conversation by what stands after the plus."""
    relay = Party("Kate", "abc123+Case-9@marketplace.amazon.co.uk")
    asked = replace(
        wrote("Kate O'Neil", "Where?", ago=hours(2), subject="AW: Lamp"), reply_to=(relay,)
    )
    with open_shop(tmp_path, [asked]) as shop:
        parts = shop.triage.reply_parts(shop.uid("AW: Lamp"))

        assert parts.recipients == (relay,)
        assert parts.subject == "AW: Lamp"


def test_references_keep_the_first_and_the_newest(tmp_path: Path) -> None:
    """A header without end would be refused by a server, and the answer with it."""
    many = tuple(f"m{number}@example.org" for number in range(60))
    asked = replace(wrote("Kate", "Where?", ago=hours(2), subject="Lamp"), references=many)
    with open_shop(tmp_path, [asked]) as shop:
        found = shop.triage.reply_parts(shop.uid("Lamp")).references

        assert len(found) == 20
        assert found[0] == "m0@example.org"
        assert found[-1] == asked.message_id


def test_what_breaks_a_header_never_reaches_one(tmp_path: Path) -> None:
    """A buyer could else write Bcc lines into our answer."""
    asked = replace(
        wrote("Kate", "Where?", ago=hours(2), subject="Lamp\r\nBcc: all@example.org"),
        reply_to=(Party("Kate\r\nBcc: x@example.org", "kate@example.org"),),
    )
    with open_shop(tmp_path, [asked]) as shop:
        with shop.store.read() as tx:
            (uid,) = conversations.ids(tx, parse(""), shop.hands())
        parts = shop.triage.reply_parts(uid)

        heads = (parts.subject, parts.recipients[0].name, *parts.references)
        assert all("\n" not in head and "\r" not in head for head in heads)


def test_the_quote_below_is_theirs_and_comes_off_again(tmp_path: Path) -> None:
    """Taking a reply back must give the seller their own words, not the buyer's."""
    words = "Where is it?\nPlease.\n\nOn Thu, 19 Nov 2026 at 09:00, Lamps & Co wrote:\n> Soon.\n"
    asked = wrote("Kate", words, ago=hours(2), subject="Lamp")
    with open_shop(tmp_path, [asked], terms=replace(TERMS, quote_below=True)) as shop:
        uid = shop.uid("Lamp")

        item = shop.triage.reply(uid, "It ships today.")
        shop.triage.cancel(item.key)

        assert item.reply.text == (
            "It ships today.\n\nOn 2026-11-20 10:00 UTC, Kate wrote:\n> Where is it?\n> Please.\n"
        )
        draft = shop.triage.draft(uid)
        assert draft is not None
        assert draft.text == "It ships today."


def test_a_queued_answer_stops_no_clock(shop: Shop) -> None:
    """An answer that sits in our outbox is late all the same."""
    lamp = shop.uid("Lamp")

    item = shop.triage.reply(lamp, "It ships today.")

    with shop.store.read() as tx:
        found = conversations.get(tx, lamp)
        shown = [each.delivery for each in messages.heads(tx, lamp)]
    assert item.send_after == shop.hands() + hours(10 / 3600)
    assert found.owed
    assert found.unsent is Delivery.QUEUED
    assert shown == [None, Delivery.QUEUED]


def test_undo_within_the_window_gives_the_words_back(shop: Shop) -> None:
    """The second thought always comes right after the key."""
    lamp = shop.uid("Lamp")
    item = shop.triage.reply(lamp, "It ships today.")

    undone = shop.triage.undo()
    redone = shop.triage.redo()

    assert undone is not None
    assert undone.withdrawn == item.key
    assert redone is not None
    assert redone.verb is None
    draft = shop.triage.draft(lamp)
    assert draft is not None
    assert draft.text == "It ships today."
    with shop.store.read() as tx:
        assert outbox.every(tx) == []
        assert [each.delivery for each in messages.heads(tx, lamp)] == [None]


def test_undo_passes_over_a_reply_that_has_left_and_says_so(shop: Shop) -> None:
    """Nobody may believe that a sent answer was taken back."""
    lamp, parcel = shop.uid("Lamp"), shop.uid("Paket 1001")
    shop.triage.done([parcel])
    item = shop.triage.reply(lamp, "It ships today.")
    with shop.store.write() as tx:
        outbox.put(tx, replace(item, state=Delivery.SENDING, left=True))

    undone = shop.triage.undo()

    assert undone is not None
    assert undone.passed_over == (item.key,)
    assert undone.verb is Verb.DONE
    assert state(shop, parcel) == (True, False)
    with shop.store.read() as tx:
        assert outbox.get(tx, item.key).state is Delivery.SENDING


def test_any_one_thing_is_taken_back_but_no_reply_that_has_left(shop: Shop) -> None:
    """The journal offers everything; what a buyer has read is past taking back."""
    lamp, parcel = shop.uid("Lamp"), shop.uid("Paket 1001")
    starred = shop.triage.star([lamp])
    shop.triage.done([parcel])
    item = shop.triage.reply(lamp, "It ships today.")
    with shop.store.read() as tx:
        (sent,) = {fact.group for fact in journal.newest(tx, 9) if fact.verb is Verb.REPLY}

    undone = shop.triage.turn(starred)
    with shop.store.write() as tx:
        assert not conversations.get(tx, lamp).starred
        outbox.put(tx, replace(item, state=Delivery.SENDING, left=True))
    refused = shop.triage.turn(sent)
    with shop.store.write() as tx:
        outbox.put(tx, item)
    withdrawn = shop.triage.turn(sent)

    assert undone is not None
    assert (undone.verb, undone.conversations) == (Verb.STAR, (lamp,))
    assert refused is None
    assert withdrawn is not None
    assert withdrawn.withdrawn == item.key
    assert shop.triage.turn(sent) is None
    assert shop.triage.turn("nothing") is None
    assert state(shop, parcel)[1]


def test_what_has_left_is_neither_cancelled_nor_sent_again(shop: Shop) -> None:
    """Sending twice is worse than waiting."""
    item = shop.triage.reply(shop.uid("Lamp"), "It ships today.")
    with shop.store.write() as tx:
        outbox.put(tx, replace(item, state=Delivery.SENDING, left=True))

    with pytest.raises(AlreadyLeft):
        shop.triage.cancel(item.key)
    with pytest.raises(AlreadyLeft):
        shop.triage.retry(item.key)


@pytest.mark.parametrize("stuck", [Delivery.REFUSED, Delivery.UNSURE])
def test_the_seller_decides_about_a_stuck_reply(shop: Shop, stuck: Delivery) -> None:
    """A refused answer must not stay unseen, an unsure one not be guessed."""
    lamp = shop.uid("Lamp")
    item = shop.triage.reply(lamp, "It ships today.")
    with shop.store.write() as tx:
        outbox.put(tx, replace(item, state=stuck, left=True, error="no"))

    again = shop.triage.retry(item.key)

    assert (again.state, again.left, again.error) == (Delivery.QUEUED, False, "")
    with shop.store.read() as tx:
        assert outbox.ready(tx, MAIL, shop.hands()) == [again]


@pytest.mark.parametrize(
    ("text", "refusal"),
    [("", EmptyReply), ("  \n", EmptyReply), ("Dear {{ customer.first_name }},", Unfilled)],
)
def test_what_must_not_go_out_is_refused(shop: Shop, text: str, refusal: type[Exception]) -> None:
    """An empty answer, or one with holes, is worse than none."""
    with pytest.raises(refusal):
        shop.triage.reply(shop.uid("Lamp"), text)

    with shop.store.read() as tx:
        assert outbox.every(tx) == []


def test_a_placeholder_in_the_subject_is_refused_too(shop: Shop) -> None:
    """A subject is read first."""
    with pytest.raises(Unfilled):
        shop.triage.reply(shop.uid("Lamp"), "Hello", subject="Order {{ order.number }}")


def test_an_answer_longer_than_the_service_takes_is_refused_here(shop: Shop) -> None:
    """The service would refuse it after the window, when nobody looks."""
    learn(shop, Capabilities(max_reply_chars=10))

    with pytest.raises(TooLong) as refused:
        shop.triage.reply(shop.uid("Lamp"), "eleven char")

    assert (refused.value.length, refused.value.limit) == (11, 10)


def test_who_cannot_be_answered_is_said(tmp_path: Path) -> None:
    """Our own notes to ourselves have nobody to answer to."""
    ours = answered(wrote("Kate", "x", ago=hours(3), subject="Lamp"), "Hello?", ago=hours(2))
    mine = wrote("Us", "A note", ago=hours(1), subject="Note", address=US)
    with open_shop(tmp_path, [ours, mine]) as shop:
        for subject in ("Re: Lamp", "Note"):
            with pytest.raises(NothingToAnswer):
                shop.triage.reply(shop.uid(subject), "Hello")


def test_a_draft_is_kept_until_its_words_are_sent(shop: Shop) -> None:
    """Closing the lid in the middle of a sentence loses nothing."""
    lamp = shop.uid("Lamp")

    shop.triage.save_draft(lamp, "It sh", "Re: Lamp")
    kept = shop.triage.draft(lamp)
    shop.triage.reply(lamp, "It ships.")

    assert kept is not None
    assert kept.text == "It sh"
    assert shop.triage.draft(lamp) is None


def test_both_moments_of_queueing_are_named(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test can pull the plug before and after the reply is safe."""
    passed: list[str] = []
    monkeypatch.setattr(steps, "hook", passed.append)

    shop.triage.reply(shop.uid("Lamp"), "It ships.")

    assert passed == ["reply.before_queue", "reply.queued"]


def test_verdicts_made_under_other_rules_are_made_again(shop: Shop) -> None:
    """A promise changed in the configuration counts from the next start on."""
    other = replace(shop.book, rules=(), hash="another")

    count = Triage(shop.store, other, shop.hands).freshen()

    assert count == 4, "the newsletter hangs on no rule"
    assert owed(shop) == set()
