"""What a screen and the JSON show of a store: rows, reading, explanation, outbox, strip."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from canned.language import language_of
from connectors.values import Direction
from inbox.core.model import AccountUid, Conversation, ConversationUid, Delivery, DueState
from inbox.core.query import QueryError, parse
from inbox.store import outbox as store_outbox
from inbox.view import explain, outbox, reading, rows
from inbox.view.asking import query_of
from inbox.view.strip import Course, standing
from tests.screens.shop import MAIL, NOON, US, Shop, answered, hours, open_shop, wrote


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with open_shop(tmp_path) as found:
        yield found


def test_the_list_is_ordered_by_when_an_answer_is_due(shop: Shop) -> None:
    """The top row is always the right one to answer."""
    found = shop.desk.reader.rows("")

    shown = [found.row(index) for index in range(len(found))]
    assert [(row.conversation.subject, row.due_state(NOON)) for row in shown if row] == [
        ("Lamp", DueState.LATE),
        ("Paket 1001", DueState.SOON),
        ("灯的尺寸", DueState.OK),
        ("Deals of the week", DueState.NONE),
        ("Shade", DueState.NONE),
    ]


def test_a_bar_says_how_far_a_first_sync_is() -> None:
    """A number that shrinks says nothing of how long it still takes."""
    course, mail = Course(), AccountUid("mail")

    assert [course.bar(mail, left, 4) for left in (100, 75, 30, 1, 0)] == [
        *("░░░░", "█░░░", "██░░", "███░", ""),
    ]
    assert course.bar(mail, 10, 4) == "░░░░"


def test_rows_load_only_the_pages_that_are_looked_at() -> None:
    """A hundred thousand conversations open as fast as ten."""
    asked: list[int] = []

    def load(uids: Sequence[ConversationUid]) -> list[Conversation]:
        asked.append(len(uids))
        return []

    ids = [ConversationUid(str(number)) for number in range(100_000)]
    found = rows.Rows(ids, load, lambda _each: "mail")

    assert len(found) == 100_000
    assert found.row(50_000) is None
    assert found.row(50_001) is None
    assert found.position(ids[-1]) == 99_999
    assert asked == [rows.PAGE]


def test_json_of_a_row_never_misses_a_key(shop: Shop) -> None:
    """A script may rely on every field, absent values being null."""
    with shop.store.read() as tx:
        listed = rows.listed(tx, shop.book, parse(""), NOON)

    assert listed[0] == {
        "id": shop.uid("Lamp"),
        "account": "mail",
        "service": "email",
        "party": {"name": "Kate O'Neil", "address": "kate@example.org"},
        "subject": "Lamp",
        "order_ref": None,
        "state": "open",
        "snoozed_until": None,
        "owed": True,
        "due_at": NOON - hours(2),
        "due_state": "late",
        "rule": "email.reply",
        "leaves_at": None,
        "held": None,
        "unread": True,
        "has_attachment": False,
        "language": "en",
        "tags": [],
        "last_at": NOON - hours(26),
        "snippet": "Where is my lamp? It should be here.",
    }
    assert all(set(each) == set(listed[0]) for each in listed)


def test_reading_keeps_new_words_and_quoted_ones_apart(shop: Shop) -> None:
    """What is new must not be searched for among what is old."""
    found = shop.desk.reader.reading(shop.uid("Shade"))

    asked, said = found.messages
    assert asked.text == "Thanks, that helps."
    assert "It ships tomorrow." in asked.quoted
    assert [each.name for each in asked.attachments] == ["shade.jpg"]
    assert (said.direction, said.text, said.delivery) == (Direction.OUT, "Glad to hear it.", None)
    with shop.store.read() as tx:
        shown = reading.shown(tx, shop.uid("Shade"), shop.book, NOON)
    assert isinstance(shown["messages"], list)
    assert shown["messages"][0]["quoted"] == asked.quoted


def test_answers_within_our_words_are_new_ones(shop: Shop) -> None:
    """Outlook marks nothing, so only what was said here before tells old from new."""
    asks = "Which colour would you like?\nWhich size would you like?\n\nKind regards, Lamps"
    asked = wrote("Zoe", "A lamp, please.", ago=hours(3), subject="New lamp")
    ours = answered(asked, asks, ago=hours(2))
    head = f"From: Lamps <{US}>\nSent: Friday, November 20, 2026 10:00 AM\nTo: Zoe\nSubject: x\n\n"
    inside = asks.replace("colour would you like?", "colour would you like?\nGreen.")
    answer = wrote("Zoe", f"Hi,\n\n{head}{inside}", ago=hours(1), subject="Re: New lamp")
    shop.take(asked, ours, replace(answer, in_reply_to=(ours.message_id,)))

    found = shop.desk.reader.reading(shop.uid("New lamp"))

    assert [each.text for each in found.messages] == ["A lamp, please.", asks, "Hi,\n\n\nGreen."]
    assert found.messages[-1].quoted.endswith("Kind regards, Lamps")


def test_an_explanation_names_rule_source_and_what_started_the_clock(shop: Shop) -> None:
    """A deadline that cannot be explained is not believed."""
    with shop.store.read() as tx:
        found = explain.explain(tx, shop.uid("Lamp"), shop.book)

    said = "\n".join(explain.words(found, lambda at: f"{at:%d %H:%M}", NOON))
    assert "An answer was due 20 10:00: 2h 0m late, until it is answered." in said
    assert "email.reply: 24 h" in said
    assert "config.toml" in said
    assert "The clock started 19 10:00, with the message from Kate O'Neil." in said
    told = explain.as_json(found, NOON)
    assert (told["owed"], told["due_at"], told["rule"]) == (True, NOON - hours(2), "email.reply")


def test_an_explanation_says_what_was_not_counted_and_why(shop: Shop) -> None:
    """Mail that opens nothing looks like a mistake until it is explained."""
    with shop.store.read() as tx:
        found = explain.explain(tx, shop.uid("Deals of the week"), shop.book)

    said = explain.words(found, lambda at: f"{at:%H:%M}", NOON)
    assert said == (
        "Nothing is owed here.",
        "",
        "Left out",
        "  Not counted: Newsletter, 11:00: it was sent automatically.",
    )


def test_a_clock_that_differs_is_told(tmp_path: Path) -> None:
    """The buyer's mail says Monday, the deadline says Tuesday: someone has to say why."""
    asked = wrote("Kate", "Where?", ago=hours(2), subject="Lamp")
    asked = replace(asked, sent_at=asked.accepted_at - timedelta(minutes=16))
    with open_shop(tmp_path, [asked]) as shop, shop.store.read() as tx:
        found = explain.explain(tx, shop.uid("Lamp"), shop.book)

        assert found.counted[0].claimed_at == asked.sent_at
        assert any("09:44" in line for line in explain.words(found, lambda at: f"{at:%H:%M}", NOON))


def test_the_outbox_shows_first_what_is_not_out(shop: Shop) -> None:
    """A stuck answer must not hide below a hundred sent ones."""
    first = shop.triage.reply(shop.uid("Lamp"), "One")
    shop.hands.on(minutes=1)
    second = shop.triage.reply(shop.uid("Paket 1001"), "Two")
    with shop.store.write() as tx:
        store_outbox.put(
            tx, replace(second, state=Delivery.ACCEPTED, accepted_at=shop.hands(), settled=True)
        )

    found = shop.desk.reader.outbox()

    assert [row.key for row in found] == [first.key, second.key]
    assert outbox.as_json(found[0]) == {
        "key": first.key,
        "conversation": shop.uid("Lamp"),
        "state": "queued",
        "attempts": 0,
        "error": None,
        "created_at": NOON,
        "leaves_at": None,
        "scheduled": None,
        "held": None,
        "form": None,
        "interim": False,
        "subject": "Re: Lamp",
        "to": ["kate@example.org"],
        "cc": [],
        "bcc": [],
        "awaits_files": 0,
    }
    assert [row.key for row in shop.desk.reader.unsent()] == [first.key]


def test_the_strip_counts_what_waits_and_what_is_stuck(shop: Shop) -> None:
    """One look says whether anything needs a hand."""
    shop.triage.reply(shop.uid("Lamp"), "One")
    stuck = shop.triage.reply(shop.uid("Paket 1001"), "Two")
    with shop.store.write() as tx:
        store_outbox.put(tx, replace(stuck, state=Delivery.REFUSED))

    with shop.store.read() as tx:
        found = standing(tx, shop.book, NOON)

    assert [(each.uid, each.on_their_way, each.stuck) for each in found.accounts] == [(MAIL, 1, 1)]
    assert found.counts["late"] == 1


def test_an_account_is_asked_for_by_its_name(shop: Shop) -> None:
    """Nobody knows a uid by heart."""
    assert query_of("account:Mail", shop.book).terms[0].value == MAIL
    with pytest.raises(QueryError) as told:
        query_of('is:owed -Account:"nobody"', shop.book)
    assert told.value.position == 8
    assert "mail" in told.value.said


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Where is my order? I have not received it.", "en"),
        ("Wann kommt mein Paket? Ich warte noch.", "de"),
        ("¿Cuándo llega mi pedido? Gracias por la ayuda.", "es"),
        ("Bonjour, je n'ai pas reçu ma commande.", "fr"),
        ("Dzień dobry, kiedy przyjdzie moje zamówienie?", "pl"),
        ("Bună ziua, unde este comanda mea?", "ro"),
        ("Где мой заказ?", "ru"),
        ("请问我的订单什么时候发货", "zh"),
        ("WW-1234", ""),
        ("", ""),
    ],
)
def test_canned_answers_are_offered_in_the_buyers_language(text: str, language: str) -> None:
    """A German asks in German and gets the German text first."""
    assert language_of(text) == language
