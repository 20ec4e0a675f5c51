"""A verdict once given stays, whatever becomes of the rules; what is open follows them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tinydb import where

from connectors.values import Message
from inbox.core.model import ConversationUid, Verb
from inbox.core.obligations import Book, Owner, make_book
from inbox.store import conversations, derive, doctor, journal, linking, verdicts
from inbox.store.database import Store
from inbox.store.instants import micros
from tests.store.making import ACCOUNT, BOOK, HOUR, NOON, RULE, TERMS, answer, question, take

STRICT = make_book([replace(RULE, target=HOUR)], [TERMS])
LENIENT = make_book([replace(RULE, target=timedelta(days=3))], [TERMS])
NONE = make_book([], [TERMS])
PLATFORM = replace(RULE, id="bazaar.reply", owner=Owner.SERVICE)


def kept(store: Store, uid: ConversationUid) -> list[tuple[Any, ...]]:
    """Return rule, hours to the due instant, hours to the answer and verdict of each row."""
    with store.read() as tx:
        rows = verdicts.of_conversations(tx, [uid]).get(uid, {}).values()
    return [
        (
            row.rule,
            None if row.due_at is None else (row.due_at - row.opened_at) / 3_600_000_000,
            None if row.met_at is None else (row.met_at - row.opened_at) / 3_600_000_000,
            row.missed,
        )
        for row in sorted(rows, key=lambda each: each.opened_at)
    ]


FIRST = question(1, accepted_at=NOON)


def ask(store: Store, message: Message = FIRST) -> ConversationUid:
    return take(store, [message])[0].conversation


def answered(store: Store, hours: float, message: Message = FIRST) -> None:
    take(store, [answer(9, message, accepted_at=NOON + hours * HOUR)])


def derived(store: Store, uid: ConversationUid, book: Book) -> None:
    with store.write() as tx:
        derive.derive(tx, [uid], book)


@pytest.fixture
def asked(store: Store) -> ConversationUid:
    """Return a conversation with one question, asked at noon."""
    return ask(store)


@pytest.mark.parametrize("book", [STRICT, LENIENT, NONE], ids=["strict", "lenient", "none"])
def test_what_was_missed_stays_missed_under_any_rule(
    store: Store, asked: ConversationUid, book: Book
) -> None:
    """A promise made longer afterwards does not make yesterday's answer come in time."""
    derive.refresh(store, BOOK, NOON + 25 * HOUR)

    derive.refresh(store, book, NOON + 26 * HOUR)

    assert kept(store, asked) == [("email.24h", 24, None, 1)]
    with store.read() as tx:
        shown = conversations.get(tx, asked)
    assert shown.due_at == (None if book is NONE else NOON + 24 * HOUR)


@pytest.mark.parametrize("book", [STRICT, LENIENT, NONE], ids=["strict", "lenient", "none"])
def test_what_was_met_stays_met_under_any_rule(
    store: Store, asked: ConversationUid, book: Book
) -> None:
    """A promise made stricter does not turn good answers of last month into late ones."""
    answered(store, 5)

    derive.refresh(store, book, NOON + 26 * HOUR)

    assert kept(store, asked) == [("email.24h", 24, 5, 0)]


@pytest.mark.parametrize(("book", "hours"), [(STRICT, 1), (LENIENT, 72)])
def test_the_sellers_open_promise_follows_the_rules_of_today(
    store: Store, asked: ConversationUid, book: Book, hours: int
) -> None:
    """Nothing was decided yet, so what the seller promises now is what counts."""
    derive.refresh(store, book, NOON + 23 * HOUR)

    assert kept(store, asked)[0][:3] == ("email.24h", hours, None)


def test_what_is_open_under_a_rule_that_is_no_more_goes(
    store: Store, asked: ConversationUid
) -> None:
    """Nobody promises it any longer, and nothing was decided."""
    derive.refresh(store, NONE, NOON + HOUR)

    assert kept(store, asked) == []


def test_a_platforms_open_clock_stays_under_the_version_of_its_opening(store: Store) -> None:
    """A platform that shortens its time from today on cannot mean what was asked yesterday.

    Even where the data of the new version no longer holds the old one.
    """
    before = make_book([PLATFORM], [TERMS])
    later = replace(PLATFORM, target=6 * HOUR, valid_from=NOON + HOUR)
    with_both, alone = make_book([PLATFORM, later], [TERMS]), make_book([later], [TERMS])
    uid = ask(store)
    derived(store, uid, before)

    for book in (with_both, alone):
        derive.refresh(store, book, NOON + 2 * HOUR)

        assert kept(store, uid) == [("bazaar.reply", 24, None, None)]


def test_an_answer_that_was_in_time_but_seen_late_still_counts(
    store: Store, asked: ConversationUid
) -> None:
    """A reply from the phone while this machine slept was in time for the platform."""
    derive.refresh(store, BOOK, NOON + 30 * HOUR)
    assert kept(store, asked) == [("email.24h", 24, None, 1)]

    answered(store, 23)

    assert kept(store, asked) == [("email.24h", 24, 23, 0)]


def test_missed_is_missed_at_the_due_instant_not_when_we_noticed(store: Store) -> None:
    """A laptop opened on Monday does not move Friday's failure to Monday."""
    ask(store)
    with store.write() as tx:
        counts = [verdicts.settle(tx, NOON + hours * HOUR) for hours in (24, 60, 61)]
        [row] = verdicts.of_rule(tx, RULE.id, NOON, ACCOUNT)

    assert counts == [0, 1, 0]  # at the due instant itself it is not late yet
    assert (row.due_at, row.missed) == (micros(NOON + 24 * HOUR), 1)


def test_a_sender_called_no_buyer_leaves_no_verdict_behind(
    store: Store, asked: ConversationUid
) -> None:
    """What was never a question was never missed."""
    derive.refresh(store, BOOK, NOON + 30 * HOUR)
    with store.write() as tx:
        journal.add(
            tx,
            at=NOON + 31 * HOUR,
            verb=Verb.NOT_A_BUYER,
            conversation=asked,
            arguments={"pattern": "anna@buyers.example"},
            group="g",
        )
        derive.derive(tx, [asked], BOOK)

    assert kept(store, asked) == []


def test_verdicts_follow_a_merge(store: Store) -> None:
    """Two conversations that turn out to be one keep what was decided in both."""
    one = ask(store)
    two = ask(store, question(2, accepted_at=NOON + HOUR))
    derive.refresh(store, BOOK, NOON + 30 * HOUR)
    assert one != two

    with store.write() as tx:
        linking.merge(tx, two, one)
        derive.derive(tx, [one], LENIENT)

    # The union has one open question since noon; the second is no obligation of its own any more,
    # but it was missed under rules that have changed since.
    assert kept(store, one) == [("email.24h", 24, None, 1), ("email.24h", 24, None, 1)]


def test_every_version_of_a_rule_that_was_used_is_kept(
    store: Store, asked: ConversationUid
) -> None:
    """Explaining last year's verdict needs last year's rule."""
    for book in (BOOK, STRICT, LENIENT):
        derived(store, asked, book)

    with store.read() as tx:
        names = [row[0] for row in tx.sql.execute("SELECT hash FROM rule_versions")]
        targets = sorted(float(str(verdicts.version(tx, name)["target_seconds"])) for name in names)  # type: ignore[index] # all are there

    assert targets == [3_600, 86_400, 259_200]


def test_a_store_with_frozen_verdicts_is_whole(store: Store) -> None:
    """What the doctor makes again must be what stands there."""
    ask(store)
    derive.refresh(store, BOOK, NOON + 30 * HOUR)
    derive.refresh(store, LENIENT, NOON + 31 * HOUR)

    assert list(doctor.examine(store, LENIENT)) == []


def test_a_withdrawn_answer_leaves_one_obligation(store: Store, asked: ConversationUid) -> None:
    """What an answer had split in two is one question again, with one verdict."""
    answered(store, 1)
    again = question(3, accepted_at=NOON + 2 * HOUR, in_reply_to=(FIRST.message_id,))
    assert ask(store, again) == asked
    assert [row[2] for row in kept(store, asked)] == [1, None]

    with store.write() as tx:
        tx.table("messages").remove(where("remote_id") == "sent-9")
        derive.derive(tx, [asked], BOOK)

    assert kept(store, asked) == [("email.24h", 24, None, None)]
