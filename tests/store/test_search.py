"""Words find what was written with them, in every script, and stay found."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.values import Attachment, Party
from inbox.core.query import Term, parse
from inbox.store import conversations, search
from inbox.store.database import Store
from tests.store.making import ANNA, NOON, answer, assert_whole, question, take


def found(store: Store, asked: str) -> int:
    """Return how many conversations answer."""
    with store.read() as tx:
        return len(conversations.ids(tx, parse(asked), NOON))


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Is the lamp blue?", "LAMP"),
        ("Is the lamp blue?", "la*"),
        ("Is the lamp blue?", '"lamp blue"'),
        ("Ładna żarówka", "żarówka"),
        ("Ładna żarówka", "zarowka"),
        ("Größe der Straße", "grosse"),
        ("Größe der Straße", "strasse"),
        ("STRASSE", "straße"),
        ("Всё ещё жду", "еще"),
        ("Еще жду", "ещё"),
        ("K\u0131r\u0131k geldi", "kirik"),
        ("kirik geldi", "k\u0131r\u0131k"),
        ("İstanbul", "istanbul"),
        ("cafe\u0301", "café"),
        ("请问什么时候发货", "发货"),
        ("请问什么时候发货", "什么时候"),
        ("发货时间abc", "时间"),
        ("いつ発送されますか", "発送"),
        ("สวัสดีครับ", "ครับ"),
        ("배송이 언제 되나요", "배송*"),
        ("\uff26\uff35\uff2c\uff2c", "full"),
        ("order 302-1234567-1234567 please", "302-1234567-1234567"),
        ("write to a.b@c.example", "a.b@c.example"),
        ('he said "now"', "now"),
        ("line\nbreak", '"line break"'),
    ],
)
def test_what_was_written_is_found(store: Store, written: str, asked: str) -> None:
    """A buyer writes as she likes; the seller types what he remembers."""
    take(store, [question(1, text=written), question(2, text="something else", subject="no")])

    assert found(store, asked) == 1
    assert found(store, f"-{asked}") == 1


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Is the lamp blue?", "lam"),
        ("Is the lamp blue?", '"blue lamp"'),
        ("请问什么时候发货", "货发"),
        ("lamp", "lamps"),
    ],
)
def test_what_was_not_written_is_not_found(store: Store, written: str, asked: str) -> None:
    """Hits that are none hide those that are."""
    take(store, [question(1, text=written)])

    assert found(store, asked) == 0


def test_people_orders_subjects_and_files_are_found(store: Store) -> None:
    """Whatever the seller remembers of a conversation."""
    asked = question(
        1,
        subject="Broken shade",
        order_ref="ORD-77",
        reply_to=(Party("Contact Form", "form@shop.example"),),
        attachments=(Attachment("2", "crack-photo.jpg", "image/jpeg", 5),),
    )
    take(store, [asked])

    for words in ("Nowak", "anna@buyers.example", "ord-77", "shade", "crack", "form@shop.example"):
        assert found(store, words) == 1
    assert found(store, "lamps.example") == 0


def test_words_of_different_messages_meet_in_their_conversation(store: Store) -> None:
    """A conversation is what is looked for, not a mail."""
    asked = question(1, text="Do you have it in green?")
    take(store, [asked, replace(answer(1, asked), text="Only in purple.")])
    take(store, [question(2, text="green or yellow", sender=replace(ANNA, address="x@y.example"))])

    assert found(store, "green purple") == 1
    assert found(store, "green") == 2
    assert found(store, "green -purple") == 1
    assert found(store, "green is:waiting") == 1


def test_punctuation_asks_nothing(store: Store) -> None:
    """While typing, a sign is not a word yet: the list must not go empty."""
    take(store, [question(1)])

    assert found(store, "?") == 1
    assert found(store, "lamp ?!") == 1
    with store.read() as tx:
        assert search.find(tx, [Term(value="?")]) == []


def test_what_is_found_comes_newest_first_and_not_too_much(store: Store) -> None:
    """As one types, a few hundred hits are plenty."""
    senders = [replace(ANNA, address=f"b{number}@x.example") for number in range(5)]
    taken = take(store, [question(n, sender=sender) for n, sender in enumerate(senders)])
    with store.read() as tx:
        assert search.find(tx, [Term(value="still")], limit=3) == [
            taken[number].conversation for number in (4, 3, 2)
        ]


def test_a_word_in_very_many_messages_is_found_the_other_way_round(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both ways give the same answer; only the time differs."""
    senders = [replace(ANNA, address=f"b{number}@x.example") for number in range(9)]
    take(store, [question(n, sender=sender) for n, sender in enumerate(senders)])
    few = (found(store, "still"), found(store, "-still"), found(store, "still 3"))

    monkeypatch.setattr(search, "_BROAD", 2)

    assert (found(store, "still"), found(store, "-still"), found(store, "still 3")) == few
    assert few == (9, 0, 1)


def _is_asked(text: str) -> bool:
    return any(unicodedata.category(letter)[0] in "LN" for letter in text)


@given(st.text(max_size=30))
def test_every_text_can_be_asked(text: str) -> None:
    """No sign that a seller types, or pastes, may break the search."""
    term = Term(value=text)
    asked = search.asked(term)

    assert asked is None or asked.count('"') == 2
    assert search.fold(search.fold(text)).split() == search.fold(text).split()


def test_no_text_breaks_the_index(store: Store) -> None:
    """The index has a language of its own; a text is never a command in it."""
    nasty = ['"', "AND", "NEAR(", "a* OR b", "subject:x", "^a", "-", "\u0000", "{a b}", "'; --"]
    take(store, [question(n, text=text, subject=text) for n, text in enumerate(nasty)])
    with store.read() as tx:
        for text in nasty:
            found_ids = conversations.ids(tx, parse("lamp"), NOON)
            search.find(tx, [Term(value=text), Term(value=text, prefix=True)])
    assert found_ids == []
    assert_whole(store)
