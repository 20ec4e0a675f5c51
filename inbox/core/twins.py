"""The same words by two ways: by a service's API, and by the mail it sends about them. Pure.

Who connects a marketplace and gets its mail too has each question twice. The
mail is a twin of what the API told if it holds the same words, of the same
time, and names the same buyer or order. Anything less is two questions: one
answered twice is seen, one that was hidden is not.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import timedelta
from hashlib import blake2b
from typing import Final

from connectors.frozen import frozen
from connectors.values import Direction, Message
from inbox.core.model import ConversationUid, MessageUid

NEAR: Final = timedelta(days=1)
"""How far apart both may come in: mail is late at times."""


@frozen
class Told:
    """A buyer's message as an API told it."""

    uid: MessageUid
    conversation: ConversationUid
    message: Message


def is_mailed(message: Message) -> bool:
    """Return whether a message came as mail, not by an API."""
    return bool(message.message_id)


def words_of(message: Message) -> int | None:
    """Return a number made of a message's new words (64 bits, signed), None if none can be twins.

    The same for the same words whatever their blanks, line ends and case.
    """
    if message.direction is not Direction.IN or message.automatic or message.service == "email":
        return None
    if is_mailed(message) and not message.buyer_ref:
        return None
    from inbox.core.quoting import new_words  # marks of many languages: plain mail needs them not

    fresh = new_words(message.text, subject=message.subject)
    said = " ".join(unicodedata.normalize("NFKC", fresh).casefold().split())
    if not said:
        return None
    return int.from_bytes(blake2b(said.encode(), digest_size=8).digest(), signed=True)


def twin_of(mail: Message, told: Iterable[Told]) -> Told | None:
    """Return which of these messages of the same words a mail is a twin of, the nearest in time."""
    fits = [
        each
        for each in told
        if abs(each.message.accepted_at - mail.accepted_at) <= NEAR
        and _is_same_buyer(mail, each.message)
    ]
    return min(
        fits,
        key=lambda each: (abs(each.message.accepted_at - mail.accepted_at), each.uid),
        default=None,
    )


def same(one: str | None, other: str | None) -> bool | None:
    """Return whether two names are the same, None where not both say one."""
    return one.casefold() == other.casefold() if one and other else None


def _is_same_buyer(mail: Message, told: Message) -> bool:
    """Return whether both name one order, or one buyer, and nothing that both name differs.

    An item is anybody's: many ask the same of it in a day.
    """
    order = same(mail.order_ref, told.order_ref)
    if False in (order, same(mail.item_ref, told.item_ref)):
        return False
    name = mail.sender.name.casefold()
    called = {told.sender.name.casefold(), told.sender.address.casefold()}
    return order is True or (bool(name) and name in called)
