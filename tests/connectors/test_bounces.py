"""Notices of mail servers: which mail of ours came back and why, whatever form they have."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.email.mime import parse
from connectors.values import Bounce, Message, Place, Role

FOLDER = Path(__file__).parents[1] / "corpus" / "bounces"
KEY = "reply-4711.abc@shop.example.com"


def read(name: str, role: Role = Role.INBOX) -> Message:
    """Return a notice of the corpus as a message."""
    raw = (FOLDER / f"{name}.eml").read_bytes()
    taken = datetime(2026, 11, 20, 10, 0, 9, tzinfo=UTC)
    return parse(raw, place=Place("INBOX", "1", "1", role), accepted_at=taken)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (
            "postfix",
            (
                "There is no such address. 550 5.1.1 <anna@example.org>: Recipient address"
                " rejected: User unknown"
            ),
        ),
        (
            "gmail",
            (
                "The mailbox is full. 552 5.2.2 The email account that you tried to reach is over"
                " quota."
            ),
        ),
        (
            "exchange",
            (
                "Their mail server does not want it. 550 5.7.1 Message rejected as spam by content"
                " filtering"
            ),
        ),
        ("exim_text", "550 No such user here"),
        ("qmail_text", "Their mail server does not want it. 554 5.7.1 Relay access denied"),
        ("german_text", "The mailbox is full. 552 5.2.2 Mailbox size limit exceeded"),
        (
            "sendmail",
            "There is no such mail domain. 553 5.3.0 <anna@example.org>... Unknown host",
        ),
    ],
)
def test_a_notice_says_which_mail_came_back_and_why(name: str, reason: str) -> None:
    """An answer that never arrived is the seller's worst surprise: it is told at once."""
    message = read(name)

    assert message.bounce == Bounce((KEY,), ("anna@example.org",), reason)
    assert message.automatic


@pytest.mark.parametrize(
    "name", ["delayed", "delivered", "read_receipt", "a_buyers_own_words", "on_holiday"]
)
def test_what_only_looks_like_a_notice_is_none(name: str) -> None:
    """A mail that is late, read or answered by a machine has not come back."""
    assert read(name).bounce is None


def test_a_receipt_belongs_to_the_mail_that_was_read() -> None:
    """Beside its conversation it would look like a question of somebody new."""
    assert read("read_receipt").in_reply_to == ("reply-4711.abc@shop.example.com",)


def test_a_notice_of_ours_says_nothing() -> None:
    """What lies in Sent was written here, whatever it quotes."""
    assert read("postfix", Role.SENT).bounce is None
