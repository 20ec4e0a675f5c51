"""What canned responses can be filled with, in one conversation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from inbox.core.model import ConversationUid
from inbox.core.obligations import Book
from inbox.store import canned_use, conversations, messages, orders
from inbox.store.database import Transaction

if TYPE_CHECKING:
    from canned.formats import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """What the picker needs to know of a conversation."""

    values: Mapping[str, Value]
    channel: str
    """The service the buyer writes through."""
    language: str
    """The language they seem to write in, like `de`; empty if that cannot be told."""
    uses: Mapping[str, int]
    """How often each response was used."""


def filling(
    tx: Transaction,
    uid: ConversationUid,
    book: Book,
    now: datetime,
    *,
    seller: str = "",
    zone: tzinfo | None = None,
) -> Filling:
    """Return what fills a response in this conversation; raises UnknownId."""
    from canned import variables
    from canned.language import language_of
    from inbox.view.ordered import values_of_order

    conversation = conversations.get(tx, uid)
    terms = book.accounts.get(conversation.account)
    local = now.astimezone(zone)
    newest = messages.newest_in(tx, conversation.uid)
    language = language_of(messages.get(tx, newest.uid).message.text) if newest else ""
    values = variables.values_of(
        party_name=conversation.party.name,
        party_address=conversation.party.address,
        now=local,
        timezone=local.tzinfo or UTC,
        service=conversation.service,
        language=language,
        subject=conversation.subject,
        order_number=conversation.order_ref,
        shop_name=terms.display_name if terms else "",
        agent_name=seller,
        signature=terms.signature if terms else "",
    )
    if conversation.order_ref:
        kept = orders.get(tx, conversation.account, conversation.order_ref)
        if kept is not None and kept.order is not None:
            values = {**values, **values_of_order(kept.order)}
    return Filling(
        values=values,
        channel=conversation.service,
        language=language,
        uses=canned_use.uses(tx),
    )
