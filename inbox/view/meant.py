"""Which orders an answer can speak of: those a conversation may be about, and the others."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from connectors.values import Direction
from inbox.core.model import AccountUid, Conversation, StoredMessage
from inbox.core.obligations import Book
from inbox.store import orders
from inbox.store.database import Transaction
from inbox.store.orders import KeptOrder
from inbox.view.bought import bought
from inbox.view.ordered import values_of_order

if TYPE_CHECKING:
    from canned.formats import Value
    from connectors.orders import Order

_Key = tuple[AccountUid, str]

_MOST = 50
"""Orders of a buyer that are offered, the newest first; as many as stand beside a conversation."""
_SHORTEST = 4
"""Characters of an order's number that is looked for among words: fewer are found by chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeantOrder:
    """An order that an answer can speak of."""

    ref: str
    order: Order | None
    """None: only its number is known."""
    values: Mapping[str, Value]
    """What it fills in a canned response."""


@dataclass(frozen=True, slots=True)
class MeantOrders:
    """The orders of a conversation and of its buyer."""

    likely: tuple[MeantOrder, ...] = ()
    """Those it may be about, the likeliest first. Several: only the seller knows which."""
    others: tuple[MeantOrder, ...] = ()
    """What else the buyer bought, the newest first."""


def meant_orders(
    tx: Transaction,
    conversation: Conversation,
    heads: Sequence[StoredMessage],
    words: str,
    book: Book,
) -> MeantOrders:
    """Return the orders that an answer can speak of; `words` are the buyer's last ones."""
    named = _named(conversation, heads)
    first = orders.get(tx, *named[0]) if named else None
    known = bought(tx, conversation, heads, book, first.order if first is not None else None)
    theirs = {(each.account, each.ref): each for each in known[:_MOST]}
    asked = frozenset(filter(None, (head.message.item_ref for head in heads)))
    likely = likely_orders(named, asked, words, theirs.values())

    def meant(key: _Key) -> MeantOrder:
        kept = theirs.get(key) or orders.get(tx, *key)
        order = kept.order if kept is not None else None
        values = {"order.number": key[1]} if order is None else values_of_order(order, asked)
        return MeantOrder(ref=key[1], order=order, values=values)

    others = (key for key in theirs if key not in likely)
    return MeantOrders(tuple(map(meant, likely)), tuple(map(meant, others)))


def likely_orders(
    named: Iterable[_Key], asked: Collection[str], words: str, theirs: Iterable[KeptOrder]
) -> tuple[_Key, ...]:
    """Return the orders that a conversation may be about, the likeliest first.

    Those its messages name; those of the buyer that their last words name, or
    that hold the item they ask about (two orders of the same thing look alike
    to a service). Where there is none of these, it may be any that they made.
    """
    found = dict.fromkeys(named)
    theirs = tuple(theirs)
    for each in theirs:
        items = each.order.items if each.order is not None else ()
        if any(item.item_ref in asked for item in items) or _stands_in(each.ref, words):
            found[each.account, each.ref] = None
    return tuple(found or ((each.account, each.ref) for each in theirs))


def _named(conversation: Conversation, heads: Sequence[StoredMessage]) -> list[_Key]:
    """Return the orders that the messages which came in name, the one named last first."""
    came = [head for head in reversed(heads) if head.message.direction is Direction.IN]
    keys = [
        (conversation.account, conversation.order_ref or ""),
        *((head.account, head.message.order_ref or "") for head in came),
    ]
    return list(dict.fromkeys(key for key in keys if key[1]))


def _stands_in(ref: str, words: str) -> bool:
    """Return whether an order's number stands by itself among words."""
    if len(ref) < _SHORTEST:
        return False
    return re.search(rf"(?<![\w-]){re.escape(ref)}(?![\w-])", words) is not None


def order_words(one: MeantOrder) -> str:
    """Return an order in one line: its number, its day, what was bought, what was paid."""
    from inbox.view.panel import money

    order = one.order
    if order is None:
        return one.ref
    day = f"{order.placed_at:%Y-%m-%d}" if order.placed_at is not None else ""
    titles = [item.title for item in order.items if item.title]
    more = f"{titles[0]} +{len(titles) - 1}" if len(titles) > 1 else "".join(titles)
    return " · ".join(filter(None, (one.ref, day, more, money(order.total), order.status)))
