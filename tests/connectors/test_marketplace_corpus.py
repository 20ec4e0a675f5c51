"""Marketplace mails of every locale, invented, each read whole."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors.email.mime import parse
from connectors.values import Message, Place, Role
from inbox.core.quoting import new_words
from inbox.sync.cleaning import cleaned
from tests.corpus.marketplaces import AUTHSERV, Case, cases

TAKEN = datetime(2026, 11, 21, 9, 12, tzinfo=UTC)
CASES = list(cases())


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_marketplaces_mail_is_read_for_what_it_is(case: Case) -> None:
    """The right buyer, order, clock and way to answer hang on every one of these."""
    message = read(case)

    assert said_of(message) == case.expected
    if case.words is not None:
        assert new_words(message.text, subject=message.subject).strip() == case.words


def read(case: Case) -> Message:
    """Return the message of a case as it is stored."""
    message = parse(
        case.raw,
        place=Place("INBOX", "1", "1", Role.INBOX),
        accepted_at=TAKEN,
        own=frozenset({"shop@shop.example"}),
        authserv_id=AUTHSERV,
    )
    return cleaned(message)


def said_of(message: Message) -> dict[str, str]:
    """Return what is compared of a message, as a case writes it."""
    answer_to = message.reply_to or (message.sender,)
    return {
        "service": message.service,
        "kind": message.kind.value,
        "direction": message.direction.value,
        "automatic": "yes" if message.automatic else "no",
        "answerable": "yes" if message.answerable else "no",
        "origin": message.origin.value,
        "name": message.sender.name,
        "answer-to": answer_to[0].address,
        "buyer": message.buyer_ref or "",
        "order": message.order_ref or "",
        "item": message.item_ref or "",
        "conversation": message.conversation_ref or "",
        "page": message.page,
        "not-needed": message.not_needed_page,
        "reference": message.reply_reference,
        "copy-for": message.copy_for,
        "bounce": ",".join(message.bounce.names) if message.bounce else "",
    }
