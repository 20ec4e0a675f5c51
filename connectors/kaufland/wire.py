"""What Kaufland's answers mean, as values. Pure; fields it does not need are not read.

Source: Seller API 2.27.0.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec

from connectors.orders import Address, Money, Order, OrderItem
from connectors.values import (
    Attachment,
    ConversationChange,
    Direction,
    Kind,
    Message,
    Party,
    Place,
    Quarantined,
    RemoteId,
    Role,
)

_CLOSED = frozenset({"both_closed", "seller_closed", "customer_service_closed_final"})
_RETURNS = frozenset({"product_return", "return_check_status", "return_request_label"})
_MISSING = frozenset({"product_not_delivered", "delivery_not_received"})
_CENTS = Decimal(100)
_PAGE = "https://sellerportal.kaufland.com/customer-service/tickets/"


class Pagination(msgspec.Struct):
    """Where a page stands in its list."""

    offset: int
    limit: int
    total: int


class Rows(msgspec.Struct):
    """A page of a list; each row is read by itself, so that one bad row spoils no other."""

    data: list[msgspec.Raw]
    pagination: Pagination | None = None


class Ticket(msgspec.Struct):
    """A ticket as lists show it."""

    id_ticket: str
    ts_created_iso: datetime
    ts_updated_iso: datetime
    status: str
    open_reason: str = ""
    topic: str | None = None
    is_seller_responsible: bool = False
    id_buyer: int | None = None
    ids_order_units: list[int] = []


class Author(msgspec.Struct):
    """Who wrote a message."""

    role: str
    name: str = ""


class TicketMessage(msgspec.Struct):
    """One message of a ticket."""

    id_ticket_message: int
    author: Author
    text: str
    ts_created_iso: datetime


class TicketFile(msgspec.Struct):
    """A file of a ticket; Kaufland does not say of which message."""

    filename: str
    ts_created_iso: datetime
    uri: str


class Unit(msgspec.Struct):
    """One piece of an order."""

    id_order_unit: int
    id_order: str
    status: str = ""
    price: int = 0
    """In cents."""
    currency: str = "EUR"
    storefront: str = ""
    id_offer: str | None = None
    ts_created_iso: datetime | None = None
    ts_updated_iso: datetime | None = None
    delivery_time_expires_iso: datetime | None = None
    product: Product | None = None
    shipping_address: PostalAddress | None = None
    buyer: Buyer | None = None


class Product(msgspec.Struct):
    """What was sold."""

    title: str = ""
    url: str = ""


class PostalAddress(msgspec.Struct):
    """Where it goes."""

    first_name: str = ""
    last_name: str = ""
    company_name: str | None = None
    street: str = ""
    house_number: str = ""
    postcode: str = ""
    additional_field: str | None = None
    city: str = ""
    country: str = ""


class Buyer(msgspec.Struct):
    """Who bought."""

    id_buyer: int
    email: str | None = None


class WholeTicket(Ticket):
    """A ticket with what was asked to come with it."""

    messages: list[msgspec.Raw] = []
    files: list[TicketFile] = []
    order_units: list[Unit] = []


class OneTicket(msgspec.Struct):
    """The answer that holds one ticket."""

    data: WholeTicket


class WholeOrder(msgspec.Struct):
    """An order with its units."""

    id_order: str
    ts_created_iso: datetime
    storefront: str = ""
    order_units: list[Unit] = []


class OneOrder(msgspec.Struct):
    """The answer that holds one order."""

    data: WholeOrder


class Problem(msgspec.Struct):
    """An error's body."""

    message: str = ""
    errors: list[dict[str, Any]] = []


def words_of(body: bytes) -> str:
    """Return what an error's body says, "" if it says nothing."""
    try:
        problem = msgspec.json.decode(body, type=Problem)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    details = [str(each.get("message", "")) for each in problem.errors]
    return " ".join(filter(None, [problem.message, *details]))[:300]


def messages_of(ticket: WholeTicket, seller: Party) -> tuple[list[Message], list[Quarantined]]:
    """Return a ticket's messages, newest first, and those that cannot be read."""
    found: list[tuple[TicketMessage, bytes]] = []
    bad: list[Quarantined] = []
    for raw in ticket.messages:
        try:
            found.append((msgspec.json.decode(raw, type=TicketMessage), bytes(raw)))
        except (msgspec.DecodeError, UnicodeDecodeError) as broken:
            bad.append(_unreadable(ticket, bytes(raw), str(broken)))
    found.sort(key=lambda pair: (pair[0].ts_created_iso, pair[0].id_ticket_message))
    files = _files_by_message(ticket, [message for message, _raw in found])
    buyer = next((m.author.name for m, _raw in found if m.author.role == "buyer"), "")
    messages = [
        _message(
            ticket,
            message,
            raw,
            files.get(message.id_ticket_message, ()),
            seller=seller,
            buyer=buyer,
        )
        for message, raw in found
    ]
    return messages[::-1], bad


def change_of(ticket: Ticket) -> ConversationChange:
    """Return what Kaufland says of the whole ticket."""
    return ConversationChange(
        conversation_ref=ticket.id_ticket,
        closed=ticket.status in _CLOSED,
        reply_needed=ticket.is_seller_responsible,
    )


def order_of(order: WholeOrder) -> Order:
    """Return an order with its units as items."""
    units = order.order_units
    home = next((unit.shipping_address for unit in units if unit.shipping_address), None)
    expiries = [u.delivery_time_expires_iso for u in units if u.delivery_time_expires_iso]
    currencies = {unit.currency for unit in units}
    total = sum((Decimal(unit.price) for unit in units), Decimal(0)) / _CENTS
    return Order(
        ref=order.id_order,
        placed_at=order.ts_created_iso.astimezone(UTC),
        status=", ".join(dict.fromkeys(unit.status.replace("_", " ") for unit in units)),
        items=tuple(map(_item, units)),
        total=Money(total, currencies.pop()) if len(currencies) == 1 else None,
        ship_to=_address(home) if home else None,
        ship_by=min(expiries).astimezone(UTC) if expiries else None,
        buyer_ref=next((str(unit.buyer.id_buyer) for unit in units if unit.buyer), ""),
        storefront=order.storefront.lower(),
    )


def _item(unit: Unit) -> OrderItem:
    """Return a unit as a line of an order."""
    return OrderItem(
        title=unit.product.title if unit.product else "",
        price=Money(Decimal(unit.price) / _CENTS, unit.currency),
        sku=unit.id_offer or "",
        item_ref=str(unit.id_order_unit),
        page=unit.product.url if unit.product else "",
    )


def _address(home: PostalAddress) -> Address:
    """Return an address in the order of an envelope."""
    street = f"{home.street} {home.house_number}".strip()
    return Address(
        name=f"{home.first_name} {home.last_name}".strip(),
        lines=tuple(filter(None, [home.company_name, street, home.additional_field])),
        postcode=home.postcode,
        city=home.city,
        country=home.country.upper(),
    )


def _message(
    ticket: WholeTicket,
    message: TicketMessage,
    raw: bytes,
    files: Sequence[Attachment],
    *,
    seller: Party,
    buyer: str,
) -> Message:
    """Return one message of a ticket."""
    ours = message.author.role == "seller"
    them = Party(buyer or message.author.name, _buyer_ref(ticket))
    sender = seller if ours else them
    if message.author.role not in {"seller", "buyer"}:
        sender = Party(message.author.name or "Kaufland", message.author.role)
    unit = ticket.order_units[0] if ticket.order_units else None
    return Message(
        remote_id=RemoteId(str(message.id_ticket_message)),
        direction=Direction.OUT if ours else Direction.IN,
        accepted_at=message.ts_created_iso.astimezone(UTC),
        sender=sender,
        recipients=(them,) if ours else (seller,),
        subject=_subject(ticket),
        text=message.text,
        attachments=tuple(files),
        automatic=message.author.role == "system",
        service="kaufland",
        kind=_kind(ticket),
        conversation_ref=ticket.id_ticket,
        buyer_ref=_buyer_ref(ticket),
        order_ref=unit.id_order if unit else None,
        storefront=unit.storefront.lower() if unit else "",
        page=f"{_PAGE}{ticket.id_ticket}",
        places=(Place(ticket.id_ticket, "", str(message.id_ticket_message), Role.INBOX),),
        source=raw,
        body_digest=hashlib.sha256(message.text.encode("utf-8", "replace")).hexdigest(),
    )


def _buyer_ref(ticket: Ticket) -> str:
    """Return the buyer's id, or the ticket's where Kaufland names no buyer."""
    return str(ticket.id_buyer) if ticket.id_buyer is not None else f"ticket {ticket.id_ticket}"


def _subject(ticket: Ticket) -> str:
    """Return what a ticket is about, in words."""
    return (ticket.topic or ticket.open_reason).replace("_", " ").capitalize()


def _kind(ticket: Ticket) -> Kind:
    """Return what kind of conversation a ticket is."""
    about = {ticket.topic, ticket.open_reason}
    if about & _RETURNS:
        return Kind.RETURN
    return Kind.INQUIRY if about & _MISSING else Kind.MESSAGE


def _files_by_message(
    ticket: WholeTicket, messages: Sequence[TicketMessage]
) -> dict[int, list[Attachment]]:
    """Return the files by the message they came with: the last one before each of them."""
    found: dict[int, list[Attachment]] = {}
    for file in ticket.files:
        before = [m for m in messages if m.ts_created_iso <= file.ts_created_iso] or messages[:1]
        if before:
            attachment = Attachment(file.uri, file.filename, "application/octet-stream", None)
            found.setdefault(before[-1].id_ticket_message, []).append(attachment)
    return found


def _unreadable(ticket: Ticket, raw: bytes, said: str) -> Quarantined:
    """Return a message that is not what Kaufland documents."""
    name = hashlib.sha256(raw).hexdigest()[:16]
    return Quarantined(
        place=Place(ticket.id_ticket, "", name, Role.INBOX),
        reason=f"Kaufland sent a message that is not as it documents: {said}.",
        source=raw,
        accepted_at=ticket.ts_updated_iso.astimezone(UTC),
    )
