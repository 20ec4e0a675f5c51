"""What stands beside a conversation: its order, and what else the buyer wrote or bought."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from inbox.core.model import Conversation, ConversationUid
from inbox.core.obligations import Book
from inbox.core.parties import canonical_address
from inbox.core.query import Query, Term
from inbox.core.turn import state_of
from inbox.i18n import gettext as _
from inbox.i18n import language
from inbox.store import conversations, messages, orders
from inbox.store.database import Transaction
from inbox.store.orders import KeptOrder
from inbox.view.bought import bought, is_mail
from inbox.view.replying import page_of
from inbox.view.rows import account_name
from inbox.view.tasks import Task, task_words, tasks_of

if TYPE_CHECKING:
    from connectors.orders import Address, Money, Order, OrderItem, Shipment

_MOST_OTHERS = 50
"""Conversations and orders of the buyer that are named, the newest first."""

Instant = Callable[[datetime], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """What is known around a conversation."""

    conversation: Conversation
    account_name: str
    kept: KeptOrder | None
    """None: no order is named, or its service was not asked yet."""
    page: str
    """Where the seller sees it at the service, https; "" where nothing is told."""
    tasks: tuple[Task, ...]
    """What can be done only there."""
    others: tuple[tuple[str, Conversation], ...]
    """The buyer's other conversations over all accounts, each behind its account's name."""
    other_orders: tuple[KeptOrder, ...]


def panel(tx: Transaction, uid: ConversationUid, book: Book, now: datetime) -> Panel:
    """Return what stands beside a conversation; raises UnknownId."""
    conversation = conversations.get(tx, uid)
    heads = messages.heads(tx, conversation.uid)
    kept = None
    if conversation.order_ref:
        kept = orders.get(tx, conversation.account, conversation.order_ref)
    order = kept.order if kept is not None else None
    everything = bought(tx, conversation, heads, book, order)
    return Panel(
        conversation=conversation,
        account_name=account_name(book, conversation),
        kept=kept,
        page=page_of(heads) or (order.page if order is not None else ""),
        tasks=tasks_of(tx, conversation.uid),
        others=tuple((account_name(book, each), each) for each in _others(tx, conversation, now)),
        other_orders=tuple(
            each
            for each in everything
            if (each.account, each.ref) != (conversation.account, conversation.order_ref)
        )[:_MOST_OTHERS],
    )


def _others(tx: Transaction, conversation: Conversation, now: datetime) -> list[Conversation]:
    """Return the buyer's other conversations, the newest first."""
    wanted = canonical_address(conversation.party.address)
    if not wanted:
        return []
    ids = conversations.ids(tx, Query((Term(field="from", value=wanted),)), now)
    found = [
        each
        for each in conversations.page(tx, [uid for uid in ids if uid != conversation.uid])
        if canonical_address(each.party.address) == wanted
        and _means_one(wanted, conversation, each)
    ]
    return sorted(found, key=lambda each: each.last_at, reverse=True)[:_MOST_OTHERS]


def _means_one(name: str, one: Conversation, other: Conversation) -> bool:
    """Return whether a name is one person's in both: a mail address is, an id at one service."""
    return is_mail(name) or one.service == other.service


def words(found: Panel, instant: Instant, now: datetime) -> list[str]:
    """Return the panel in lines; what belongs to the line above begins with two spaces."""
    return [
        *task_words(found.tasks, instant),
        *_order_words(found, instant),
        *_buyer_words(found, instant, now),
    ]


def order_json(kept: KeptOrder | None) -> dict[str, object] | None:
    """Return an order as `inbox show --json` prints it, None where nothing is known of it."""
    if kept is None or kept.order is None:
        return None
    one = kept.order
    return {
        "ref": one.ref,
        "status": one.status or None,
        "placed_at": one.placed_at,
        "ship_by": one.ship_by,
        "total": _money_json(one.total),
        "refunded": _money_json(one.refunded),
        "items": [_item_json(each) for each in one.items],
        "ship_to": _address_json(one.ship_to),
        "shipments": [_shipment_json(each) for each in one.shipments],
        "page": one.page or None,
        "asked_at": kept.asked_at,
    }


def buyer_json(found: Panel) -> dict[str, object]:
    """Return the buyer's other conversations and orders as `inbox show --json` prints them."""
    return {
        "conversations": [each.uid for _name, each in found.others],
        "orders": [each.ref for each in found.other_orders],
    }


def money(amount: Money | None) -> str:
    """Return an amount with its currency as the seller's language writes it, "" without one."""
    if amount is None:
        return ""
    from canned import formats

    shown = formats.Formats(language().replace("_", "-"))
    return shown.money(formats.Money(amount.amount, amount.currency))


def _order_words(found: Panel, instant: Instant) -> Iterator[str]:
    ref = found.conversation.order_ref
    if not ref:
        yield _("No order is named here.")
    elif found.kept is None:
        yield _("Order {ref}").format(ref=ref)
        yield "  " + _("Nothing more is known of it.")
    elif found.kept.order is None:
        yield _("Order {ref}").format(ref=ref)
        said = _("The service did not know it when it was asked {at}.")
        yield "  " + said.format(at=instant(found.kept.asked_at))
    else:
        yield from _known_words(found.kept.order, instant)
        yield "  " + _("As of {at}").format(at=instant(found.kept.asked_at))
        if found.kept.order.page not in {"", found.page}:
            yield f"  {found.kept.order.page}"
    if found.page and found.page not in {each.page for each in found.tasks}:
        yield _("Page: {page}").format(page=found.page)


def _known_words(order: Order, instant: Instant) -> Iterator[str]:
    """Yield what is known of an order."""
    yield _("Order {ref}").format(ref=order.ref)
    if order.status:
        yield "  " + _("Status: {status}").format(status=order.status)
    if order.placed_at is not None:
        yield "  " + _("Ordered {at}").format(at=instant(order.placed_at))
    for item in _lines(order.items):
        yield "  " + _item_words(item)
    if order.total is not None:
        yield "  " + _("Total: {amount}").format(amount=money(order.total))
    if order.refunded is not None:
        yield "  " + _("Paid back: {amount}").format(amount=money(order.refunded))
    if order.ship_by is not None and not any(map(_left, order.shipments)):
        yield "  " + _("To be sent by {at}").format(at=instant(order.ship_by))
    for shipment in order.shipments:
        yield from _shipment_words(shipment, instant)
    if order.ship_to is not None:
        yield _("Goes to")
        yield from (f"  {line}" for line in _address_lines(order.ship_to))


def _lines(items: Iterable[OrderItem]) -> Iterator[OrderItem]:
    """Yield what was bought, pieces of one kind in one line: some services count each by itself."""
    same: dict[tuple[object, ...], list[OrderItem]] = {}
    for item in items:
        same.setdefault((item.title, item.variant, item.price, item.sku), []).append(item)
    for pieces in same.values():
        yield replace(pieces[0], quantity=sum(each.quantity for each in pieces))


def _left(shipment: Shipment) -> bool:
    """Return whether a parcel is on its way, and not only meant to go so."""
    return bool(shipment.tracking_number or shipment.shipped_at or shipment.delivered_at)


def _item_words(item: OrderItem) -> str:
    """Return one line of an order."""
    parts = [f"{item.quantity} \u00d7 {item.title or item.sku or item.item_ref}"]
    parts += [part for part in (item.variant, money(item.price)) if part]
    return " \u00b7 ".join(parts)


def _shipment_words(shipment: Shipment, instant: Instant) -> Iterator[str]:
    """Yield where a parcel is."""
    names = (shipment.carrier, shipment.service, shipment.tracking_number)
    said = _("Parcel: {names}") if _left(shipment) else _("To go by: {names}")
    yield "  " + said.format(names=" \u00b7 ".join(filter(None, names)) or "?")
    for at, said in (
        (shipment.shipped_at, _("sent {at}")),
        (shipment.estimated_at, _("expected by {at}")),
        (shipment.delivered_at, _("delivered {at}")),
    ):
        if at is not None:
            yield "    " + said.format(at=instant(at))
    if shipment.tracking_url:
        yield "    " + shipment.tracking_url


def _address_lines(address: Address) -> list[str]:
    """Return an address as it stands on a parcel."""
    city = " ".join(filter(None, (address.postcode, address.city)))
    return [
        line
        for line in (address.name, *address.lines, city, address.region, address.country)
        if line
    ]


def _buyer_words(found: Panel, instant: Instant, now: datetime) -> Iterator[str]:
    """Yield what else the buyer wrote and bought."""
    if found.others:
        yield _("Other conversations with this buyer")
    for name, each in found.others:
        state = state_of(each, now).value
        subject = each.subject or each.snippet
        yield f"  {instant(each.last_at)} \u00b7 {name} \u00b7 {state} \u00b7 {subject}"
    if found.other_orders:
        yield _("Other orders of this buyer")
    for kept in found.other_orders:
        if kept.order is not None:
            placed = kept.order.placed_at
            parts = (kept.ref, instant(placed) if placed else "", money(kept.order.total))
            yield "  " + " \u00b7 ".join(filter(None, parts))


def _money_json(amount: Money | None) -> dict[str, str] | None:
    if amount is None:
        return None
    return {"amount": f"{amount.amount:f}", "currency": amount.currency}


def _item_json(item: OrderItem) -> dict[str, object]:
    return {
        "title": item.title,
        "variant": item.variant or None,
        "sku": item.sku or None,
        "quantity": item.quantity,
        "price": _money_json(item.price),
    }


def _address_json(address: Address | None) -> dict[str, object] | None:
    if address is None:
        return None
    return {
        "name": address.name or None,
        "lines": list(address.lines),
        "postcode": address.postcode or None,
        "city": address.city or None,
        "region": address.region or None,
        "country": address.country or None,
    }


def _shipment_json(shipment: Shipment) -> dict[str, object]:
    return {
        "carrier": shipment.carrier or None,
        "service": shipment.service or None,
        "tracking_number": shipment.tracking_number or None,
        "tracking_url": shipment.tracking_url or None,
        "shipped_at": shipment.shipped_at,
        "estimated_at": shipment.estimated_at,
        "delivered_at": shipment.delivered_at,
    }
