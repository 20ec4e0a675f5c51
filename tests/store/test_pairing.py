"""A service's notice by mail stands with its case that the API tells: one row, no clock lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.values import Direction, Kind, Message, Origin, Party
from inbox.core.model import AccountUid, Conversation, Verb
from inbox.core.rulebook import terms_for
from inbox.store import derive, journal, messages, pairing, twins
from inbox.store.database import Store
from inbox.view import replying
from tests.store.making import (
    ACCOUNT,
    BOOK,
    HOUR,
    ME,
    NOON,
    OTHER,
    assert_whole,
    inbox_place,
    listed,
    question,
    take,
)

ORDER = "12-34567-89015"
ITEM = "110123456789"
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
UUID = "deeb2fc0-8419-11f1-bed3-7de93eca4a57"
EBAY = Party("eBay", "ebay@ebay.com")


def case(number: int = 1, **changes: object) -> Message:
    """Return an item not received, as eBay's API tells it."""
    fields: dict[str, object] = {
        "remote_id": f"inquiry {number}",
        "sender": Party("anna_1977", "anna_1977"),
        "service": "ebay",
        "kind": Kind.INQUIRY,
        "conversation_ref": f"inquiry {5_000_000_000 + number}",
        "buyer_ref": "anna_1977",
        "item_ref": ITEM,
        "subject": "Item not received",
        "text": "The buyer says that the item did not arrive.",
        "message_id": "",
        "places": (),
        "answerable": False,
        "storefront": "de",
        "body_digest": f"case-{number}",
    }
    return question(number, **{**fields, **changes})


def notice(number: int = 1, **changes: object) -> Message:
    """Return the mail that eBay sends about it, in other words, a minute later."""
    fields: dict[str, object] = {
        "accepted_at": NOON + timedelta(minutes=number) + MINUTE,
        "sender": Party("anna_1977", "ebay@ebay.com"),
        "service": "ebay",
        "kind": Kind.INQUIRY,
        "item_ref": ITEM,
        "subject": "anna_1977 hasn't received an item: Blue kettle",
        "text": "Please respond by Nov 25. Buyer's comment: it is a birthday present!",
        "answerable": False,
    }
    return question(number, **{**fields, **changes})


def take_both(store: Store, told: Sequence[Message], mailed: Sequence[Message], first: str) -> None:
    """Take in what the API told and what came by mail, one of them first."""
    if first == "mail":
        take(store, mailed)
    take(store, told, account=OTHER)
    if first == "API":
        take(store, mailed)


def only(store: Store) -> Conversation:
    """Return the one conversation there is."""
    (found,) = listed(store)
    return found


def texts(store: Store, row: Conversation) -> list[str]:
    """Return what is shown of a conversation, oldest first."""
    with store.read() as tx:
        return [each.message.text for each in messages.of_conversation(tx, row.uid)]


def due_of(message: Message) -> datetime:
    """Return when the tests' one rule wants an answer."""
    return message.accepted_at + 24 * HOUR


@pytest.mark.parametrize("first", ["mail", "API"])
@pytest.mark.parametrize(
    ("told", "mailed"),
    [
        ({}, {}),
        ({"order_ref": ORDER}, {"order_ref": ORDER, "sender": EBAY, "item_ref": None}),
        ({}, {"conversation_ref": "ebay:inquiry 5000000001", "sender": EBAY, "item_ref": None}),
        (
            {"conversation_ref": "inquiry PP-R-ABC-1"},
            {"conversation_ref": "ebay:inquiry pp-r-abc-1", "item_ref": "other"},
        ),
        (
            {"service": "mirakl", "kind": Kind.MESSAGE, "conversation_ref": UUID},
            {
                "service": "email",
                "kind": Kind.MESSAGE,
                "sender": Party("Leroy", "no-reply@leroy.example"),
                "text": f"You have a message: https://leroy.example/inbox/{UUID.upper()}?a=1",
                "item_ref": None,
                "answerable": True,
            },
        ),
    ],
)
def test_a_notice_in_other_words_is_in_the_row_of_its_case(
    store: Store, first: str, told: dict[str, Any], mailed: dict[str, Any]
) -> None:
    """Two rows with two clocks for one case: one is acted on, the other goes late for nothing."""
    here, there = notice(**mailed), case(**told)
    take_both(store, [there], [here], first)

    row = only(store)
    assert (row.account, row.due_at) == (OTHER, due_of(there))
    assert (row.party.name, row.storefront) == ("anna_1977", "de")
    assert texts(store, row) == [there.text, here.text]
    assert_whole(store)


@pytest.mark.parametrize("first", ["mail", "API"])
@pytest.mark.parametrize(
    "changes",
    [
        {"kind": Kind.RETURN},
        {"item_ref": "220000000000"},
        {"sender": EBAY},
        {"sender": Party("ben", "ebay@ebay.com")},
        {"service": "etsy"},
        {"conversation_ref": "ebay:inquiry 77", "sender": EBAY},
        {"accepted_at": NOON + 26 * HOUR},
        {"origin": Origin.FORGED, "conversation_ref": "ebay:inquiry 5000000001"},
    ],
)
def test_what_is_not_surely_the_same_case_stays_a_row_of_its_own(
    store: Store, first: str, changes: dict[str, Any]
) -> None:
    """A case that hides in another one's row is lost by default, with the money."""
    take_both(store, [case()], [notice(**changes)], first)

    assert [each.owed for each in listed(store)] == [True, True]
    assert_whole(store)


def test_a_notice_asks_again_when_its_case_was_dealt_with_before(store: Store) -> None:
    """What comes after our answer may say something new: the buyer did not leave it at that."""
    answered = case(2, direction=Direction.OUT, sender=ME, text="It is at the post office.")
    late = notice(accepted_at=NOON + 3 * HOUR)
    take_both(store, [case(conversation_ref="c"), _of(answered, "c")], [late], "API")

    assert only(store).due_at == due_of(late)


def test_the_answer_to_a_case_answers_its_notice(store: Store) -> None:
    """What was dealt with at the marketplace must not go on asking."""
    answered = case(90, direction=Direction.OUT, sender=ME, text="It is at the post office.")
    told = [case(conversation_ref="c"), _of(answered, "c")]
    take_both(store, told, [notice()], "mail")

    assert not only(store).owed


def test_a_notice_asks_where_what_it_speaks_of_may_not(store: Store) -> None:
    """The case is from before the account owes anything; its reminder is of today."""
    old = case(accepted_at=NOON - 15 * DAY, conversation_ref="inquiry 5")
    reminder = notice(conversation_ref="ebay:inquiry 5")
    take_both(store, [old], [reminder], "API")

    row = only(store)
    assert (row.account, row.due_at) == (OTHER, due_of(reminder))


def test_a_case_is_called_as_its_service_calls_it(store: Store) -> None:
    """A mail that is quicker than the API must not name the row in words of its own."""
    early = notice(accepted_at=NOON - MINUTE)
    take_both(store, [case()], [early], "mail")

    assert only(store).subject == case().subject


def test_only_the_notice_of_a_case_leaves_the_mails_about_its_order(store: Store) -> None:
    """A sale, a return and a lost parcel of one order are three matters, and eBay mails of all."""
    about = {"order_ref": ORDER, "sender": EBAY, "item_ref": None}
    sale = notice(1, **about, kind=Kind.NOTICE, automatic=True, subject="Sold", text="Ship now")
    lost = notice(2, **about)
    back = notice(3, **about, kind=Kind.RETURN, subject="Return 9")
    take(store, [sale, lost, back])
    told = [
        case(2, order_ref=ORDER),
        case(3, order_ref=ORDER, kind=Kind.RETURN, conversation_ref="return 9", text="Back"),
    ]
    take(store, told, account=OTHER)

    shown = sorted((each.kind, texts(store, each)) for each in listed(store))
    assert shown == [
        (Kind.INQUIRY, [told[0].text, lost.text]),
        (Kind.NOTICE, [sale.text]),
        (Kind.RETURN, [told[1].text, back.text]),
    ]
    assert_whole(store)


def test_what_the_seller_said_of_a_notice_goes_along_with_it(store: Store) -> None:
    """A tag that was set in the hour before the API told of the case must not be lost."""
    (taken,) = take(store, [notice()])
    with store.write(durable=True) as tx:
        journal.add(
            tx, at=NOON, verb=Verb.TAG, conversation=taken.conversation, arguments={"name": "late"}
        )
        derive.derive(tx, [taken.conversation], BOOK)
    take(store, [case()], account=OTHER)

    assert only(store).tags == ("late",)


@pytest.mark.parametrize("first", ["mail", "API"])
def test_a_buyers_mail_about_the_same_order_is_in_the_same_row(store: Store, first: str) -> None:
    """One buyer, one order, one conversation: half of it elsewhere is answered without knowing."""
    relay = "k3s9@members.ebay.com"
    talk = {"kind": Kind.MESSAGE, "answerable": True, "order_ref": ORDER}
    asked = case(1, **talk, text="Where is it?", conversation_ref="c1")
    again = notice(
        200, **talk, sender=Party("anna_1977", relay), buyer_ref=relay, text="And a bill, please."
    )
    take_both(store, [asked], [again], first)

    row = only(store)
    assert (row.account, row.due_at) == (OTHER, due_of(asked))
    assert texts(store, row) == [asked.text, again.text]
    with store.read() as tx:
        newest = messages.newest_in(tx, row.uid)
    assert newest is not None
    assert newest.message.remote_id == asked.remote_id


def test_a_buyers_own_words_go_on_asking(store: Store) -> None:
    """A second question by mail alone is not answered by the answer to the first."""
    relay = "k3s9@members.ebay.com"
    talk = {"kind": Kind.MESSAGE, "answerable": True}
    asked = case(1, **talk, text="Where is it?", conversation_ref="c1")
    ours = case(30, **talk, direction=Direction.OUT, sender=ME, conversation_ref="c1")
    again = notice(60, **talk, sender=Party("anna_1977", relay), buyer_ref=relay)
    take_both(store, [asked, ours], [again], "API")

    assert only(store).due_at == due_of(again)


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": Kind.MESSAGE, "text": f"See https://leroy.example/inbox/{UUID}", "item_ref": None},
        {"kind": Kind.MESSAGE, "item_ref": None, "conversation_ref": f"mirakl:{UUID}"},
        {"kind": Kind.MESSAGE, "buyer_ref": "k3s9@members.example", "answerable": True},
    ],
)
def test_an_answer_goes_to_what_the_api_told_whatever_was_mailed_after_it(
    store: Store, changes: dict[str, Any]
) -> None:
    """A notice cannot be answered, and nobody reads what goes to no-reply@: the buyer waits on."""
    service = "email" if "text" in changes else "mirakl"
    sender = Party("Leroy", "no-reply@leroy.example")
    if "buyer_ref" in changes:
        sender = Party("anna_1977", "k3s9@members.example")
    asked = case(service="mirakl", kind=Kind.MESSAGE, conversation_ref=UUID, answerable=True)
    take_both(store, [asked], [notice(9, service=service, sender=sender, **changes)], "API")
    row = only(store)
    with store.read() as tx:
        parts = replying.parts_of(tx, row.uid, terms_for(BOOK, row.account))
        (told,) = (each for each in messages.heads(tx, row.uid) if each.account == OTHER)

    assert parts.answered == told.uid
    assert parts.recipients == (asked.sender,)
    assert (parts.conversation_ref, parts.subject) == (UUID, f"Re: {asked.subject}")


def test_a_row_shows_the_buyers_words_and_not_what_says_that_there_are_some(store: Store) -> None:
    """A list of "You have a new message" says nothing of who is angry."""
    take_both(store, [case()], [notice()], "API")

    assert only(store).snippet == case().text


def test_a_link_that_a_buyer_pastes_moves_nothing(store: Store) -> None:
    """Anybody can know the address of a page; their words are their own conversation."""
    told = case(service="mirakl", kind=Kind.MESSAGE, conversation_ref=UUID)
    pasted = question(2, text=f"What is https://leroy.example/inbox/{UUID} about?")
    take_both(store, [told], [pasted], "API")

    assert len(listed(store)) == 2


def steps_with(folder: Path, number: int) -> int:
    """Return SQLite's steps (in hundreds) to settle that many conversations that are alike."""
    store = Store.open(folder / f"{number}.db")
    alike = [
        case(each, text="Thank you!", conversation_ref=f"c{each}", kind=Kind.MESSAGE)
        for each in range(number)
    ]
    take(store, alike, account=OTHER)
    touched = [row.uid for row in listed(store)]
    steps = 0

    def step() -> int:
        nonlocal steps
        steps += 1
        return 0

    with store.write() as tx:
        tx.sql.set_progress_handler(step, 100)
        twins.settle(tx, touched)
        pairing.settle(tx, touched)
        tx.sql.set_progress_handler(None, 100)
    store.close()
    return steps


@pytest.mark.slow
def test_thousands_who_say_the_same_of_one_item_are_no_burden(tmp_path: Path) -> None:
    """Everybody thanks for the same kettle: looking for their mails must not slow all else down."""
    few, many = steps_with(tmp_path, 200), steps_with(tmp_path, 800)

    assert many < 6 * few + 20


Arrived = tuple[AccountUid, Message]


@st.composite
def histories(draw: st.DrawFn) -> list[Arrived]:
    """Draw cases of two buyers by the API, by mail or by both, some with the same order."""
    made: list[Arrived] = []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        who = draw(st.sampled_from(["anna_1977", "ben"]))
        kind = draw(st.sampled_from([Kind.INQUIRY, Kind.RETURN]))
        item = draw(st.sampled_from([ITEM, "220000000000"]))
        about = {"kind": kind, "item_ref": item, "text": f"case {number}"}
        ways = draw(st.sampled_from(["api", "mail", "both"]))
        if ways != "mail":
            there = case(number, **about, sender=Party(who, who), buyer_ref=who)
            made.append((OTHER, there))
        if ways != "api":
            named = f"ebay:inquiry {5_000_000_000 + number}" if draw(st.booleans()) else None
            about["text"] = f"notice {number}"
            here = notice(number, **about, sender=Party(who, EBAY.address), conversation_ref=named)
            made.append((ACCOUNT, here))
    return made


@pytest.mark.slow
@settings(max_examples=150)
@given(histories(), st.data())
def test_every_case_asks_and_every_word_is_shown_whatever_came_first(
    arrived: list[Arrived], data: st.DataObject
) -> None:
    """Mail is quick today and slow tomorrow; a deadline must not hang on it."""
    shuffled = data.draw(st.permutations(arrived))

    owed, seen = _found(shuffled)

    assert {message.text for _, message in arrived} == seen
    assert owed == _found(arrived)[0]


def _found(arrived: Sequence[Arrived]) -> tuple[list[tuple[str, object]], set[str]]:
    """Return whose answers are due when, each case once, and which words are shown."""
    with TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "inbox.db")
        for account, message in arrived:
            take(store, [message], account=account)
        assert_whole(store)
        rows = listed(store)
        seen = {text for row in rows for text in texts(store, row)}
        store.close()
    return sorted((row.party.name, row.due_at) for row in rows if row.owed), seen


def _of(message: Message, ref: str) -> Message:
    """Return the message in that conversation."""
    return replace(message, conversation_ref=ref, places=(inbox_place(7),))
