"""What counts as asking and answering: which messages open nothing, and what order means."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from connectors.values import Kind, Message, Party, Place, Role
from inbox.core.conversations import summarise
from inbox.core.model import Delivery, Fact, StoredMessage, Verb
from inbox.core.obligations import (
    Book,
    Event,
    EventKind,
    Owner,
    events_of,
    known,
    obligations,
)
from tests.core.making import NOON, TALK, TERMS, at, ours, rule, said, stored, theirs

NOBODY = frozenset[str]()


def events(
    messages: list[Message | StoredMessage],
    facts: list[Fact] | None = None,
    not_buyers: frozenset[str] = NOBODY,
    owed_since: datetime | None = None,
) -> tuple[Event, ...]:
    heads = [each if isinstance(each, StoredMessage) else stored(each) for each in messages]
    return events_of(heads, facts or [], replace(TERMS, owed_since=owed_since), not_buyers)


def owed(found: tuple[Event, ...]) -> list[datetime | None]:
    return [each.due_at for each in obligations(found, [rule()]) if each.open]


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (theirs(kind=Kind.NOTICE, automatic=True), "notice"),
        (theirs(automatic=True), "automatic"),
        (theirs(who="Sales@Spam.Example"), "not_a_buyer"),
        (theirs(who="wordpress@shop.example", reply_to=["sales@spam.example"]), "not_a_buyer"),
        (theirs(who="x@listed.example"), "not_a_buyer"),
        (theirs(who="x@sub.listed.example"), ""),
        (theirs(who="x@notlisted.example"), ""),
        (theirs(role=Role.JUNK), "junk"),
        (theirs(role=Role.TRASH), "trash"),
        (theirs(role=Role.ARCHIVE), ""),
        (theirs(role=None), ""),
        (theirs(hour=-2), "history"),
        (theirs(hour=-1), ""),
        (replace(theirs(who="shop@shop.example"), claims_to_be_us=True), ""),
    ],
)
def test_each_message_that_opens_nothing_says_why(message: Message, reason: str) -> None:
    """Explain shows the reason, and a wrong one would hide a buyer."""
    patterns = frozenset({"sales@spam.example", "@listed.example"})

    [event] = events([message], not_buyers=patterns, owed_since=at(-1))

    assert (event.kind, event.excluded) == (EventKind.ASKED, reason)


def test_a_copy_in_the_inbox_keeps_a_message_owed_though_another_lies_in_the_trash() -> None:
    """Only what the seller threw away everywhere is thrown away."""
    message = theirs(role=Role.TRASH)
    both = (*message.places, Place("INBOX", "1", "7", Role.INBOX))

    [event] = events([replace(message, places=both)])

    assert event.excluded == ""


def test_a_second_copy_with_another_body_opens_nothing_again() -> None:
    """A list server's footer makes another body, not another question."""
    found = events([theirs(0, remote_id="same"), ours(1), theirs(2, remote_id="same")])

    assert [event.excluded for event in found] == ["", "", "duplicate"]
    assert owed(found) == []


@pytest.mark.parametrize(
    ("delivery", "left"),
    [
        (None, []),
        (Delivery.ACCEPTED, []),
        (Delivery.QUEUED, [at(24)]),
        (Delivery.SENDING, [at(24)]),
        (Delivery.REFUSED, [at(24)]),
        (Delivery.UNSURE, [at(24)]),
    ],
)
def test_only_an_accepted_reply_stops_a_clock(
    delivery: Delivery | None, left: list[datetime]
) -> None:
    """A reply that waits for the network has answered nobody."""
    assert owed(events([theirs(0), stored(ours(1), delivery=delivery)])) == left


def test_an_answer_comes_after_what_it_answers_though_our_clock_is_behind() -> None:
    """A laptop five minutes slow must not leave every answered question owed."""
    found = events([theirs(0.1, message_id="q"), ours(0, answers=["q"])])

    assert owed(found) == []


def test_in_one_second_an_answer_stands_behind_its_question_and_before_any_other() -> None:
    """Servers stamp whole seconds; a question that nobody answered must not get lost in one."""
    answered = events([ours(0, answers=["q"]), theirs(0, message_id="q")])
    crossed = events([ours(0), theirs(0, message_id="q")])

    assert (owed(answered), owed(crossed)) == ([], [at(24)])


def test_a_word_of_the_seller_ends_only_what_was_there_to_be_seen() -> None:
    """The conversation carries what was known, and the fact keeps it."""
    first, second = stored(theirs(0)), stored(theirs(0.5))
    seen = summarise(TALK, [first], [], TERMS, Book(), NOBODY)

    done = said(Verb.DONE, 1, known(seen))

    assert owed(events([first, second], [done])) == [at(24.5)]
    assert owed(events([first], [done])) == []


def test_the_sellers_words_keep_the_order_in_which_they_were_said() -> None:
    """A reply withdrawn makes what is known older, a clock set back makes the word older."""
    reply_was_there = said(Verb.DONE, 3, {"known": at(2).isoformat()})
    withdrawn = said(Verb.REOPEN, 4, {"known": at(0).isoformat()})
    set_back = said(Verb.REOPEN, 1)

    assert owed(events([theirs(0)], [reply_was_there, withdrawn])) == [at(24)]
    assert owed(events([theirs(0)], [reply_was_there, set_back])) == [at(24)]


def test_spam_taken_back_was_never_said() -> None:
    """What a slip of the key hid is owed from its first hour."""
    facts = [said(Verb.SPAM, 1), said(Verb.NOT_SPAM, 2)]

    assert owed(events([theirs(0), theirs(1.5)], facts)) == [at(24)]


def test_mail_in_junk_that_the_seller_calls_not_spam_is_owed() -> None:
    """The seller's word stands above the provider's filter."""
    message = theirs(0, role=Role.JUNK)

    assert owed(events([message], [said(Verb.NOT_SPAM, 1)])) == [at(24)]


def test_reopening_is_heard() -> None:
    """What done ended comes back with its first clock."""
    facts = [said(Verb.DONE, 1), said(Verb.REOPEN, 2), said(Verb.TAG, 3, {"name": "vip"})]

    assert owed(events([theirs(0)], facts)) == [at(24)]


def test_the_order_in_which_messages_are_given_plays_no_part() -> None:
    """Newest first or oldest first, the verdict is one."""
    heads = [stored(each) for each in (theirs(0), ours(1), theirs(2), theirs(2, automatic=True))]

    forward = events_of(heads, [], TERMS, NOBODY)

    assert events_of(heads[::-1], [], TERMS, NOBODY) == forward
    assert [event.at for event in forward] == [NOON, at(1), at(2), at(2)]


def test_a_party_without_address_matches_no_pattern() -> None:
    """An empty sender is broken mail, not everybody."""
    broken = replace(theirs(), sender=Party("", ""))

    [event] = events([broken], not_buyers=frozenset({"@spam.example"}))

    assert event.excluded == ""


def test_what_the_seller_threw_away_here_keeps_a_marketplaces_clock_running() -> None:
    """The mail then lies in the Trash by our own word, and Amazon counts on."""
    lies_there = theirs(0, role=Role.TRASH)
    service = rule(name="amazon.reply", owner=Owner.SERVICE)

    by_us = events([lies_there], [said(Verb.TRASH, 1)])
    by_others = events([lies_there])
    taken_back = events([lies_there], [said(Verb.TRASH, 1), said(Verb.UNTRASH, 2)])

    assert [each.due_at for each in obligations(by_us, [service]) if each.open] == [at(24)]
    assert [each.open for each in obligations(by_us, [rule()])] == [False]
    assert obligations(by_others, [service]) == ()
    assert [each.due_at for each in obligations(taken_back, [rule()]) if each.open] == [at(24)]
