"""What conversations are derived from says the same as the whole head."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from connectors.values import Attachment, Direction, Kind, Message, Party, Place, Role
from inbox.core.model import ConversationUid, MessageUid
from inbox.store.heads import head_of, stored
from inbox.store.judged import judged
from tests.store.making import ACCOUNT, ANNA, HOUR, ME, NOON, answer, question

LEAST = question(1, recipients=(), message_id="", places=())
MOST = question(
    2,
    accepted_at=NOON + timedelta(microseconds=1),
    recipients=(ME, Party("", "second@lamps.example")),
    reply_to=(Party("Ан на", "anna@elsewhere.example"),),
    attachments=(Attachment("2", "lamp.jpg", "image/jpeg", 12), Attachment("3", "b", "c", None)),
    automatic=True,
    seen=True,
    in_reply_to=("q1@buyers.example", "other@buyers.example"),
    service="amazon",
    kind=Kind.RETURN,
    order_ref="123-1234567-1234567",
    storefront="de",
    answerable=False,
    places=(Place("Junk", "7", "9", Role.JUNK), Place("INBOX", "1", "2", Role.INBOX)),
)
FIELDS = (
    *("remote_id", "direction", "accepted_at", "sender", "recipients", "reply_to", "subject"),
    *("automatic", "seen", "message_id", "in_reply_to", "service", "kind", "order_ref"),
    *("storefront", "answerable"),
)
OF_HEAD = ("uid", "account", "conversation", "delivery", "language")


@pytest.mark.parametrize("message", [LEAST, MOST, answer(3, to=MOST), answer(4, to=LEAST)])
@pytest.mark.parametrize(
    "more", [{}, {"gone_at": 1, "delivery": "queued"}, {"delivery": "accepted"}]
)
def test_a_verdict_rests_on_what_the_store_holds(message: Message, more: dict[str, object]) -> None:
    """A field read otherwise here than elsewhere would stop a clock, or start one."""
    head = head_of(
        message,
        uid=MessageUid("000000000001"),
        account=ACCOUNT,
        conversation=ConversationUid("000000000002"),
        snippet="Is it there?",
        language="de",
    )
    head |= more

    whole, found = stored(head), judged(msgspec.json.encode(head))

    assert [getattr(found, name) for name in OF_HEAD] == [getattr(whole, name) for name in OF_HEAD]
    assert [getattr(found.message, name) for name in FIELDS] == [
        getattr(whole.message, name) for name in FIELDS
    ]
    assert [each.role for each in found.places] == [each.role for each in whole.message.places]
    assert bool(found.attachments) == bool(whole.message.attachments)
    assert (found.gone_at is None) == (whole.gone_at is None)
    assert found.snippet == "Is it there?"


def test_what_nobody_judges_by_may_be_anything() -> None:
    """A field that a newer version adds must not hold a verdict up."""
    head = head_of(
        replace(LEAST, sender=ANNA, direction=Direction.OUT, accepted_at=NOON + HOUR),
        uid=MessageUid("000000000001"),
        account=ACCOUNT,
        conversation=ConversationUid("000000000002"),
        snippet="",
    )

    found = judged(msgspec.json.encode({**head, "invented later": [1, {"a": None}]}))

    assert (found.sender, found.accepted_at) == (ANNA, NOON + HOUR)
