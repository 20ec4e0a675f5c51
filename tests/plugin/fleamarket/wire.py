"""What the flea market's answers mean, as values. Pure: no request, no clock."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import msgspec

from connectors.listing import set_aside
from connectors.values import Direction, Message, Party, Place, Quarantined, RemoteId, Role
from connectors.walking import Listed


class Said(msgspec.Struct):
    """One message of a chat."""

    id: int
    by: str
    at: datetime
    text: str


class Sent(msgspec.Struct):
    """What an answer is answered with."""

    id: int
    at: datetime


class Chat(msgspec.Struct):
    """A chat with all that was said in it."""

    id: str
    changed: datetime
    about: str
    buyer: str
    said: list[msgspec.Raw]


class Chats(msgspec.Struct):
    """A page of chats, those changed last first; each is read by itself."""

    chats: list[msgspec.Raw]
    total: int


def row_of(raw: bytes) -> Listed[Chat]:
    """Return a row of the list as the walk knows it; raises ValueError."""
    chat = msgspec.json.decode(raw, type=Chat)
    return Listed(chat.id, chat.changed.astimezone(UTC), chat, str(len(chat.said)))


def read(chat: Chat, seller: Party) -> tuple[list[Message], list[Quarantined]]:
    """Return a chat's messages, the newest first, and what of it cannot be read."""
    good: list[Message] = []
    bad: list[Quarantined] = []
    for raw in chat.said:
        try:
            good.append(_message(chat, msgspec.json.decode(raw, type=Said), bytes(raw), seller))
        except ValueError as broken:
            why = f"The flea market sent a message that cannot be read: {broken}."
            bad.append(set_aside(chat.id, why, bytes(raw), chat.changed.astimezone(UTC)))
    return good[::-1], bad


def _message(chat: Chat, said: Said, raw: bytes, seller: Party) -> Message:
    """Return one message."""
    ours, buyer = said.by == "seller", Party(chat.buyer, chat.buyer)
    return Message(
        remote_id=RemoteId(str(said.id)),
        direction=Direction.OUT if ours else Direction.IN,
        accepted_at=said.at.astimezone(UTC),
        sender=seller if ours else buyer,
        recipients=(buyer if ours else seller,),
        subject=chat.about,
        text=said.text,
        service="fleamarket",
        conversation_ref=chat.id,
        buyer_ref=chat.buyer,
        places=(Place(chat.id, "", str(said.id), Role.INBOX),),
        source=raw,
        body_digest=hashlib.sha256(said.text.encode()).hexdigest(),
    )
