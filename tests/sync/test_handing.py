"""What travels to the process that stores it arrives as it left."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone

import pytest

from connectors.values import (
    Attachment,
    Bounce,
    Direction,
    Kind,
    Message,
    Origin,
    Party,
    Place,
    RemoteId,
    ReplyKey,
    Role,
)
from inbox.store.prepared import prepared
from inbox.sync.handing import handed, packed, unpacked

AT = datetime(2026, 11, 22, 10, 20, 30, 123456, tzinfo=UTC)
BUYER = Party("Łucja 🙂", "lucja@example.net")
FULL = Message(
    remote_id=RemoteId("f" * 32),
    direction=Direction.NOTE,
    accepted_at=AT,
    sender=BUYER,
    recipients=(Party("", "shop@example.org"), BUYER),
    copied=1,
    reply_to=(BUYER,),
    followup_to=(BUYER,),
    subject="Zamówienie",
    text="Gdzie jest paczka?\n> 请问",
    html="<p>Gdzie",
    attachments=(Attachment("2", "zdjęcie.jpg", "image/jpeg", None),),
    sent_at=AT.astimezone(timezone(timedelta(hours=2))),
    automatic=True,
    claims_to_be_us=True,
    seen=True,
    answered=True,
    message_id="a@b",
    in_reply_to=("c@d",),
    references=("e@f", "g@h"),
    key=ReplyKey("k"),
    origin=Origin.FORGED,
    copy_for="Łucja",
    bounce=Bounce(("k",), ("x@example.net",), "There is no such address."),
    service="ebay",
    kind=Kind.CLAIM,
    conversation_ref="c",
    buyer_ref="b",
    order_ref="12-34567-89012",
    item_ref="i",
    storefront="pl",
    page="https://ebay.example/1",
    not_needed_page="https://ebay.example/2",
    reply_reference="[#r#]",
    answerable=False,
    interim=True,
    places=(Place("INBOX", "1", "7", Role.JUNK),),
    source=b"\x00\xff",
    body_digest="d" * 32,
)
POOR = Message(
    remote_id=RemoteId("1"), direction=Direction.IN, accepted_at=AT, sender=Party("", "")
)


def test_every_field_of_a_message_arrives() -> None:
    """A field that is lost between two processes is lost for good: the source goes apart."""
    sent = handed((FULL, POOR), (prepared(FULL, frozenset()), prepared(POOR, frozenset())))

    assert unpacked(packed(sent)) == sent
    assert [
        each.name
        for each in fields(Message)
        if getattr(FULL, each.name) == getattr(POOR, each.name)
    ] == ["accepted_at"]


@pytest.mark.parametrize("folder", [7, None, b"INBOX"])
def test_a_value_of_another_type_than_it_says_is_told(folder: object) -> None:
    """A stranger's connector may keep to no type: its mail is stored where it is."""
    odd = Place(folder, "1", "7", Role.INBOX)  # type: ignore[arg-type] # what is tried here
    said = Message(
        remote_id=RemoteId("1"),
        direction=Direction.IN,
        accepted_at=AT,
        sender=BUYER,
        places=(odd,),
    )
    data = packed(handed((said,), (prepared(said, frozenset()),)))

    with pytest.raises(ValueError, match="Expected `str`"):
        unpacked(data)


def test_what_msgpack_does_not_know_is_told() -> None:
    """Half a letter, or a class of a connector's own, is no reason to lose a mail."""
    for subject in ("\ud800", type("Odd", (str,), {})("Where?")):
        said = Message(
            remote_id=RemoteId("1"),
            direction=Direction.IN,
            accepted_at=AT,
            sender=BUYER,
            subject=subject,
        )

        with pytest.raises((TypeError, ValueError)):
            packed(((said,), ()))
