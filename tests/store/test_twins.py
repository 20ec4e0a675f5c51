"""The same question by mail and by a service's API: one row, one clock, no words lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.values import Direction, Message, Party
from inbox.core.model import AccountUid
from inbox.store import messages
from inbox.store.database import Store
from tests.store.making import ACCOUNT, HOUR, ME, NOON, OTHER, assert_whole, listed, question, take

WORDS = "Does the lamp come with a plug for Poland?"
MINUTE = timedelta(minutes=1)


def told(number: int = 1, **changes: object) -> Message:
    """Return a question as the service's API tells it."""
    fields: dict[str, object] = {
        "remote_id": f"api-{number}",
        "sender": Party("anna_1977", "anna_1977"),
        "service": "ebay",
        "conversation_ref": "c1",
        "item_ref": "110123456789",
        "subject": "",
        "message_id": "",
        "places": (),
        "text": WORDS,
        "body_digest": f"api-digest-{number}",
    }
    return question(number, **{**fields, **changes})


def mailed(number: int = 1, **changes: object) -> Message:
    """Return the mail that the service sends about it, a minute later."""
    relay = "k3s9@members.ebay.com"
    fields: dict[str, object] = {
        "accepted_at": NOON + timedelta(minutes=number) + MINUTE,
        "sender": Party("anna_1977", relay),
        "buyer_ref": relay,
        "service": "ebay",
        "item_ref": "110123456789",
        "subject": "anna_1977 has sent a question about item #110123456789",
        "text": WORDS.replace(" ", "\n", 1),
    }
    return question(number, **{**fields, **changes})


def by_api(store: Store, *arrived: Message) -> None:
    """Take in what the API told."""
    take(store, arrived, account=OTHER)


@pytest.mark.parametrize("first", ["mail", "API"])
def test_a_question_that_comes_by_both_ways_is_one(store: Store, first: str) -> None:
    """Two rows with two clocks for one question are answered twice, or one is ignored."""
    if first == "mail":
        take(store, [mailed()])
        by_api(store, told())
    else:
        by_api(store, told())
        take(store, [mailed()])

    (only,) = listed(store)
    assert only.account == OTHER
    assert only.message_count == 1
    assert only.due_at == NOON + timedelta(minutes=1, hours=24)
    assert_whole(store)


def test_an_answer_by_the_api_ends_it(store: Store) -> None:
    """The mail must not go on asking."""
    take(store, [mailed()])
    by_api(store, told(), told(2, direction=Direction.OUT, sender=ME, text="It does."))

    assert [each.owed for each in listed(store)] == [False]


@pytest.mark.parametrize(
    "changes",
    [
        {"item_ref": "220000000000"},
        {"item_ref": None, "sender": Party("ben", "k3s9@members.ebay.com")},
        {"service": "etsy"},
        {"sender": Party("ben", "b3n@members.ebay.com"), "buyer_ref": "b3n@members.ebay.com"},
        {"sender": Party("", "b3n@members.ebay.com"), "buyer_ref": "b3n@members.ebay.com"},
    ],
)
def test_less_than_the_same_words_of_the_same_buyer_is_another_question(
    store: Store, changes: dict[str, Any]
) -> None:
    """A question that was hidden as a copy of another one is never answered."""
    by_api(store, told())
    take(store, [mailed(**changes)])

    assert [each.owed for each in listed(store)] == [True, True]
    assert_whole(store)


def test_words_that_only_the_mail_has_are_shown_where_the_others_are(store: Store) -> None:
    """The API's history is short: what is older came by mail alone."""
    older = mailed(0, text="Is it still there?", accepted_at=NOON - HOUR)
    take(store, [older, mailed(1)])
    by_api(store, told(1))

    (only,) = listed(store)
    assert only.account == OTHER
    with store.read() as tx:
        texts = [each.message.text for each in messages.of_conversation(tx, only.uid)]
        newest = messages.newest_in(tx, only.uid)
    assert texts == ["Is it still there?", WORDS]
    assert newest is not None
    assert newest.message.remote_id == "api-1"
    assert_whole(store)


def test_a_service_is_told_of_its_own_messages_only(store: Store) -> None:
    """A marketplace knows nothing of folders of a mailbox."""
    take(store, [mailed(0, text="Is it still there?"), mailed(1)])
    by_api(store, told(1, places=mailed(9).places))
    (only,) = listed(store)

    with store.write() as tx:
        assert messages.mark_seen(tx, only.uid, seen=True) == list(mailed(9).places)


def test_two_buyers_with_the_same_words_stay_two(store: Store) -> None:
    """Everyone asks "Hello?" one day."""
    by_api(store, told(1), told(2, sender=Party("ben", "ben"), conversation_ref="c2"))
    take(store, [mailed(1)])

    assert sorted(each.party.name for each in listed(store)) == ["anna_1977", "ben"]


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[AccountUid, Message]]:
    """Draw questions of two buyers, by the API, by mail or by both, some with the same words."""
    made: list[tuple[AccountUid, Message]] = []
    for number in range(draw(st.integers(1, 4))):
        who = draw(st.sampled_from(["anna_1977", "ben"]))
        said = draw(st.sampled_from([WORDS, "Hello?"]))
        relay = f"{who}@members.ebay.com"
        ways = draw(st.sampled_from(["api", "mail", "both"]))
        item = {"anna_1977": "110123456789", "ben": "220000000000"}[who]
        if ways != "mail":
            party = Party(who, who)
            asked = told(number, sender=party, conversation_ref=who, text=said, item_ref=item)
            made.append((OTHER, asked))
        if ways != "api":
            mail = mailed(number, sender=Party(who, relay), buyer_ref=relay, text=said)
            made.append((ACCOUNT, replace(mail, item_ref=item, subject=f"About {item}")))
    return made


@pytest.mark.slow
@settings(max_examples=60)
@given(histories(), st.data())
def test_no_words_are_lost_and_no_clock_hangs_on_the_order(
    arrived: list[tuple[AccountUid, Message]], data: st.DataObject
) -> None:
    """Mail is quick today and slow tomorrow."""
    shuffled = data.draw(st.permutations(arrived))

    owed, seen = _found(arrived)

    assert _found(shuffled) == (owed, seen)
    assert {(each.sender.name, each.text) for _, each in arrived} == seen


def _found(arrived: Sequence[tuple[AccountUid, Message]]) -> tuple[object, set[tuple[str, str]]]:
    """Return whose answers are due when, and which words are shown of whom."""
    with TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "inbox.db")
        for account, message in arrived:
            take(store, [message], account=account)
        assert_whole(store)
        rows = listed(store)
        with store.read() as tx:
            seen = {
                (each.message.sender.name, each.message.text)
                for row in rows
                for each in messages.of_conversation(tx, row.uid)
            }
        store.close()
    return sorted((each.party.name, each.due_at) for each in rows if each.owed), seen
