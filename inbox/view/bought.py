"""What the buyer of a conversation bought, over all accounts where they are surely the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from inbox.core.model import Conversation, StoredMessage
from inbox.core.obligations import Book
from inbox.core.parties import canonical_address
from inbox.store import orders
from inbox.store.database import Transaction
from inbox.store.orders import KeptOrder

if TYPE_CHECKING:
    from connectors.orders import Order


def bought(
    tx: Transaction,
    conversation: Conversation,
    heads: Iterable[StoredMessage],
    book: Book,
    order: Order | None = None,
) -> list[KeptOrder]:
    """Return the orders of a conversation's buyer, the newest first.

    `heads` are its messages, `order` is the one it is about, if that is known.
    """
    buyers = {conversation.party.address, canonical_address(conversation.party.address)}
    buyers |= {head.message.buyer_ref or "" for head in heads}
    if order is not None:
        buyers |= {order.buyer_ref, order.buyer.address if order.buyer else ""}
    mailed = {(each.account, each.ref) for each in orders.of_buyers(tx, filter(is_mail, buyers))}
    kinds = {uid: terms.kind for uid, terms in book.accounts.items()}
    here = kinds.get(conversation.account)
    return [
        each
        for each in orders.of_buyers(tx, buyers)
        if kinds.get(each.account) == here or (each.account, each.ref) in mailed
    ]


def is_mail(name: str) -> bool:
    """Return whether a buyer's name is a mail address, the same at every service."""
    return "@" in name
