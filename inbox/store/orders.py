"""Orders as their services had them when last asked; kept for good, so that they are there offline.

That a service knows no order of a name is kept too, with the time, so that it
is not asked again and again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

import msgspec

from connectors.frozen import frozen
from connectors.orders import Order
from inbox.core.model import AccountUid, ConversationUid
from inbox.core.query import Query, Term
from inbox.store import contents, listing, search
from inbox.store.database import Transaction
from inbox.store.heads import words_of
from inbox.store.instants import instant, micros


@frozen(kw_only=True)
class KeptOrder:
    """What is known of an order."""

    account: AccountUid
    ref: str
    asked_at: datetime
    """When its service was asked last."""
    order: Order | None
    """None: the service knew none of that name, or would not say."""


@frozen
class Wanted:
    """An order that an owed conversation is about."""

    ref: str
    last_at: datetime
    """When something was said last in its conversation."""
    asked_at: datetime | None
    known: bool
    partial: bool = False
    """Whether what is known is not all that its service says when asked for it alone."""


def put(tx: Transaction, account: AccountUid, order: Order, at: datetime) -> None:
    """Keep an order as it is at the service now, and make its items findable.

    What a partial one does not tell is as it was known.
    """
    if order.partial:
        order = _completed(order, get(tx, account, order.ref))
    tx.sql.execute(
        "INSERT OR REPLACE INTO orders (account, ref, buyer, asked_at, doc) VALUES (?, ?, ?, ?, ?)",
        (account, order.ref, _buyer_of(order), micros(at), msgspec.json.encode(order).decode()),
    )
    _index_items(tx, account, order)


def missing(tx: Transaction, account: AccountUid, ref: str, at: datetime) -> None:
    """Note that the service knows no such order; what was known of it before is all there is."""
    tx.sql.execute(
        "INSERT INTO orders (account, ref, buyer, asked_at, doc) VALUES (?, ?, '', ?, NULL)"
        " ON CONFLICT (account, ref) DO UPDATE SET asked_at = excluded.asked_at,"
        " doc = json_set(doc, '$.partial', json('false'))",
        (account, ref, micros(at)),
    )


def get(tx: Transaction, account: AccountUid, ref: str) -> KeptOrder | None:
    """Return what is known of an order, None if its service was never asked."""
    row = tx.sql.execute(
        "SELECT account, ref, asked_at, doc FROM orders WHERE account = ? AND ref = ?",
        (account, ref),
    ).fetchone()
    return None if row is None else _kept(*row)


def of_buyers(tx: Transaction, buyers: Iterable[str]) -> list[KeptOrder]:
    """Return every order of these buyers (addresses or the services' ids), the newest first."""
    names = sorted({name.casefold() for name in buyers if name})
    rows = tx.sql.execute(
        "SELECT account, ref, asked_at, doc FROM orders"  # noqa: S608 - marks only
        f" WHERE doc IS NOT NULL AND buyer IN ({','.join('?' * len(names))})",
        names,
    )
    found = [_kept(*row) for row in rows]
    return sorted(found, key=_placed, reverse=True)


def wanted(tx: Transaction, account: AccountUid) -> list[Wanted]:
    """Return the orders that the account's owed conversations are about, the first due first."""
    rows = tx.sql.execute(
        "SELECT json_extract(c.doc, '$.order_ref') AS wanted_ref, c.last_at, o.asked_at,"
        " o.doc IS NOT NULL, json_extract(o.doc, '$.partial')"
        " FROM doc_conversations c LEFT JOIN orders o"
        " ON o.account = c.account AND o.ref = json_extract(c.doc, '$.order_ref')"
        " WHERE c.owed = 1 AND c.account = ? AND wanted_ref IS NOT NULL"
        ' ORDER BY c."rank"',
        (account,),
    )
    return [
        Wanted(
            *(ref, instant(last_at), None if asked is None else instant(asked)),
            *(bool(known), bool(partial)),
        )
        for ref, last_at, asked, known, partial in rows
    ]


def forget_buyer(tx: Transaction, what: str) -> None:
    """Remove the orders of a buyer with that address or id, and those of that name."""
    tx.sql.execute("DELETE FROM orders WHERE buyer = ? OR ref = ?", (what.casefold(), what))


def forget(tx: Transaction, account: AccountUid, ref: str) -> None:
    """Remove what is known of an order."""
    tx.sql.execute("DELETE FROM orders WHERE account = ? AND ref = ?", (account, ref))


def _completed(order: Order, known: KeptOrder | None) -> Order:
    """Return a partial order with the parcels known of it, whole if it did not change since."""
    before = known.order if known is not None else None
    if before is None or before.partial:
        return order
    same = before.updated_at == order.updated_at
    return replace(order, shipments=before.shipments, partial=not same)


def _index_items(tx: Transaction, account: AccountUid, order: Order) -> None:
    """Write the items' names into the head of a message that names the order: it is indexed."""
    titles = [each.title for each in order.items if each.title]
    for uid in listing.ids(tx, Query((Term(field="order", value=order.ref),)), instant(0)):
        head = _naming(tx, account, ConversationUid(uid), order.ref)
        if head is None or head[1].get("items", []) == titles:
            continue
        doc_id, old = head
        text, _html = contents.bodies(tx, [doc_id]).get(doc_id, ("", None))
        fresh = {**old, "items": titles}
        search.unindex(tx, [words_of(doc_id, old, text)])
        tx.table("messages").put({doc_id: fresh})
        search.index(tx, [words_of(doc_id, fresh, text)])


def _naming(
    tx: Transaction, account: AccountUid, uid: ConversationUid, ref: str
) -> tuple[int, dict[str, object]] | None:
    """Return the first message of a conversation that names the order."""
    row = tx.sql.execute(
        "SELECT doc_id FROM doc_messages WHERE conversation = ? AND account = ?"
        " AND json_extract(doc, '$.order_ref') = ? ORDER BY doc_id LIMIT 1",
        (uid, account, ref),
    ).fetchone()
    if row is None:
        return None
    return row[0], dict(tx.table("messages").get(doc_id=row[0]))


def _kept(account: AccountUid, ref: str, asked_at: int, doc: str | None) -> KeptOrder:
    order = None if doc is None else msgspec.json.decode(doc, type=Order)
    return KeptOrder(account=account, ref=ref, asked_at=instant(asked_at), order=order)


def _placed(kept: KeptOrder) -> datetime:
    """Return when an order was placed, as far as is known."""
    placed = kept.order.placed_at if kept.order is not None else None
    return placed or instant(0)


def _buyer_of(order: Order) -> str:
    """Return by what a buyer is known again, folded."""
    address = order.buyer.address if order.buyer is not None else ""
    return (order.buyer_ref or address).casefold()
