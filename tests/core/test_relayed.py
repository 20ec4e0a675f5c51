"""What follows from a relayed mail: forgeries join nobody, answers carry what is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from connectors.values import Direction, Message, Origin, Party, RemoteId
from inbox.core.linking import keys_of
from inbox.view.replying import quoted_below, typed_text

OWN = frozenset({"shop@shop.example"})
ASKED = Message(
    remote_id=RemoteId("1"),
    direction=Direction.IN,
    accepted_at=datetime(2026, 11, 21, 9, tzinfo=UTC),
    sender=Party("Anna", "k3v9x2m7q1w8z4@marketplace.amazon.de"),
    subject="Question",
    text="Does it whistle?\n",
    message_id="one@mail.example",
    order_ref="111-1234567-7654321",
)


def test_a_forgery_joins_neither_the_true_conversation_nor_another_forgery() -> None:
    """Else a stranger's words, and an answer to them, would stand below a buyer's."""
    forged = replace(ASKED, remote_id=RemoteId("2"), origin=Origin.FORGED)
    other = replace(forged, remote_id=RemoteId("3"))

    true, one, two = (set(keys_of(each, OWN)) for each in (ASKED, forged, other))

    assert all((true, one, two))
    assert true.isdisjoint(one | two)
    assert one.isdisjoint(two)


def test_an_answer_carries_the_marketplaces_reference_in_its_quoted_part() -> None:
    """Without it the marketplace drops the answer, and nobody learns of it."""
    asked = replace(ASKED, reply_reference="[#a05-k1#]_[#7c1e#]")

    quoted = quoted_below(asked)

    assert quoted.splitlines()[1:] == ["> Does it whistle?", ">", "> [#a05-k1#]_[#7c1e#]"]
    assert typed_text(asked, f"It does.\n\n{quoted}\n") == "It does."
