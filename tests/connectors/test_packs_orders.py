"""Order numbers in ordinary mail: found where they are plain, never guessed."""

# ruff: noqa: RUF001 - words and marks of other alphabets are the subject
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.email.orders import order_of


@pytest.mark.parametrize(
    ("said", "order"),
    [
        ("Where is order #12345?", "12345"),
        ("Order no. AB-12345 is late", "AB-12345"),
        ("my order 123456", "123456"),
        ("(Order: 111-1234567-7654321)", "111-1234567-7654321"),
        ("Bestellung 12345 ist kaputt", "12345"),
        ("Bestellnummer: 4711", "4711"),
        ("Auftrags-Nr. 20261234", "20261234"),
        ("zamówienie nr 9981/26", "9981/26"),
        ("commande n° 123456", "123456"),
        ("Pedido 98765", "98765"),
        ("ordine numero 55443", "55443"),
        ("comanda nr. 77001", "77001"),
        ("номер заказа 123456", "123456"),
        ("订单号：123456789", "123456789"),
        ("注文番号 250-1234567-7654321", "250-1234567-7654321"),
        ("re 12-34567-89012 please", "12-34567-89012"),
    ],
)
def test_a_number_that_is_called_an_order_is_one(said: str, order: str) -> None:
    """It joins a buyer's mails about one matter, and goes into the answer."""
    assert order_of(said, "", ()) == order
    assert order_of("Question", f"Hello,\n{said}\n", ()) == order


@pytest.mark.parametrize(
    "said",
    [
        "I want to order 10000 pieces",
        "my order 10000 pcs",
        "order 2026-11-20",
        "Bestellung vom 21.11.2026",
        "my order 12345.50 EUR",
        "order 24/7",
        "in order to 12345",
        "orders: 5",
        "call 0171-1234567",
        "border 12345",
        "ISBN 978-3-16-148410-0",
        "order ABC",
    ],
)
def test_what_only_looks_like_an_order_is_none(said: str) -> None:
    """A wrong number puts two matters into one conversation."""
    assert order_of(said, said, ()) is None


@pytest.mark.parametrize(
    "text",
    [
        "Thanks!\n> order #12345",
        "Thanks!\n\nOn 20 Nov 2026, Shop <s@example.com> wrote:\n\norder #12345",
        "Thanks!\n-----Original Message-----\norder #12345",
        "Danke!\n\nVon: Shop\nBestellung 12345",
    ],
)
def test_a_quoted_order_is_not_what_the_mail_is_about(text: str) -> None:
    """The buyer may answer below an old mail and mean the new parcel."""
    assert order_of("Hello", text, ()) is None


def test_the_subject_is_believed_before_the_text() -> None:
    """It is what the buyer, or the marketplace, called the matter."""
    assert order_of("Order #11111", "like order #22222", ()) == "11111"


@given(st.text(), st.text())
def test_no_words_are_too_odd(subject: str, text: str) -> None:
    """A number or nothing."""
    order = order_of(subject, text, ())

    assert order is None or any(char.isdigit() for char in order)
