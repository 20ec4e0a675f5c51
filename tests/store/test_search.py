"""Words find what was written with them, in every script, and stay found."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.values import Attachment, Party
from inbox.core.query import Query, Term, asks, parse
from inbox.store import conversations, folding, listing
from inbox.store.asked import match_of
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
        ("Is the lamp blue?", '"lamp\0blue"'),
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
    """A subject that is pasted with its dashes and dots finds its mail."""
    take(store, [question(1)])

    assert found(store, "lamp ?!") == 1
    with store.read() as tx:
        assert listing.newest_ids(tx, Query((Term("", "?"),)), NOON, 5) is None


def test_what_is_found_comes_newest_first_and_not_too_much(store: Store) -> None:
    """As one types, a few hundred hits are plenty."""
    senders = [replace(ANNA, address=f"b{number}@x.example") for number in range(5)]
    taken = take(store, [question(n, sender=sender) for n, sender in enumerate(senders)])
    with store.read() as tx:
        assert listing.newest_ids(tx, parse("still"), NOON, 3) == [
            taken[number].conversation for number in (4, 3, 2)
        ]


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("from:nowak", 1),
        ("from:now", 0),
        ("from:now*", 1),
        ("from:anna@buyers.example", 1),
        ("from:lamps.example", 0),
        ("to:lamps.example", 1),
        ('to:"lamp shop"', 1),
        ("to:nowak", 0),
        ("lamps.example", 0),
        ("subject:shade", 1),
        ("subject:still", 0),
        ("subject:sha*", 1),
        ("-from:nowak", 0),
        ("order:302", 1),
        ("order:34567", 1),
        ("order:302-1234567-7654321", 1),
        ("order:023", 0),
        ("order:302-7654321", 0),
        ("34567", 1),
        ("7-76", 1),
        ("2-12", 1),
        ("2-1", 0),
        ("order:2-1", 0),
        ("765432", 1),
        ("765432x", 0),
    ],
)
def test_a_field_finds_what_stands_in_it(store: Store, asked: str, count: int) -> None:
    """Whole words in their own field; of an order number any three characters in a row."""
    take(store, [question(1, subject="Broken shade", order_ref="302-1234567-7654321")])

    assert found(store, asked) == count


def test_a_short_order_number_is_found_by_all_of_it(store: Store) -> None:
    """A small shop counts its orders from 1."""
    take(store, [question(1, order_ref="#12"), question(2, order_ref="#123")])

    assert found(store, "order:12") == 1
    assert found(store, "order:#12") == 1
    assert found(store, "order:123") == 1


def test_a_phrase_never_begins_in_one_message_and_ends_in_the_next(store: Store) -> None:
    """Nobody wrote it."""
    asked = question(1, text="it is blue")
    take(store, [asked, replace(answer(1, asked), text="lamp and all")])

    assert found(store, "blue lamp") == 1
    assert found(store, '"blue lamp"') == 0


@given(st.text(max_size=30))
def test_every_text_can_be_asked(text: str) -> None:
    """No sign that a seller types, or pastes, may break the search."""
    term = Term(value=text)
    asked = match_of(term)

    assert asked is None or asked.count('"') in (2, 4)
    assert (asked is None) is not asks(term)
    assert folding.fold(folding.fold(text)).split() == folding.fold(text).split()


@given(st.one_of(st.text(max_size=80), st.text("aß ẞłΣ大ıİé\u0301ё\n", max_size=80)))
def test_a_text_is_folded_as_its_letters_are(text: str) -> None:
    """A long text is folded in a quicker way, and found by what is typed letter by letter."""
    letters = unicodedata.normalize("NFC", text)

    assert folding.fold(text) == "".join(folding.fold(letter) for letter in letters)


def test_no_letter_that_may_compose_is_taken_for_settled() -> None:
    """Else "e" and its accent, typed apart, would not be found as the one letter that they are."""
    apart = (unicodedata.decomposition(chr(code)).split() for code in range(0x1E000))
    second = {chr(int(pair[1], 16)) for pair in apart if len(pair) == 2 and pair[0][0] != "<"}
    letters = map(chr, range(0x80, 0x20D0))
    settled = {each for each in letters if not folding._MAY_COMPOSE.search(each)}

    assert second.isdisjoint(settled)
    assert all(unicodedata.normalize("NFC", each) == each for each in settled)
    assert not any(map(unicodedata.combining, settled))


def test_no_text_breaks_the_index(store: Store) -> None:
    """The index has a language of its own; a text is never a command in it."""
    nasty = ['"', "AND", "NEAR(", "a* OR b", "subject:x", "^a", "-", "\u0000", "{a b}", "'; --"]
    take(store, [question(n, text=text, subject=text) for n, text in enumerate(nasty)])
    with store.read() as tx:
        for text in nasty:
            found_ids = conversations.ids(tx, parse("lamp"), NOON)
            query = Query((Term(value=text), Term(value=text, prefix=True)))
            listing.newest_ids(tx, query, NOON, 5)
    assert found_ids == []
    assert_whole(store)
