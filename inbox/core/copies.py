"""Which conversation a service's copy of an answer of ours belongs to. Pure.

A marketplace that mails the seller a copy of what was answered in its portal
names the buyer there, and neither an address nor what was answered. So the
copy belongs to the one conversation with a buyer of that name; where two of
that name wrote, it belongs to none: a clock that runs on is seen, one that was
stopped for the wrong buyer is not.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from connectors.frozen import frozen
from connectors.values import Direction, Message
from inbox.core.model import ConversationUid

NEAR: Final = timedelta(days=90)
"""How long before a copy a buyer's last words may lie: nobody answers later through a portal."""


@frozen
class Asked:
    """One message of a buyer, as far as matching needs it."""

    conversation: ConversationUid
    at: datetime
    order_ref: str = ""


def name_of(message: Message) -> str:
    """Return the buyer's name by which copies find a message, "" if none may find it.

    Only relayed mail has such copies: an API tells where an answer belongs.
    """
    if not message.message_id or message.automatic:
        return ""
    if message.direction is Direction.IN:
        return _folded(message.sender.name) if message.buyer_ref else ""
    return _folded(message.copy_for)


def belongs_to(at: datetime, order_ref: str, asked: Iterable[Asked]) -> ConversationUid | None:
    """Return the conversation of a copy of `at`, None where several or none could be it.

    `asked` are the messages of all buyers of its name, in any order. One about
    the order that the copy names goes before those that name none.
    """
    near = [each for each in asked if at - NEAR <= each.at <= at]
    found = {each.conversation for each in near}
    if order_ref:
        same = {each.conversation for each in near if each.order_ref == order_ref}
        others = {each.conversation for each in near if each.order_ref}
        found = same or found - others
    return found.pop() if len(found) == 1 else None


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
